"""Questions of surveys with a button for each answer, and the thanks that take their place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from slackblocks import ActionsBlock, Block, Button, ContextBlock, PlainText, RichTextBlock

from bot.blocks.actions import (
    SURVEY_ANSWER,
    SURVEY_CALL,
    SURVEY_CHANGE,
    SURVEY_COMMENT,
    SURVEY_RESUME,
    SURVEY_STOP,
    buttons,
)
from bot.blocks.message import Message, paragraph, with_text
from bot.blocks.rich import line, person, person_text, text
from bot.blocks.untrusted import escape, name
from storage.operations.survey_answers import Answer, Refusal
from storage.operations.survey_models import Invitation, InvitationState
from storage.surveys.kinds import CSAT, KINDS, Kind, Mood
from storage.surveys.texts import Texts

LONGEST_SUBJECT = 150
LONGEST_QUOTED = 2900
ANSWERS_IN_A_ROW = 4
"""As many as fit a phone's width, each wide enough for a thumb."""
ANY_ID = "{invitation}"
FACES = {5: "😀", 4: "🙂", 3: "😐", 2: "🙁", 1: "😞"}
_CLICKED = re.compile(r"(?P<kind>[a-z]{1,10}):(?P<id>[0-9a-f-]{36})(?::(?P<score>\d{1,2}))?")
_REFUSALS = {
    Refusal.NOT_INVITED: "not_invited",
    Refusal.CLOSED: "closed",
    Refusal.WITHDRAWN: "withdrawn",
    Refusal.SETTLED: "settled",
    Refusal.UNKNOWN: "closed",
    Refusal.UNFIT: "not_counted",
    Refusal.NOT_ANSWERED: "not_counted",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked; ``person_id`` is whom, named where others read the question too.

    ``is_reminder`` tells that it is asked for the second time, and the last.
    """

    invitation_id: str
    kind: Kind
    subject: str = ""
    person_id: str = ""
    is_reminder: bool = False


@dataclass(frozen=True, slots=True)
class Clicked:
    """What a survey's button says; ``score`` only where it is an answer."""

    kind: Kind
    invitation_id: str
    score: int | None = None


def asked_in(invitation: Invitation, *, is_private: bool) -> Asked:
    """What an invitation asks, as its message says it."""
    return Asked(
        invitation.id,
        KINDS[invitation.kind],
        str(invitation.about.get("subject") or ""),
        "" if is_private else invitation.user_id,
    )


def clicked_of(value: object) -> Clicked | None:
    """What a button's value says; None where it is none of ours."""
    found = _CLICKED.fullmatch(value) if isinstance(value, str) else None
    if found is None or found["kind"] not in KINDS:
        return None
    score = None if found["score"] is None else int(found["score"])
    return Clicked(KINDS[found["kind"]], found["id"], score)


def survey_message(asked: Asked, texts: Texts) -> Message:
    """The question, with a button for each answer."""
    question, is_private = _question(asked, texts), not asked.person_id
    small_print = texts.say("one_click" if is_private else "one_click_shared")
    stop = (texts.say("stop"), SURVEY_STOP, _value(asked))
    reminder = texts.say("reminder") if asked.is_reminder else ""
    blocks: list[Block] = [
        *_for_whom(asked, texts),
        *([ContextBlock([PlainText(reminder)])] if reminder else []),
        paragraph(question),
        *_ends(asked.kind, texts),
        *_rows(asked, texts),
        ContextBlock([PlainText(small_print)]),
        *buttons([stop] if is_private else []),
    ]
    said = escape(f"{reminder} {question}".strip())
    return with_text(_whom_text(asked, texts) + said, blocks)


def asked_again(answer: Answer) -> Asked:
    """What an answer is the answer to, for the person alone."""
    return Asked(answer.invitation_id, answer.kind, answer.subject)


def thanks_message(answer: Answer, texts: Texts) -> Message:
    """The answer back, with what can be done about it.

    Without a comment those of many people differ in the invitation's id alone: to check each anew
    would take longer than all else about a click.
    """
    if answer.comment:
        return _thanks(answer, texts)
    alike = replace(
        answer, invitation_id=ANY_ID, channel_id=None, ts=None, is_changed=True, is_reminded=False
    )
    message = _thanks_alike(alike, texts)
    blocks = json.dumps(message.blocks).replace(ANY_ID, answer.invitation_id)
    return Message(message.text, tuple(json.loads(blocks)))


def _thanks(answer: Answer, texts: Texts) -> Message:
    asked = asked_again(answer)
    said = texts.say("thanks", answer=said_answer(answer.kind, answer.score, texts))
    blocks: list[Block] = [ContextBlock([PlainText(_question(asked, texts))]), paragraph(said)]
    if answer.comment:
        quoted = name(answer.comment, LONGEST_QUOTED)
        blocks.append(paragraph(f"{texts.say('your_comment')} {quoted}"))
    blocks += _calling(answer, _value(asked), texts)
    if answer.has_opted_out:
        blocks.append(paragraph(texts.say("stopped")))
    blocks += buttons(_offers(answer, texts))
    return with_text(escape(said), blocks)


_thanks_alike = lru_cache(maxsize=500)(_thanks)


def stopped_message(asked: Asked, texts: Texts) -> Message:
    """What somebody sees who does not want to be asked, and gave no answer."""
    said = texts.say("stopped")
    undo = (texts.say("undo"), SURVEY_RESUME, _value(asked))
    return with_text(escape(said), [paragraph(said), *buttons([undo])])


def resumed_message(texts: Texts) -> Message:
    """Somebody may be asked again, whose question is over."""
    return _plain(texts.say("resumed"))


def ended_message(invitation: Invitation, texts: Texts, *, has_opted_out: bool = False) -> Message:
    """What takes the place of a question that is over, or was answered in another message."""
    asked = asked_in(invitation, is_private=True)
    said = texts.say(_ending(invitation))
    blocks: list[Block] = [ContextBlock([PlainText(_question(asked, texts))]), paragraph(said)]
    if has_opted_out and not invitation.is_shared_place:
        undo = (texts.say("undo"), SURVEY_RESUME, _value(asked))
        blocks += [paragraph(texts.say("stopped")), *buttons([undo])]
    return with_text(escape(said), blocks)


def _ending(invitation: Invitation) -> str:
    """Where others read it, nobody sees whether it was answered."""
    if invitation.state is InvitationState.WITHDRAWN:
        return "withdrawn"
    is_answered = invitation.state is InvitationState.ANSWERED
    return "answered_already" if is_answered and not invitation.is_shared_place else "over"


def refused_message(refusal: Refusal, texts: Texts) -> Message:
    """Why a click was not counted."""
    return _plain(texts.say(_REFUSALS[refusal]))


def not_kept_message(texts: Texts) -> Message:
    """The database was out of order."""
    return _plain(texts.say("not_kept"))


def said_answer(kind: Kind, score: int, texts: Texts) -> str:
    """An answer as it stands within a sentence: ``satisfied``, or ``9 / 10``."""
    if kind is not CSAT:
        return f"{score} / {kind.highest}"
    label = texts.say(f"{kind.key}.{score}")
    return label[:1].lower() + label[1:]


def _plain(said: str) -> Message:
    return with_text(escape(said), [paragraph(said)])


def _question(asked: Asked, texts: Texts) -> str:
    subject = name(asked.subject, LONGEST_SUBJECT) if asked.subject.strip() else ""
    key = f"{asked.kind.key}.question"
    return texts.say(f"{key}_about", subject=subject) if subject else texts.say(key)


def _for_whom(asked: Asked, texts: Texts) -> Iterator[RichTextBlock]:
    if asked.person_id:
        before, _, after = texts.say("only_for").partition("{person}")
        parts = [text(before), person(asked.person_id), text(after)]
        yield line(*(part for part in parts if getattr(part, "text", "-")))


def _whom_text(asked: Asked, texts: Texts) -> str:
    if not asked.person_id:
        return ""
    return escape(texts.say("only_for")).replace("{person}", person_text(asked.person_id)) + " "


def _ends(kind: Kind, texts: Texts) -> Iterator[Block]:
    """What the scale's ends mean; faces say it themselves."""
    if kind is not CSAT:
        lowest, highest = (texts.say(f"{kind.key}.{end}") for end in ("lowest", "highest"))
        said = f"{kind.lowest} = {lowest}, {kind.highest} = {highest}"
        yield ContextBlock([PlainText(said)])


def _rows(asked: Asked, texts: Texts) -> list[ActionsBlock]:
    kind = asked.kind
    scores = sorted(kind.scores, reverse=kind is CSAT)
    in_a_row = len(scores) if kind is CSAT else ANSWERS_IN_A_ROW
    rows = [scores[start : start + in_a_row] for start in range(0, len(scores), in_a_row)]
    return [ActionsBlock([_button(asked, score, texts) for score in row]) for row in rows]


def _button(asked: Asked, score: int, texts: Texts) -> Button:
    kind, action = asked.kind, f"{SURVEY_ANSWER}.{score}"
    value = f"{_value(asked)}:{score}"
    if kind is CSAT:
        return Button(f"{FACES[score]} {texts.say(f'{kind.key}.{score}')}", action, value=value)
    ends = {kind.lowest: "lowest", kind.highest: "highest"}
    meaning = f", {texts.say(f'{kind.key}.{ends[score]}')}" if score in ends else ""
    spoken = name(f"{score} / {kind.highest}{meaning}", 75)
    return Button(str(score), action, value=value, accessibility_label=spoken)


def _calling(answer: Answer, value: str, texts: Texts) -> Sequence[Block]:
    if answer.may_call:
        return [paragraph(texts.say("will_call"))]
    if answer.mood is not Mood.LOW:
        return []
    asks = paragraph(texts.say("may_call"))
    return [asks, *buttons([(texts.say("call_me"), SURVEY_CALL, value)])]


def _offers(answer: Answer, texts: Texts) -> list[tuple[str, str, str]]:
    value = _value(asked_again(answer))
    comment = "change_comment" if answer.comment else "add_comment"
    stop = ("undo", SURVEY_RESUME) if answer.has_opted_out else ("stop", SURVEY_STOP)
    offers = [("change", SURVEY_CHANGE), (comment, SURVEY_COMMENT), stop]
    return [(texts.say(label), action, value) for label, action in offers]


def _value(asked: Asked) -> str:
    return f"{asked.kind.key}:{asked.invitation_id}"
