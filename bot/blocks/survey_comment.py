"""The form for a comment on an answer, with a question that depends on the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from slackblocks import InputBlock, ModalView, PlainTextInput

from bot.blocks.actions import SURVEY_COMMENTED
from bot.blocks.message import FIELD, Json, paragraph, view
from bot.blocks.surveys import refused_message
from storage.operations.survey_answers import Answer, Refusal
from storage.surveys.texts import Texts

COMMENT = f"{FIELD}comment"
LONGEST_TYPED = 3000


@dataclass(frozen=True, slots=True)
class Place:
    """Where the thanks stand that a comment changes: ``response_url`` is of the click there."""

    invitation_id: str
    channel_id: str
    ts: str
    thread_ts: str
    response_url: str
    is_alone: bool


def comment_form(answer: Answer, place: Place, texts: Texts) -> Json:
    """What is asked depends on how the answer was meant."""
    question = texts.say(f"{answer.kind.key}.ask_{answer.mood.value}")
    typed = PlainTextInput(
        "comment",
        initial_value=(answer.comment or "")[:LONGEST_TYPED] or None,
        multiline=True,
        max_length=LONGEST_TYPED,
        focus_on_load=True,
    )
    field = InputBlock(question, typed, block_id=COMMENT, optional=answer.comment is not None)
    return view(
        ModalView(
            title=texts.say("comment_title"),
            submit=texts.say("send"),
            close=texts.say("cancel"),
            callback_id=SURVEY_COMMENTED,
            private_metadata=json.dumps(asdict(place)),
            blocks=[field],
        )
    )


def refused_form(refusal: Refusal, texts: Texts) -> Json:
    """What takes the form's place where the survey was closed meanwhile."""
    said = refused_message(refusal, texts)
    title, close = texts.say("comment_title"), texts.say("close")
    empty = view(ModalView(title=title, close=close, blocks=[paragraph("-")]))
    return empty | {"blocks": list(said.blocks)}


def not_kept_errors(texts: Texts) -> dict[str, str]:
    """Beside what was typed, which stays."""
    return {COMMENT: texts.say("not_kept")}


def place_of(submitted: Mapping[str, Json]) -> Place:
    return Place(**json.loads(str(submitted["private_metadata"])))


def comment_of(submitted: Mapping[str, Json]) -> str:
    """What was typed, also where it was nothing."""
    (element,) = submitted["state"]["values"][COMMENT].values()
    return str(element.get("value") or "")
