"""What people read, in their language, and what the settings may change of it."""

from __future__ import annotations

import pytest

from storage.errors import SettingsError
from storage.settings import parse_settings
from storage.surveys.kinds import CES, CSAT, NPS, Kind, Mood
from storage.surveys.texts import LONGEST_ON_A_FORM, ON_FORMS, shipped, texts_of


def test_every_shipped_language_has_every_text() -> None:
    assert sorted(shipped()) == ["de", "en", "es", "fr"]
    assert {language: sorted(words) for language, words in shipped().items()} == dict.fromkeys(
        shipped(), sorted(shipped()["en"])
    )


def test_texts_on_forms_are_as_short_as_slack_wants_them() -> None:
    assert [
        (language, name)
        for language, words in shipped().items()
        for name in ON_FORMS
        if len(words[name]) > LONGEST_ON_A_FORM
    ] == []


@pytest.mark.parametrize(
    ("asked", "found"), [("de", "de"), ("de_AT", "de"), ("FR-ca", "fr"), ("tlh", "en"), ("", "en")]
)
def test_language_is_the_nearest_that_there_is(asked: str, found: str) -> None:
    assert texts_of(asked, {}).language == found


def test_what_is_put_into_a_text_is_taken_as_it_is() -> None:
    said = texts_of("en", {}).say("csat.question_about", subject="{answer} {0} \\1")
    assert said == "How satisfied are you with the help you got on “{answer} {0} \\1”?"


def test_settings_change_a_text_and_leave_the_others() -> None:
    settings = parse_settings('[survey_texts.de.csat]\nquestion = "Alles gut?"\n', [])
    texts = texts_of("de", settings.survey_texts)
    assert (texts.say("csat.question"), texts.say("csat.5")) == ("Alles gut?", "Sehr zufrieden")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[survey_texts.de]\n\nthank = 'x'", 'line 3: I don\'t know a survey text "thank". Did'),
        ("[survey_texts.de]\nthanks = 5", "line 2: thanks must be words in quotes, 300 letters"),
        ("[survey_texts.de]\nsend = 'far too long for any form'", "line 2: send must be words in"),
        ("[survey_texts.de]\nthanks = '{name}'", 'line 2: thanks has no place for "{name}".'),
        ("[survey_texts.DEU]\nthanks = 'x'", 'line 1: "DEU" is no language. Write its code'),
        ("[survey_texts.it]\nthanks = 'Grazie'", "line 1: The texts in it lack: add_comment, "),
        ("survey_texts = 3", "line 1: survey_texts are sections: write [survey_texts.de]"),
    ],
)
def test_settings_say_what_is_wrong_with_a_text(text: str, problem: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse_settings(text, [])
    assert [line.strip()[: len(problem)] for line in str(raised.value).splitlines()][1] == problem


@pytest.mark.parametrize(
    ("kind", "lowest", "low", "high", "highest"), [(CSAT, 1, 2, 4, 5), (NPS, 0, 6, 9, 10)]
)
def test_mood_follows_the_kinds_bounds(
    kind: Kind, lowest: int, low: int, high: int, highest: int
) -> None:
    wanted = dict.fromkeys(range(lowest, low + 1), Mood.LOW)
    wanted |= dict.fromkeys(range(low + 1, high), Mood.MIDDLE)
    wanted |= dict.fromkeys(range(high, highest + 1), Mood.HIGH)
    assert {score: kind.mood(score) for score in kind.scores} == wanted
    assert list(CES.scores) == [1, 2, 3, 4, 5, 6, 7]
