"""Coaching notes after they were sent: receipts, what was withdrawn, appeals, and the facts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from slack_sdk import WebClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.blocks.coaching.author import unassigned_message
from bot.blocks.coaching.note import forgotten_message, withdrawn_message
from bot.blocks.message import Message
from jobs.calls import GoneError, PostingError, RefusedError
from jobs.courier import OnSent
from jobs.posting import Posted, Posting
from jobs.scheduler import Job
from storage.digests.recipients import admins
from storage.operations import appeals, notes, outbox
from storage.operations.engine import reading, writing
from storage.operations.handover import Claim
from storage.operations.note_parcels import ABOUT, ASKING, NOTE
from storage.operations.notes import InSlack
from storage.operations.outbox import Parcel, Priority, Receipt
from storage.operations.quality_models import Appeal
from storage.periods import Clock
from storage.quality.calibration_copying import copy_calibrations
from storage.quality.copying import copy_reviews
from storage.sealing import Sealer
from storage.settings import Settings

logger = logging.getLogger(__name__)

COPY_EVERY = timedelta(seconds=30)
TAKE_BACK_EVERY = timedelta(seconds=10)
ASSIGN_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class CoachingDesk:
    """What coaching is done with; ``named_admins`` are those of ``CAREKPI_ADMINS``."""

    facts: Engine
    operations: Engine
    settings: Settings
    clock: Clock
    sealer: Sealer
    named_admins: frozenset[str] = frozenset()


def noting_sent(desk: CoachingDesk) -> OnSent:
    """Notes that a note is with its agent: from then on the time for an appeal runs."""
    appeal_for = timedelta(days=desk.settings.appeal_days)

    def note_sent(session: Session, claim: Claim, _posted: Posted) -> None:
        if claim.kind == NOTE:
            notes.mark_sent(session, claim.content["note"], desk.clock(), appeal_for)

    return note_sent


def telling_author(clock: Clock) -> Callable[[Session, Receipt], None]:
    """Tells the author of a note that reached nobody; an appeal goes to another reviewer."""

    def tell(session: Session, receipt: Receipt) -> None:
        if receipt.kind == NOTE:
            notes.mark_unreachable(session, _note_id(receipt), receipt.reason or "", clock())
        elif receipt.kind == ASKING and (appeal := appeals.of_note(session, _note_id(receipt))):
            appeals.assign(session, appeal, clock())

    return tell


def copying_reviews(desk: CoachingDesk) -> Job:
    """Brings into the facts what a crash kept from them; at the start, and now and then."""

    def copy() -> None:
        copy_reviews(desk.facts, desk.operations, desk.clock())
        copy_calibrations(desk.facts, desk.operations, desk.clock())

    return Job("copy reviews", COPY_EVERY, copy)


def taking_back(desk: CoachingDesk, slack: WebClient) -> Job:
    """Takes the text of notes out of Slack that were withdrawn or forgotten."""
    posting = Posting(slack)

    def take_back() -> None:
        with reading(desk.operations) as session:
            found = notes.still_in_slack(session)
        for each in found:
            try:
                posting.change(each.channel_id, each.ts, _instead(each))
            except (GoneError, RefusedError) as error:
                logger.info("A withdrawn note can't be changed any more: %s", error)
            except PostingError as error:
                logger.warning("A withdrawn note is taken back later: %s", error)
                continue
            with writing(desk.operations) as session:
                notes.mark_taken_back(session, each)

    return Job("take back withdrawn notes", TAKE_BACK_EVERY, take_back)


def _instead(found: InSlack) -> Message:
    return withdrawn_message(found.reviewer) if found.is_withdrawn else forgotten_message()


def assigning_appeals(desk: CoachingDesk) -> Job:
    """Finds a second reviewer where there was none, or the one asked has left."""

    def assign() -> None:
        with writing(desk.operations) as session:
            for appeal in appeals.waiting(session):
                if not appeals.assign(session, appeal, desk.clock()):
                    _tell_admins(session, desk, appeal)

    return Job("assign appeals", ASSIGN_EVERY, assign)


def _tell_admins(session: Session, desk: CoachingDesk, appeal: Appeal) -> None:
    """Once for each appeal."""
    message = unassigned_message(notes.note(session, appeal.note_id).team)
    content = {"message": {"text": message.text, "blocks": list(message.blocks)}}
    told = f"appeal without reviewer:{appeal.id}"
    parcels = [
        Parcel(f"{told}:{who}", "appeal note", Priority.NOTE, who, told, content)
        for who in admins(session, desk.named_admins)
    ]
    outbox.enqueue(session, parcels, desk.clock())


def _note_id(receipt: Receipt) -> str:
    return receipt.about.removeprefix(ABOUT)
