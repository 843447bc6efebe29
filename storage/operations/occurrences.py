"""Each time that a digest was due: decided once, claimed by one, and kept as a history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from storage.cadences.occurrences import Timeliness, due
from storage.errors import UserError
from storage.operations import digests, outbox
from storage.operations.audit import By, record
from storage.operations.digest_models import Digest as KeptDigest
from storage.operations.digest_models import Occurrence, OccurrenceState, PlanState
from storage.operations.digests import Digest
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.periods import Grain

CLAIMED_FOR = timedelta(minutes=2)
"""Longer than any digest takes to compute; after that another process takes it up."""
BY_HAND = "by hand"
_GRACE = {Grain.DAY: timedelta(hours=6), Grain.WEEK: timedelta(days=1)}
_LONGEST_GRACE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Claim:
    """An occurrence that this process is to compute.

    ``attempt`` counts from 1 those that came to no end, as where the process was killed.
    """

    occurrence_id: int
    digest: Digest
    slot: str
    due_at: datetime
    decided_at: datetime
    is_late: bool
    asked_by: str | None
    attempt: int
    who: str


@dataclass(frozen=True, slots=True)
class Run:
    """An occurrence with how many of its messages are in each state."""

    id: int
    digest_id: int
    slot: str
    due_at: datetime
    is_late: bool
    asked_by: str | None
    state: OccurrenceState
    reason: str
    deliveries: Mapping[DeliveryState, int]


def decide(session: Session, now: datetime) -> list[int]:
    """Writes down what came due of all active digests, each once; returns the ids to be computed.

    What is too late to be sent is written down as missed.
    """
    active = select(KeptDigest.id).where(
        KeptDigest.state == PlanState.ACTIVE, KeptDigest.decided_until < now
    )
    found = [digests.find(session, each) for each in session.scalars(active).all()]
    return [made for each in found for made in _decide(session, each, now)]


def is_any_undecided(session: Session, now: datetime) -> bool:
    """Whether anything came due that is not written down yet; only reads."""
    active = (each for each in digests.standing(session) if each.state is PlanState.ACTIVE)
    return any(
        due(each.order.cadence, each.decided_until, now, grace_of(each.order.grain))
        for each in active
    )


def is_any_waiting(session: Session, now: datetime) -> bool:
    """Whether there is anything to compute; only reads."""
    free = or_(Occurrence.claimed_until.is_(None), Occurrence.claimed_until <= now)
    waiting = select(Occurrence.id).where(Occurrence.state == OccurrenceState.DUE, free).limit(1)
    return session.scalar(waiting) is not None


def grace_of(grain: Grain) -> timedelta:
    """How late something is still worth reading: a day's figures on the day itself."""
    return _GRACE.get(grain, _LONGEST_GRACE)


def claim_due(session: Session, who: str, now: datetime, limit: int = 1) -> list[Claim]:
    """Claims what is to be computed, the oldest first; a claim that expired is claimed anew."""
    free = or_(Occurrence.claimed_until.is_(None), Occurrence.claimed_until <= now)
    chosen = (
        select(Occurrence)
        .where(Occurrence.state == OccurrenceState.DUE, free)
        .order_by(Occurrence.due_at, Occurrence.id)
        .limit(limit)
    )
    claims = []
    for row in session.scalars(chosen).all():
        row.claimed_by, row.claimed_until = who, now + CLAIMED_FOR
        row.attempts += 1
        claims.append(_claim(session, row, who))
    return claims


def is_held(session: Session, claim: Claim) -> bool:
    """Whether the claim still holds; once it does not, nothing may be planned under it."""
    row = session.get_one(Occurrence, claim.occurrence_id)
    return (row.state, row.claimed_by, row.attempts) == (
        OccurrenceState.DUE,
        claim.who,
        claim.attempt,
    )


def finish(
    session: Session,
    claim: Claim,
    state: OccurrenceState,
    *,
    told: str | None = None,
    reason: str = "",
) -> None:
    """Says what became of it: planned, skipped or failed, in the transaction that enqueues."""
    row = session.get_one(Occurrence, claim.occurrence_id)
    row.state, row.told, row.reason = state, told, reason or None
    row.claimed_by = row.claimed_until = None


def retry(session: Session, claim: Claim, after: datetime, reason: str) -> None:
    """Gives the claim back; nobody takes it up before ``after``."""
    row = session.get_one(Occurrence, claim.occurrence_id)
    row.claimed_by, row.claimed_until, row.reason = None, after, reason
    row.attempts -= 1


def run_now(session: Session, digest_id: int, by: By, key: str) -> int:
    """An occurrence by hand, due at once, also of a paused digest. Once for each ``key``."""
    slot = f"{BY_HAND} {key}"[:80]
    chosen = select(Occurrence.id).where(Occurrence.digest_id == digest_id, Occurrence.slot == slot)
    if (existing := session.scalar(chosen)) is not None:
        return existing
    digest = digests.find(session, digest_id)
    if digest.state is PlanState.DELETED:
        raise UserError("This digest was deleted.", "See which there are: /digest list.")
    made = _add(session, digest_id, (slot, by.at), by.at, OccurrenceState.DUE)
    made.asked_by = by.who
    session.flush()
    record(session, by, "digest run", digest.order.name, slot)
    return made.id


def stop(session: Session, occurrence_id: int, by: By) -> int:
    """Stops a run; what is not handed to Slack yet stays unsent. Returns how many those are."""
    row = session.get_one(Occurrence, occurrence_id)
    stopped = outbox.stop(session, about_run(row.digest_id, row.id), by.at)
    if row.state is OccurrenceState.DUE or stopped:
        row.state = OccurrenceState.STOPPED
        row.claimed_by = row.claimed_until = None
        name = digests.find(session, row.digest_id).order.name
        record(session, by, "digest run stopped", name, row.slot)
    return stopped


def about_run(digest_id: int, occurrence_id: int) -> str:
    """What the deliveries of a run are about."""
    return f"digest:{digest_id}:{occurrence_id}"


def last_told(session: Session, digest_id: int) -> str | None:
    """The fingerprint of what was told the last time that anything was."""
    chosen = (
        select(Occurrence.told)
        .where(Occurrence.digest_id == digest_id, Occurrence.told.is_not(None))
        .order_by(Occurrence.due_at.desc(), Occurrence.id.desc())
        .limit(1)
    )
    return session.scalar(chosen)


def history(session: Session, digest_id: int, limit: int = 10) -> list[Run]:
    """The newest runs, newest first."""
    chosen = (
        select(Occurrence)
        .where(Occurrence.digest_id == digest_id)
        .order_by(Occurrence.due_at.desc(), Occurrence.id.desc())
        .limit(limit)
    )
    return _runs(session, session.scalars(chosen).all())


def newest(session: Session) -> dict[int, Run]:
    """The last run of each digest that had one, by the digest's id."""
    order = (Occurrence.due_at.desc(), Occurrence.id.desc())
    position = func.row_number().over(partition_by=Occurrence.digest_id, order_by=order)
    ranked = select(Occurrence.id, position.label("position")).subquery()
    first = select(ranked.c.id).where(ranked.c.position == 1)
    rows = session.scalars(select(Occurrence).where(Occurrence.id.in_(first))).all()
    return {run.digest_id: run for run in _runs(session, rows)}


def find_run(session: Session, occurrence_id: int) -> Run:
    (run,) = _runs(session, [session.get_one(Occurrence, occurrence_id)])
    return run


def _decide(session: Session, digest: Digest, now: datetime) -> list[int]:
    found = due(digest.order.cadence, digest.decided_until, now, grace_of(digest.order.grain))
    if not found:
        return []
    slots = [each.slot for each, _ in found]
    known = set(
        session.scalars(
            select(Occurrence.slot).where(
                Occurrence.digest_id == digest.id, Occurrence.slot.in_(slots)
            )
        )
    )
    made = []
    for each, timeliness in found:
        if each.slot in known:
            continue
        state = OccurrenceState.MISSED if timeliness is Timeliness.MISSED else OccurrenceState.DUE
        row = _add(session, digest.id, (each.slot, each.due_at), now, state)
        row.is_late = timeliness is Timeliness.LATE
        made.append(row)
    session.get_one(KeptDigest, digest.id).decided_until = found[-1][0].due_at
    session.flush()
    return [row.id for row in made if row.state is OccurrenceState.DUE]


def _add(
    session: Session,
    digest_id: int,
    slot: tuple[str, datetime],
    now: datetime,
    state: OccurrenceState,
) -> Occurrence:
    row = Occurrence(
        digest_id=digest_id,
        slot=slot[0],
        due_at=slot[1],
        decided_at=now,
        state=state,
        attempts=0,
        is_late=False,
    )
    session.add(row)
    return row


def _claim(session: Session, row: Occurrence, who: str) -> Claim:
    return Claim(
        row.id,
        digests.find(session, row.digest_id),
        row.slot,
        row.due_at,
        row.decided_at,
        row.is_late,
        row.asked_by,
        row.attempts,
        who,
    )


def _runs(session: Session, rows: Sequence[Occurrence]) -> list[Run]:
    counted = (
        select(Delivery.occurrence_id, Delivery.state, func.count())
        .where(Delivery.occurrence_id.in_([row.id for row in rows]))
        .group_by(Delivery.occurrence_id, Delivery.state)
    )
    states: dict[int | None, dict[DeliveryState, int]] = {}
    for occurrence_id, state, number in session.execute(counted):
        states.setdefault(occurrence_id, {})[state] = number
    return [
        Run(
            row.id,
            row.digest_id,
            row.slot,
            row.due_at,
            row.is_late,
            row.asked_by,
            row.state,
            row.reason or "",
            states.get(row.id, {}),
        )
        for row in rows
    ]
