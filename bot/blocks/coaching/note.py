"""The private note, and what its agent is shown on a click: what went well goes first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from slackblocks import Block, ContextBlock, ModalView, PlainText, RichTextElement, RichTextLink

from bot.blocks.actions import NOTE_APPEAL, NOTE_READ, NOTE_SCORE, NOTE_TALK, buttons
from bot.blocks.coaching.points import points_name
from bot.blocks.dates import dated_name
from bot.blocks.message import Json, Message, paragraph, view, with_text
from bot.blocks.names import channel_word
from bot.blocks.numbers import decimal
from bot.blocks.rich import Line, bold, bullets, line, line_text, person, text
from bot.blocks.targets import Reader
from bot.blocks.untrusted import name
from storage.operations.quality_models import AppealState
from storage.periods import local_day
from storage.quality.noted import Noted, Scored, Subject

LINK = re.compile(r"https?://[^\s<>|]+", re.IGNORECASE)
LONGEST_SAID = 3500
"""Slack changes no message whose text is longer than 4,000 characters."""


def note_message(note: Noted, reader: Reader) -> Message:
    """The note, without the score; with the buttons for what its agent may still do."""
    opening = _opening(note, reader)
    parts = {
        "What went well: ": note.texts.went_well,
        "One thing to try: ": _focus(note),
        "Next step: ": note.texts.next_step,
    }
    given: list[Line] = [[bold(k), text(said)] for k, said in parts.items() if said.strip()]
    blocks: list[Block] = [line(*opening), *(line(*part) for part in given)]
    if note.texts.links:
        blocks.append(line(bold("To look at: "), *_links(note.texts.links)))
    small = _small_print(note, reader)
    blocks += [ContextBlock([PlainText(small)]), *_buttons(note, reader)]
    said = "\n".join(line_text(part) for part in (opening, *given))
    return with_text(_cut(said), blocks)


def withdrawn_message(reviewer: str) -> Message:
    """What stands in a note's place once its author took it back."""
    parts = [person(reviewer), text(" has withdrawn this note. There is nothing to do.")]
    return with_text(line_text(parts), [line(*parts)])


def forgotten_message() -> Message:
    """What stands in a note's place once the agent's data was deleted."""
    said = "What was written here was deleted."
    return with_text(said, [paragraph(said)])


def subject_name(subject: Subject, reader: Reader) -> str:
    """``phone contact 4711 of 3 Mar (double charge)``."""
    named = f"{channel_word(subject.channel)} contact {name(subject.contact_id, 60)}"
    if subject.opened_at:
        named += f" of {day_in(subject.opened_at, reader)}"
    return f"{named} ({name(subject.issue_type, 60)})" if subject.issue_type else named


def day_in(instant: datetime, reader: Reader) -> str:
    """The reader's day of an instant: ``Tue 3 Mar``."""
    today = local_day(reader.now, reader.timezone)
    return dated_name(local_day(instant, reader.timezone), today)


def score_view(scored: Scored) -> Json:
    """The score, beside the agent's own past; nobody else's."""
    blocks: list[Block] = [line(bold(f"{decimal(scored.value, 0)} of 100"), text(_beside(scored)))]
    for section in scored.card.sections:
        lines = [
            [text(f"{name(each.title, 75)}: "), bold(points_name(each, scored.answers[each.key]))]
            for each in section.criteria
            if each.key in scored.answers
        ]
        if lines:
            blocks += [line(bold(name(section.title, 75) if section.title else "Criteria"))]
            blocks.append(bullets(lines))
    return view(ModalView(title="Score", close="Close", blocks=blocks))


def _beside(scored: Scored) -> str:
    told = ""
    if scored.auto_failed:
        told = ", as a criterion that decides the whole review was not met"
    if scored.first is not None:
        told += f", first {decimal(scored.first, 0)}"
    if scored.past_mean is None:
        return f"{told}. There are too few earlier reviews of yours to compare it with."
    mean, reviews = decimal(scored.past_mean, 0), scored.past_reviews
    return f"{told}. Your {reviews} reviews before were {mean} on average."


def _opening(note: Noted, reader: Reader) -> list[RichTextElement]:
    what = " corrects an earlier note about your " if note.is_correction else " looked at your "
    return [person(note.reviewer), text(f"{what}{subject_name(note.subject, reader)}.")]


def _focus(note: Noted) -> str:
    moment, focus = note.texts.moment.strip(), note.texts.focus.strip()
    return f"({moment}) {focus}" if moment and focus else focus


def _links(links: Sequence[str]) -> list[RichTextElement]:
    """An address is a link only where it leads to a page."""
    parts: list[RichTextElement] = []
    for each in links:
        parts += [text(", ")] if parts else []
        parts.append(RichTextLink(each) if LINK.fullmatch(each) else text(name(each, 200)))
    return parts


def _small_print(note: Noted, reader: Reader) -> str:
    said = ["Only you and who wrote it see this note in CareKPI."]
    if note.read_at:
        said.append(f"Read on {day_in(note.read_at, reader)}.")
    match note.appeal_state:
        case AppealState.OPEN:
            said.append("Somebody else is looking at what you see differently.")
        case None if note.appeal_until:
            said.append(f"You may see it differently until {day_in(note.appeal_until, reader)}.")
        case None:
            pass
        case _:
            said.append("What you saw differently is decided: see the thread.")
    return " ".join(said)


def _buttons(note: Noted, reader: Reader) -> list[Block]:
    wanted = [] if note.read_at else [("Thanks, read", NOTE_READ, note.id)]
    wanted.append(("Let's talk", NOTE_TALK, note.id))
    in_time = note.appeal_until is None or reader.now <= note.appeal_until
    if note.appeal_state is None and in_time:
        wanted.append(("I see it differently", NOTE_APPEAL, note.id))
    return list(buttons([*wanted, ("Show the score", NOTE_SCORE, note.id)]))


def _cut(said: str) -> str:
    return said if len(said) <= LONGEST_SAID else said[: LONGEST_SAID - 1] + "…"
