"""What alert rules found: opened once, told once, and closed when it came back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from storage.alerts.kept import segment_of, segment_text
from storage.alerts.rule import Standing
from storage.metrics.answer import SegmentValues
from storage.operations import alerts
from storage.operations.alert_models import AlertRule, Crossing
from storage.operations.alerts import Alert
from storage.operations.audit import By, record
from storage.operations.base import Json
from storage.operations.digest_models import PlanState
from storage.operations.outbox import Parcel, Priority, enqueue
from storage.periods import local_day

LATE_AFTER = timedelta(hours=24)
"""A warning that could not be posted for so long is none any more."""
KIND = "alert"


@dataclass(frozen=True, slots=True)
class Seen:
    """A segment as it was just judged; ``about`` is what is told of it, opened or returned."""

    segment: SegmentValues
    standing: Standing
    value: float | None = None
    about: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptCrossing:
    """One crossing of one segment, open until ``closed_at``."""

    id: int
    alert_id: int
    segment: SegmentValues
    opened_at: datetime
    about: Json
    told_at: datetime | None
    acknowledged_by: str | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Telling:
    """What one message tells: what has crossed, and what came back."""

    alert: Alert
    opened: tuple[KeptCrossing, ...]
    returned: tuple[KeptCrossing, ...]


Content = Callable[[Telling], Json]


def open_segments(session: Session, alert_id: int) -> dict[SegmentValues, bool]:
    """The segments with a crossing that has not come back, and whether it was told."""
    rows = session.scalars(select(Crossing).where(_is_open(alert_id)))
    return {segment_of(row.segment): row.told_at is not None for row in rows}


def settle(
    session: Session, alert: Alert, seen: Iterable[Seen], now: datetime, content: Content
) -> bool:
    """Writes down what was found, and puts what is to be told into the outbox, all or nothing.

    A rule that was changed, paused or deleted since it was read is left alone. Returns whether a
    message is on its way.
    """
    kept = session.get(AlertRule, alert.id)
    if kept is None or kept.state is not PlanState.ACTIVE or kept.version != alert.version:
        return False
    _write_down(session, alert.id, seen, now)
    session.flush()
    current = alerts.alert_of(kept)
    if not current.told.may_tell(now):
        return False
    opened, returned = _untold(session, alert.id)
    if not opened and not returned:
        return False
    telling = Telling(current, _kept(opened), _kept(returned))
    kept.told_on = local_day(now, kept.timezone)
    for each in opened:
        each.told_at = now
    _close_the_books(session, telling, now)
    enqueue(session, [_parcel(content(telling), kept, now)], now)
    return True


def is_waiting(session: Session, alert_id: int) -> bool:
    """Whether something that was found is not told yet."""
    return any(_untold(session, alert_id))


def give_up(session: Session, alert: Alert, now: datetime) -> bool:
    """Pauses a rule that can find nothing any more; False where somebody changed it meanwhile."""
    kept = session.get(AlertRule, alert.id)
    if kept is None or kept.state is not PlanState.ACTIVE or kept.version != alert.version:
        return False
    alerts.set_state(session, alert.id, alert.version, PlanState.PAUSED, By("CareKPI", now))
    return True


def acknowledge(session: Session, ids: Collection[int], by: By) -> list[KeptCrossing]:
    """Notes who takes care of it; returns those that were acknowledged already, by whom."""
    rows = session.scalars(select(Crossing).where(Crossing.id.in_(ids))).all()
    before = [row for row in rows if row.acknowledged_by is not None]
    for row in rows:
        if row.acknowledged_by is None:
            row.acknowledged_by, row.acknowledged_at = by.who, by.at
            record(session, by, "alert acknowledged", str(row.rule_id), row.segment)
    return list(_kept(before))


def newest(session: Session, alert_ids: Collection[int]) -> Mapping[int, KeptCrossing]:
    """The newest crossing of each rule that ever had one, an open one before all others."""
    rows = session.scalars(
        select(Crossing)
        .where(Crossing.rule_id.in_(alert_ids))
        .order_by(Crossing.open_key.is_not(None), Crossing.opened_at, Crossing.id)
    )
    return {row.rule_id: _kept_one(row) for row in rows}


def _write_down(session: Session, alert_id: int, seen: Iterable[Seen], now: datetime) -> None:
    known = {
        row.open_key: row for row in session.scalars(select(Crossing).where(_is_open(alert_id)))
    }
    for each in seen:
        text = segment_text(each.segment)
        row = known.get(text)
        if each.standing is Standing.CROSSED and row is None:
            session.add(_opened(alert_id, text, each, now))
        elif each.standing is Standing.CROSSED and row is not None and row.told_at is None:
            row.about, row.value = each.about, each.value
        elif each.standing is Standing.CLEAR and row is not None:
            row.open_key, row.closed_at = None, now
            row.about = {**row.about, **each.about}


def _opened(alert_id: int, text: str, seen: Seen, now: datetime) -> Crossing:
    return Crossing(
        rule_id=alert_id,
        segment=text,
        open_key=text,
        opened_at=now,
        about=seen.about,
        value=seen.value,
    )


def _untold(session: Session, alert_id: int) -> tuple[list[Crossing], list[Crossing]]:
    """What crossed, and what came back after it was told.

    What came back before anybody heard of it is dropped, and so is coming back where the same
    segment has crossed again.
    """
    rows = session.scalars(
        select(Crossing)
        .where(
            Crossing.rule_id == alert_id,
            or_(Crossing.open_key.is_not(None), Crossing.closing_told_at.is_(None)),
        )
        .order_by(Crossing.id)
    ).all()
    still_open = {row.segment for row in rows if row.open_key is not None}
    opened = [row for row in rows if row.open_key is not None and row.told_at is None]
    closed = [row for row in rows if row.open_key is None and row.told_at is not None]
    newest = {row.segment: row for row in closed if row.segment not in still_open}
    return opened, list(newest.values())


def _close_the_books(session: Session, telling: Telling, now: datetime) -> None:
    """Whoever hears how a segment stands now is not told of its earlier comings back."""
    heard = [segment_text(each.segment) for each in (*telling.opened, *telling.returned)]
    session.execute(
        update(Crossing)
        .where(
            Crossing.rule_id == telling.alert.id,
            Crossing.segment.in_(heard),
            Crossing.closed_at.is_not(None),
            Crossing.closing_told_at.is_(None),
        )
        .values(closing_told_at=now)
    )


def _parcel(content: Json, kept: AlertRule, now: datetime) -> Parcel:
    return Parcel(
        key=f"{KIND}:{kept.id}:{kept.told_on}",
        kind=KIND,
        priority=Priority.ALERT,
        recipient=kept.channel_id,
        about=f"{KIND}:{kept.id}",
        content=content,
        expires_at=now + LATE_AFTER,
    )


def _is_open(alert_id: int) -> ColumnElement[bool]:
    return (Crossing.rule_id == alert_id) & Crossing.open_key.is_not(None)


def _kept(rows: Sequence[Crossing]) -> tuple[KeptCrossing, ...]:
    return tuple(map(_kept_one, rows))


def _kept_one(row: Crossing) -> KeptCrossing:
    return KeptCrossing(
        row.id,
        row.rule_id,
        segment_of(row.segment),
        row.opened_at,
        row.about,
        row.told_at,
        row.acknowledged_by,
        row.closed_at,
    )
