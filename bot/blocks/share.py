"""Sharing an answer: the confirmation that says who will see it, and what they then see."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date

from slackblocks import Block, ModalView

from bot.blocks.actions import SHARE_CONFIRMED, buttons
from bot.blocks.answer import content, exactly, how_button, text_of
from bot.blocks.message import Json, Message, paragraph, view, with_text
from bot.blocks.questions import question_name
from bot.blocks.report import Report, report_content
from bot.blocks.rich import line, person, person_text, text
from bot.blocks.untrusted import escape, name
from bot.blocks.why import why_content
from bot.request import Why, insight_words, words
from bot.request.insights import Insight
from storage.metrics.answer import Answer, Question
from storage.metrics.explanation import Explanation


@dataclass(frozen=True, slots=True)
class Place:
    """A Slack channel and who reads it; a count of None is not known."""

    channel_id: str
    channel_name: str
    members: int | None
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """What a channel would get: its name, the words that ask for it again, and its content.

    ``narrowed`` says why the channel gets less than was asked.
    """

    name: str
    words: str
    said: tuple[str, ...]
    blocks: tuple[Block, ...]
    narrowed: str = ""


def share_confirmation(shared: Shared, place: Place) -> Json:
    """The modal that is confirmed before anything is posted."""
    said = " ".join(part for part in (f"{shared.name}.", shared.narrowed) if part)
    return view(
        ModalView(
            title="Share in channel",
            submit="Share",
            close="Cancel",
            callback_id=SHARE_CONFIRMED,
            private_metadata=json.dumps({"question": shared.words, "channel": place.channel_id}),
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


def shared_message(shared: Shared, shared_by: str) -> Message:
    """It for a channel, under the name of who shared it (a Slack user id)."""
    blocks = [line(person(shared_by), text(" shared this.")), *shared.blocks]
    told = escape(" ".join(part for part in (shared.narrowed, *shared.said) if part))
    return with_text(f"{person_text(shared_by)} shared this: {told}", blocks)


def shared_answer(answer: Answer, question: Question, today: date, narrowed: str = "") -> Shared:
    return Shared(
        question_name(question, today),
        words(question),
        tuple(text_of(answer)),
        (*content(answer, narrowed), *buttons(how_button(answer))),
        narrowed,
    )


def shared_why(found: Explanation, question: Question, narrowed: str = "") -> Shared:
    exact = replace(question, period=exactly(found.total.query.period))
    said, blocks = why_content(found, question, narrowed)
    how = buttons(how_button(found.total))
    return Shared(said[0].removesuffix("."), words(Why(exact)), said, (*blocks, *how), narrowed)


def shared_report(report: Report, request: Insight, narrowed: str = "") -> Shared:
    said, blocks = report_content(report, narrowed)
    return Shared(report.title, insight_words(request), said, tuple(blocks), narrowed)


def readers(place: Place) -> str:
    """How many will see what is posted there."""
    kind = "the private channel" if place.is_private else "the channel"
    shown = f"{kind} #{name(place.channel_name)}"
    if place.members is None:
        return f"Everyone in {shown} will see it."
    people = "1 person" if place.members == 1 else f"{place.members:,} people"
    more = "" if place.is_private else " Anyone in the organisation can look it up there."
    return f"{people} in {shown} will see it.{more}"
