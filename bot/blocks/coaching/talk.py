"""A talk about a note: times to choose from, and what the two of them are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from slackblocks import RichTextElement

from bot.blocks.actions import TALK_FITS, TALK_OTHER, TALK_TIME, TALK_WRITE, buttons
from bot.blocks.coaching.note import day_in
from bot.blocks.dates import clock_time
from bot.blocks.message import Message, with_text
from bot.blocks.rich import line, line_text, person, text
from bot.blocks.targets import Reader


def offer_message(
    note_id: str, reviewer: str, starts: Sequence[datetime], reader: Reader
) -> Message:
    """Half an hour with the author, at one of these times, or in writing."""
    wanted = [(time_name(each, reader), TALK_TIME, time_value(note_id, each)) for each in starts]
    zone = f" is asked at once. Times in {reader.timezone}."
    return _told(
        [text("When would half an hour suit you? "), person(reviewer), text(zone)],
        [*wanted, ("Rather in writing", TALK_WRITE, note_id)],
    )


def proposal_message(note_id: str, agent: str, about: str, start: str, when: str) -> Message:
    """For the author: the agent proposes a time."""
    value = f"{note_id}|{start}"
    return _told(
        [
            person(agent),
            text(f" would like to talk about your note on the {about}, and proposes {when}."),
        ],
        [("That works", TALK_FITS, value), ("Another time", TALK_OTHER, value)],
    )


def writing_message(agent: str, about: str) -> Message:
    """For the author: the agent would rather write."""
    return _told(
        [
            person(agent),
            text(f" would like to talk in writing about your note on the {about}. Tap the name"),
            text(" to open a direct message."),
        ]
    )


def asked_message(reviewer: str, when: str) -> Message:
    """For the agent: what was asked; without a time, that it is to be in writing."""
    if when:
        return _told([person(reviewer), text(f" is asked about {when}. The answer comes here.")])
    return _told(
        [person(reviewer), text(" knows and will write to you. Tap the name to write first.")]
    )


def answer_message(reviewer: str, when: str, *, fits: bool) -> Message:
    """For the agent: the author's answer to a time."""
    if fits:
        return _told([text(f"Agreed: {when} with "), person(reviewer), text(".")])
    return _told(
        [person(reviewer), text(f" can't make {when}, and will write to you about another time.")]
    )


def answered_message(agent: str, when: str, *, fits: bool) -> Message:
    """For the author: what the agent is told."""
    if fits:
        return _told(
            [person(agent), text(f" is told that {when} works. Put it into your calendar.")]
        )
    return _told(
        [
            person(agent),
            text(f" is told that {when} does not work. Tap the name to find another time."),
        ]
    )


def time_value(note_id: str, start: datetime) -> str:
    return f"{note_id}|{start.isoformat()}"


def time_name(start: datetime, reader: Reader) -> str:
    """``Tue 3 Mar, 10:00``."""
    return f"{day_in(start, reader)}, {clock_time(start, reader.timezone)}"


def _told(parts: Sequence[RichTextElement], wanted: Sequence[tuple[str, str, str]] = ()) -> Message:
    return with_text(line_text(parts), [line(*parts), *buttons(wanted)])
