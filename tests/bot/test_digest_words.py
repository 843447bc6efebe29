from __future__ import annotations

import pytest

from bot.request.digests import (
    DigestCommand,
    Verb,
    first_verb,
    nearest_names,
    read_conversation,
    read_digest_command,
    read_filters,
)
from storage.errors import UserError
from storage.metrics.answer import Filter
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Metric, Segment

NAMES = ["Care this week", "Run of the week", "Agents' day"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", DigestCommand(Verb.LIST)),
        ("list", DigestCommand(Verb.LIST)),
        ("?", DigestCommand(Verb.HELP)),
        ("help me", DigestCommand(Verb.HELP)),
        ("new", DigestCommand(Verb.NEW)),
        ("create a digest", DigestCommand(Verb.NEW)),
        ("care THIS  week", DigestCommand(Verb.SHOW, "care THIS week")),
        ("“care this week”", DigestCommand(Verb.SHOW, "care this week")),
        ("run of the week", DigestCommand(Verb.SHOW, "run of the week")),
        ("run care this week", DigestCommand(Verb.RUN, "care this week")),
        ("send 'care this week'", DigestCommand(Verb.RUN, "care this week")),
        ("PAUSE care this week", DigestCommand(Verb.PAUSE, "care this week")),
        ("resume care this week", DigestCommand(Verb.RESUME, "care this week")),
        ("edit care this week", DigestCommand(Verb.CHANGE, "care this week")),
        ("preview care this week", DigestCommand(Verb.PREVIEW, "care this week")),
        ("remove care this week", DigestCommand(Verb.DELETE, "care this week")),
        ("history Agents&amp;", DigestCommand(Verb.HISTORY, "Agents&")),
        ("paus care this week", DigestCommand(Verb.SHOW, "paus care this week")),
    ],
)
def test_command_is_read(typed: str, meant: DigestCommand) -> None:
    assert read_digest_command(typed, NAMES) == meant


def test_verb_without_a_name_says_what_is_missing() -> None:
    with pytest.raises(UserError) as caught:
        read_digest_command("pause", NAMES)
    assert str(caught.value) == "Which digest? Type its name too: /digest pause NAME."


@pytest.mark.parametrize(
    ("typed", "verb"), [("run it", Verb.RUN), (" Stop it", None), ("", None), ("send x", Verb.RUN)]
)
def test_first_word_tells_whether_something_is_done(typed: str, verb: Verb | None) -> None:
    assert first_verb(typed) is verb


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("car this weak", ["Care this week"]),
        ("paus care this week", ["Care this week"]),
        ("agents day", ["Agents' day"]),
        ("quarterly books", []),
    ],
)
def test_near_names_are_found_behind_a_misspelt_verb_too(typed: str, near: list[str]) -> None:
    assert nearest_names(typed, NAMES) == near


@pytest.mark.parametrize(
    "pasted",
    [
        "C0123ABCD",
        " #C0123ABCD ",
        "<#C0123ABCD|care>",
        "https://care.slack.com/archives/C0123ABCD",
        "<https://care.slack.com/archives/C0123ABCD/p1750147200000100?thread_ts=1.2>",
    ],
)
def test_conversation_is_pasted_as_link_mention_or_id(pasted: str) -> None:
    assert read_conversation(pasted) == "C0123ABCD"


@pytest.mark.parametrize("pasted", ["#care", "U0123ABCD", "https://example.com/C0123ABCD", "D01"])
def test_what_is_no_conversation_is_said(pasted: str) -> None:
    with pytest.raises(UserError) as caught:
        read_conversation(pasted)
    assert str(caught.value) == (
        f'I can\'t read "{pasted}" as a conversation.'
        " Paste its link (Copy link, in Slack) or its id, such as C0123ABCD."
    )


def with_segment(segment: Segment, *, having: bool) -> Metric:
    return next(metric for metric in METRICS if (segment in metric.segments) is having)


WITH_CHANNEL, WITHOUT = (with_segment(Segment.CHANNEL, having=each) for each in (True, False))


def test_segments_are_read_and_put_together() -> None:
    assert read_filters('team:billing,"tier 2" phone channel:chat', METRICS, of_each=False) == (
        Filter(Segment.TEAM, ("billing", "tier 2")),
        Filter(Segment.CHANNEL, ("chat", "phone")),
    )
    assert read_filters("", METRICS, of_each=True) == ()


def test_segment_that_a_chosen_metric_lacks_is_refused() -> None:
    both = [WITH_CHANNEL, WITHOUT]
    assert read_filters("phone", both, of_each=False) == (Filter(Segment.CHANNEL, ("phone",)),)
    with pytest.raises(UserError, match=f"{WITHOUT.name} can't be looked at by channel"):
        read_filters("phone", both, of_each=True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("billing", 'I don\'t understand "billing". Write it like team:billing,'),
        ("team:", "There is no value behind team:. Write it right behind the colon."),
        ("tem:billing", 'I don\'t know a way to split by "tem". Did you mean team?'),
    ],
)
def test_what_is_no_segment_is_said(typed: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        read_filters(typed, METRICS, of_each=False)
    assert str(caught.value).startswith(said)
