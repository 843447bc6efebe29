"""Invitations to surveys on their way: the message when it is sent, and that it is there."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.blocks.message import Json, Message
from bot.blocks.surveys import asked_in, survey_message
from jobs.courier import OnSent, Renderers
from storage.errors import UserError
from storage.operations import invitations
from storage.operations.engine import reading
from storage.operations.invitations import DELIVERY, OPEN, invitation_of
from storage.operations.outbox import Receipt
from storage.operations.outbox_models import Delivery
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
            is_private = invitation.place_id == invitation.user_id
            asked = asked_in(invitation, is_private=is_private)
            return survey_message(asked, texts_of(invitation.language, changed_texts))

    return {DELIVERY: render}


def noting_survey_sent(clock: Clock) -> OnSent:
    """What notes where the question stands."""

    def note(session: Session, receipt: Receipt) -> None:
        if receipt.kind == DELIVERY and receipt.channel_id and receipt.ts:
            key = session.get_one(Delivery, receipt.id).key
            invitation_id = invitation_of(key)
            invitations.sent(session, invitation_id, receipt.channel_id, receipt.ts, clock())

    return note
