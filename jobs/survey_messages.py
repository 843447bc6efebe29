"""Invitations to surveys on their way: the message when it is sent, and that it is there."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.blocks.message import Json, Message
from bot.blocks.surveys import asked_in, survey_message
from jobs.courier import OnSent, Renderers
from jobs.posting import Posted
from storage.errors import UserError
from storage.operations import invitations, opt_outs
from storage.operations.engine import reading
from storage.operations.handover import Claim
from storage.operations.invitations import DELIVERY, OPEN
from storage.periods import Clock
from storage.surveys.texts import ByLanguage, texts_of

UNWANTED = "The survey was withdrawn, answered or over before it was sent."


def rendering_surveys(operations: Engine, changed_texts: ByLanguage) -> Renderers:
    """What makes the question, as long as there is still something to ask."""

    def render(content: Json) -> Message:
        with reading(operations) as session:
            invitation = invitations.find(session, str(content["invitation"]))
            if invitation is None or invitation.state not in OPEN:
                raise UserError(UNWANTED)
            if opt_outs.opted_out(session, {invitation.person}):
                raise UserError(UNWANTED)
            is_private = invitation.place_id == invitation.user_id
            asked = asked_in(invitation, is_private=is_private)
            return survey_message(asked, texts_of(invitation.language, changed_texts))

    return {DELIVERY: render}


def noting_sent(clock: Clock) -> OnSent:
    """What notes where the question stands."""

    def note(session: Session, claim: Claim, posted: Posted) -> None:
        if claim.kind == DELIVERY and "invitation" in claim.content:
            invitation_id = str(claim.content["invitation"])
            invitations.sent(session, invitation_id, posted.channel_id, posted.ts, clock())

    return note
