"""Digests that are due: decided and claimed in the database, computed, and put into the outbox."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.blocks.digests import digest_message
from bot.blocks.digests.notes import failed_note, retired_note, undelivered_note
from bot.blocks.message import Message
from bot.blocks.rich import is_user_id
from jobs.digest_looks import note_looks
from jobs.scheduler import Job
from storage.digests.compose import compose
from storage.digests.recipients import (
    DestinationOf,
    Surroundings,
    admins,
    has_left,
    recipients_of,
)
from storage.digests.timing import timing_of
from storage.digests.told import Composed, Recipient
from storage.errors import NotNowError, UnreachableError, UserError
from storage.operations import digests, occurrences, outbox
from storage.operations.digest_models import OccurrenceState, PlanState
from storage.operations.digests import Digest
from storage.operations.engine import reading, writing
from storage.operations.occurrences import Claim, about_run, grace_of
from storage.operations.outbox import Parcel, Priority, Receipt
from storage.periods import Clock, local_day
from storage.settings import Settings

logger = logging.getLogger(__name__)

EVERY = timedelta(seconds=5)
KIND, NOTE = "digest", "digest note"
MOST_ATTEMPTS = 4
"""Of those that came to no end: after as many the computation itself is what kills."""
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)
TRY_FOR = timedelta(hours=1)
NOT_COMPUTED = "Its figures could not be computed, after several attempts."
NOT_ASKED = "Slack could not be asked about it in time."
NOTHING_NEW = "Nothing new since the last one."
NOT_WANTED = "The digest was paused or deleted before it was sent."
NOBODY = "Nobody had anything to be told."


@dataclass(frozen=True, slots=True)
class DigestDesk:
    """What digests are computed with. ``destination_of`` asks what a conversation may get."""

    facts: Engine
    operations: Engine
    settings: Settings
    clock: Clock
    destination_of: DestinationOf
    named_admins: frozenset[str] = frozenset()
    stopping: Event = field(default_factory=Event)


def planning_digests(desk: DigestDesk) -> Job:
    """Plans what is due; any number of processes may do so at once."""
    who = f"{socket.gethostname()[:30]} {os.getpid()} {uuid4().hex[:8]}"

    def plan() -> None:
        plan_due(desk, who)

    return Job("plan digests", EVERY, plan)


def plan_due(desk: DigestDesk, who: str) -> int:
    """Plans all that is due now, one after the other, and returns how many."""
    _decide(desk)
    planned = 0
    while not desk.stopping.is_set() and (claim := _next(desk, who)):
        _carry_out(desk, claim)
        planned += 1
    return planned


def telling_owner(clock: Clock, named_admins: frozenset[str]) -> Callable[[Session, Receipt], None]:
    """What tells the owner that a digest did not arrive, at most once an hour and run."""

    def tell(session: Session, receipt: Receipt) -> None:
        if receipt.kind != KIND or receipt.occurrence_id is None:
            return
        now = clock()
        run = occurrences.find_run(session, receipt.occurrence_id)
        digest = digests.find(session, run.digest_id)
        to, has_gone = _owners(session, digest, named_admins)
        note = undelivered_note(digest, receipt.recipient, receipt.reason or "", has_gone=has_gone)
        about = f"undelivered:{run.id}:{now:%Y-%m-%dT%H}"
        outbox.enqueue(session, _notes(to, about, note), now)

    return tell


def _decide(desk: DigestDesk) -> None:
    """Writes down what came due, once for all that is planned now: it looks at every digest."""
    now = desk.clock()
    with reading(desk.operations) as session:
        if not occurrences.is_any_undecided(session, now):
            return
    with writing(desk.operations) as session:
        occurrences.decide(session, desk.clock())


def _next(desk: DigestDesk, who: str) -> Claim | None:
    """Claims the oldest that is to be computed."""
    with reading(desk.operations) as session:
        if not occurrences.is_any_waiting(session, desk.clock()):
            return None
    with writing(desk.operations) as session:
        claims = occurrences.claim_due(session, who, desk.clock())
    return claims[0] if claims else None


def _carry_out(desk: DigestDesk, claim: Claim) -> None:
    """Whatever goes wrong with one concerns no other."""
    if claim.attempt > MOST_ATTEMPTS:
        _fail(desk, claim, NOT_COMPUTED)
        return
    if not _is_wanted(claim):
        _stop(desk, claim)
        return
    try:
        composed, recipients = _composed(desk, claim)
        parcels = list(_parcels(claim, composed))
    except (SQLAlchemyError, UnreachableError) as error:
        logger.warning("Digest %s could not be computed: %s", claim.digest.id, error)
        _try_again(desk, claim, claim.decided_at + TRY_FOR, NOT_COMPUTED)
    except UserError as error:
        _fail(desk, claim, str(error))
    except NotNowError as error:
        logger.warning("Digest %s waits: %s", claim.digest.id, error)
        _try_again(desk, claim, _too_late(claim), NOT_ASKED)
    else:
        _plan(desk, claim, composed, (recipients, parcels))


def _is_wanted(claim: Claim) -> bool:
    """Whether nobody paused or deleted it meanwhile; what is run by hand is sent also if paused."""
    state = claim.digest.state
    return state is PlanState.ACTIVE or (state is PlanState.PAUSED and claim.asked_by is not None)


def _stop(desk: DigestDesk, claim: Claim) -> None:
    with writing(desk.operations) as session:
        if occurrences.is_held(session, claim):
            occurrences.finish(session, claim, OccurrenceState.STOPPED, reason=NOT_WANTED)


def _composed(desk: DigestDesk, claim: Claim) -> tuple[Composed, list[Recipient]]:
    order, settings, now = claim.digest.order, desk.settings, desk.clock()
    timing = timing_of(order, claim.due_at, now, settings.timezone, is_late=claim.is_late)
    with reading(desk.operations) as session, desk.facts.connect() as facts:
        around = Surroundings(
            facts,
            session,
            desk.destination_of,
            desk.named_admins,
            local_day(now, settings.timezone),
        )
        recipients = recipients_of(claim.digest, around)
        return compose(facts, session, order, recipients, timing, settings), recipients


def _parcels(claim: Claim, composed: Composed) -> Iterator[Parcel]:
    digest_id, too_late = claim.digest.id, _too_late(claim)
    for recipient, told in composed.told.items():
        yield Parcel(
            key=f"digest:{digest_id}:{claim.slot}:{recipient}",
            kind=KIND,
            priority=Priority.DIGEST,
            recipient=recipient,
            about=about_run(digest_id, claim.occurrence_id),
            content=_content(digest_message(told)),
            occurrence_id=claim.occurrence_id,
            expires_at=too_late,
        )


def _too_late(claim: Claim) -> datetime:
    return claim.due_at + grace_of(claim.digest.order.grain)


def _plan(
    desk: DigestDesk,
    claim: Claim,
    composed: Composed,
    to: tuple[list[Recipient], list[Parcel]],
) -> None:
    """Puts it into the outbox and says that it is there, in one transaction."""
    now = desk.clock()
    with writing(desk.operations) as session:
        if not occurrences.is_held(session, claim):
            return
        if composed.refused and not composed.told:
            reason = next(iter(composed.refused.values()))
            _settle_failed(session, desk, claim, reason)
            return
        if reason := _why_skipped(session, claim, composed):
            occurrences.finish(session, claim, OccurrenceState.SKIPPED, reason=reason)
            return
        outbox.enqueue(session, to[1], now)
        note_looks(session, claim, composed, to[0], now)
        told = composed.fingerprint or None
        occurrences.finish(session, claim, OccurrenceState.PLANNED, told=told)
        if composed.retired:
            _tell_retired(session, desk, claim.digest, composed.retired)


def _why_skipped(session: Session, claim: Claim, composed: Composed) -> str:
    """Nobody to be told, or nothing new where that is wanted; by hand it is always sent."""
    if not composed.told:
        return NOBODY
    if not claim.digest.order.only_if_changed or claim.asked_by:
        return ""
    last = occurrences.last_told(session, claim.digest.id)
    is_new = composed.fingerprint and composed.fingerprint != last
    return "" if is_new else NOTHING_NEW


def _try_again(desk: DigestDesk, claim: Claim, until: datetime, reason: str) -> None:
    """Later, and each time a little later still; from a time on it has failed."""
    now = desk.clock()
    if now >= until:
        _fail(desk, claim, reason)
        return
    wait = min(max((now - claim.decided_at) / 2, SHORTEST_WAIT), LONGEST_WAIT)
    with writing(desk.operations) as session:
        if occurrences.is_held(session, claim):
            occurrences.retry(session, claim, now + wait, reason)


def _fail(desk: DigestDesk, claim: Claim, reason: str) -> None:
    with writing(desk.operations) as session:
        if occurrences.is_held(session, claim):
            _settle_failed(session, desk, claim, reason)


def _settle_failed(session: Session, desk: DigestDesk, claim: Claim, reason: str) -> None:
    """Says why, and tells the owner how to mend it."""
    occurrences.finish(session, claim, OccurrenceState.FAILED, reason=reason)
    to, has_gone = _owners(session, claim.digest, desk.named_admins)
    to_where = claim.digest.order.channel_id
    note = failed_note(claim.digest, to_where, reason, has_gone=has_gone)
    outbox.enqueue(session, _notes(to, f"failed:{claim.occurrence_id}", note), desk.clock())


def _tell_retired(
    session: Session, desk: DigestDesk, digest: Digest, retired: tuple[str, ...]
) -> None:
    """Once for each version of the digest."""
    to, has_gone = _owners(session, digest, desk.named_admins)
    note = retired_note(digest, retired, has_gone=has_gone)
    about = f"retired:{digest.id}:{digest.version}"
    outbox.enqueue(session, _notes(to, about, note), desk.clock())


def _owners(
    session: Session, digest: Digest, named_admins: frozenset[str]
) -> tuple[list[str], bool]:
    """Whom to tell: the owner; the admins where there is none in Slack, and whether they left."""
    if not is_user_id(digest.owner):
        return admins(session, named_admins), False
    if has_left(session, digest.owner):
        return admins(session, named_admins), True
    return [digest.owner], False


def _notes(to: Iterable[str], about: str, note: Message) -> list[Parcel]:
    return [
        Parcel(f"{about}:{who}"[:200], NOTE, Priority.NOTE, who, about, _content(note))
        for who in to
    ]


def _content(message: Message) -> dict[str, object]:
    return {"message": {"text": message.text, "blocks": list(message.blocks)}}
