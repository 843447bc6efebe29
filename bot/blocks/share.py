"""Sharing an answer: the confirmation that says who will see it, and what they then see."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from slackblocks import ModalView

from bot.blocks.actions import SHARE_CONFIRMED, buttons
from bot.blocks.answer import content, how_button, text_of
from bot.blocks.message import Json, Message, paragraph, view, with_text
from bot.blocks.questions import question_name
from bot.blocks.rich import line, person, person_text, text
from bot.blocks.untrusted import escape, name
from bot.request import words
from storage.metrics.answer import Answer, Question


@dataclass(frozen=True, slots=True)
class Place:
    """A Slack channel and who reads it; a count of None is not known."""

    channel_id: str
    channel_name: str
    members: int | None
    is_private: bool = False


def share_confirmation(question: Question, place: Place, today: date, narrowed: str = "") -> Json:
    """The modal that is confirmed before anything is posted.

    ``narrowed`` says why the channel gets less than was asked.
    """
    said = " ".join(part for part in (f"{question_name(question, today)}.", narrowed) if part)
    return view(
        ModalView(
            title="Share in channel",
            submit="Share",
            close="Cancel",
            callback_id=SHARE_CONFIRMED,
            private_metadata=json.dumps({"question": words(question), "channel": place.channel_id}),
            blocks=[
                paragraph(said),
                paragraph(readers(place)),
                paragraph("The channel gets totals only, with your name as who shared them."),
            ],
        )
    )


def confirmed(private_metadata: str) -> tuple[str, str]:
    """The question's words and the channel id of a confirmed modal."""
    held = json.loads(private_metadata)
    return str(held["question"]), str(held["channel"])


def shared_message(answer: Answer, shared_by: str, narrowed: str = "") -> Message:
    """The answer for a channel, under the name of who shared it (a Slack user id)."""
    blocks = [line(person(shared_by), text(" shared this.")), *content(answer, narrowed)]
    told = escape(" ".join(part for part in (narrowed, *text_of(answer)) if part))
    said = f"{person_text(shared_by)} shared this: {told}"
    return with_text(said, [*blocks, *buttons(how_button(answer))])


def readers(place: Place) -> str:
    """How many will see what is posted there."""
    kind = "the private channel" if place.is_private else "the channel"
    shown = f"{kind} #{name(place.channel_name)}"
    if place.members is None:
        return f"Everyone in {shown} will see it."
    people = "1 person" if place.members == 1 else f"{place.members:,} people"
    more = "" if place.is_private else " Anyone in the organisation can look it up there."
    return f"{people} in {shown} will see it.{more}"
