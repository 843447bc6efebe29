"""Invitations to surveys on their way: the message when it is sent, and that it is there."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.blocks.message import Json, Message
from bot.blocks.surveys import asked_in, ended_message, survey_message
from jobs.courier import OnSent, Renderers
from jobs.posting import Posted
from storage.errors import UserError
from storage.operations import invitations, opt_outs
from storage.operations.engine import reading
from storage.operations.handover import Claim
from storage.operations.invitations import DELIVERY, OPEN
from storage.operations.survey_endings import ENDING, end_message
from storage.operations.survey_models import Invitation, InvitationState
from storage.periods import Clock
from storage.surveys.texts import ByLanguage, texts_of

UNWANTED = "The survey was withdrawn, answered or over before it was sent."
STILL_OPEN = "The survey is still open."


def rendering_surveys(operations: Engine, changed_texts: ByLanguage) -> Renderers:
    """What makes the question, as long as there is still something to ask."""

    def render(content: Json) -> Message:
        with reading(operations) as session:
            invitation = invitations.find(session, str(content["invitation"]))
            if invitation is None or invitation.state not in OPEN:
                raise UserError(UNWANTED)
            if opt_outs.opted_out(session, {invitation.person}):
                raise UserError(UNWANTED)
            asked = asked_in(invitation, is_private=not invitation.is_shared_place)
            asked = replace(asked, is_reminder=bool(content.get("reminder")))
            return survey_message(asked, texts_of(invitation.language, changed_texts))

    def render_ending(content: Json) -> Message:
        with reading(operations) as session:
            invitation = invitations.find(session, str(content["invitation"]))
            if invitation is None or invitation.state in OPEN:
                raise UserError(STILL_OPEN)
            has_opted_out = bool(opt_outs.opted_out(session, {invitation.person}))
            texts = texts_of(invitation.language, changed_texts)
            return ended_message(invitation, texts, has_opted_out=has_opted_out)

    return {DELIVERY: render, ENDING: render_ending}


def noting_sent(clock: Clock) -> OnSent:
    """What notes where the question stands."""

    def note(session: Session, claim: Claim, posted: Posted) -> None:
        if claim.kind == DELIVERY and "invitation" in claim.content:
            invitation_id = str(claim.content["invitation"])
            invitations.sent(session, invitation_id, posted.channel_id, posted.ts, clock())
            row = invitations.find(session, invitation_id)
            if row and _is_in_vain(row, is_reminder=bool(claim.content.get("reminder"))):
                end_message(session, row, (posted.channel_id, posted.ts), clock())

    return note


def _is_in_vain(row: Invitation, *, is_reminder: bool) -> bool:
    """It was answered, withdrawn or over while its message was on the way."""
    is_answered = row.state is InvitationState.ANSWERED
    return (is_answered and is_reminder) or (not is_answered and row.state not in OPEN)
