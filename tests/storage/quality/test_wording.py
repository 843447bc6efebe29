"""What a note is asked about before it is sent."""

from __future__ import annotations

import pytest

from storage.quality.drafts import NoteText
from storage.quality.wording import Doubt, language_of, overridden, questions, shipped_wording

GOOD = "You greeted the customer warmly."
STEP = "Read the article on holds."


@pytest.mark.parametrize(
    ("texts", "doubts"),
    [
        (NoteText(GOOD, "Holds", "at 4:10", STEP), []),
        (NoteText(GOOD), []),
        (NoteText("", "", "", ""), [Doubt.NO_POSITIVE]),
        (NoteText("Good.", "", "", ""), [Doubt.NO_POSITIVE]),
        (NoteText(GOOD, "Two holds without a word.", "", "ok"), [Doubt.NO_NEXT_STEP]),
        (NoteText(GOOD, "You always forget the hold.", "", STEP), [Doubt.BLAME]),
        (NoteText(GOOD, "You\u2019re good, but that was YOUR   FAULT", "", STEP), [Doubt.BLAME]),
        (NoteText(GOOD, "You never say how long. Next time, say it.", "", STEP), []),
        (NoteText("Du hast gut zugehört.", "Schon wieder vergessen.", "", STEP), [Doubt.BLAME]),
        (
            NoteText("", "That was unacceptable.", "", ""),
            [Doubt.BLAME, Doubt.NO_POSITIVE, Doubt.NO_NEXT_STEP],
        ),
    ],
)
def test_doubts_of_a_note(texts: NoteText, doubts: list[Doubt]) -> None:
    assert [each.doubt for each in questions(texts, shipped_wording())] == doubts


def test_example_is_in_the_language_of_the_note() -> None:
    german = NoteText("", "Du hättest die Kundin nicht warten lassen sollen", "", STEP)
    assert language_of(german, shipped_wording()) == "de"
    assert questions(german, shipped_wording())[0].example.startswith("Bei 4:10 ging der Anruf")
    assert language_of(NoteText("xyz"), shipped_wording()) == "en"


def test_own_list_takes_the_place_of_the_shipped_one() -> None:
    own = overridden({"en": {"blame": ["tsk"]}, "fr": {"common": ["le"], "blame": ["jamais"]}})
    assert questions(NoteText(GOOD, "You never listen", "", STEP), own) == []
    assert [each.noticed for each in questions(NoteText(GOOD, "Tsk!", "", STEP), own)] == ["tsk"]
    noticed = questions(NoteText(GOOD, "Jamais le temps", "", STEP), own)
    assert [each.noticed for each in noticed] == ["jamais"]
