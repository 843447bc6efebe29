"""Alert rules as people made them: made, changed, paused, muted and looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from storage.alerts.kept import kept_watch, watch_content
from storage.alerts.rule import Watch
from storage.alerts.timing import Told, is_due
from storage.errors import UserError
from storage.operations.alert_models import AlertRule, Crossing
from storage.operations.audit import By, record
from storage.operations.base import Json
from storage.operations.digest_models import PlanState
from storage.operations.digests import ChangedMeanwhileError

LONGEST_NAME = 120
A_DAY = timedelta(days=1)
MOST_ALERTS = 200
"""Rules that are looked at; more would be looked at too rarely."""


@dataclass(frozen=True, slots=True)
class AlertOrder:
    """What somebody wants to be warned of, and where. ``name`` is the words that ask for it."""

    name: str
    watch: Watch
    channel_id: str
    timezone: str
    quiet: str


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule as it stands. ``version`` is what a change must name.

    ``watch`` is None where the kind or the metric is no more.
    """

    id: int
    name: str
    watch: Watch | None
    channel_id: str
    told: Told
    state: PlanState
    owner: str
    version: int
    made_at: datetime
    changed_at: datetime
    changed_by: str
    checked_at: datetime | None


def make(session: Session, order: AlertOrder, by: By) -> tuple[int, bool]:
    """Makes it, looked at from now on; and whether it is new: the same again is the one there.

    Raises:
        UserError: there are too many already.
    """
    for kept in session.scalars(_standing()):
        if (kept.channel_id, kept.kind, kept.metric_key, kept.content) == _sameness(order):
            return kept.id, False
    if len(session.scalars(_standing()).all()) >= MOST_ALERTS:
        raise UserError(f"There are {MOST_ALERTS} alerts already.", "Delete some first.")
    kept = AlertRule(
        state=PlanState.ACTIVE,
        owner=by.who,
        made_at=by.at,
        changed_at=by.at,
        changed_by=by.who,
    )
    _fill(kept, order)
    session.add(kept)
    session.flush()
    record(session, by, "alert made", kept.name, f"to {kept.channel_id}")
    return kept.id, True


def change(session: Session, alert_id: int, version: int, order: AlertOrder, by: By) -> int:
    """Changes it, and returns the new version. It is looked at anew at once.

    Where it watches something else from now on, nothing of it has crossed yet.

    Raises:
        ChangedMeanwhileError: ``version`` is not the newest one.
        UserError: it is deleted.
    """
    kept = _found(session, alert_id)
    is_sent_twice = kept.version == version + 1 and kept.changed_by == by.who
    if is_sent_twice and _order(kept) == order:
        return kept.version
    _check_version(kept, version)
    if _sameness(order)[1:] != (kept.kind, kept.metric_key, kept.content):
        _forget_open(session, kept, by.at)
    _fill(kept, order)
    kept.checked_at = None
    return _changed(session, kept, by, "alert changed")


def set_state(session: Session, alert_id: int, version: int, state: PlanState, by: By) -> int:
    """Pauses it, resumes it, or deletes it; what it is in already, it stays in.

    Raises:
        ChangedMeanwhileError: ``version`` is not the newest one.
        UserError: it is deleted.
    """
    kept = session.get(AlertRule, alert_id)
    if kept is not None and kept.state is state:
        return kept.version
    kept = _found(session, alert_id)
    _check_version(kept, version)
    kept.state, kept.checked_at = state, None
    return _changed(session, kept, by, _DONE[state])


_DONE = {
    PlanState.ACTIVE: "alert resumed",
    PlanState.PAUSED: "alert paused",
    PlanState.DELETED: "alert deleted",
}


def mute(session: Session, alert_id: int, until: datetime | None, by: By) -> None:
    """Tells nothing until then; None unmutes. Whoever changes the rule meanwhile is not held up."""
    kept = _found(session, alert_id)
    kept.muted_until = until
    kept.checked_at = None if until is None else kept.checked_at
    what = "alert unmuted" if until is None else "alert muted"
    record(session, by, what, kept.name, "" if until is None else f"until {until.isoformat()}")


def find(session: Session, alert_id: int) -> Alert:
    """The rule of an id.

    Raises:
        UserError: it is deleted.
    """
    return alert_of(_found(session, alert_id))


def standing(session: Session) -> list[Alert]:
    """Every rule that is not deleted, in the order in which they were made."""
    return [alert_of(kept) for kept in session.scalars(_standing())]


def find_any(session: Session, alert_id: int) -> Alert:
    """The rule of an id, a deleted one too."""
    return alert_of(session.get_one(AlertRule, alert_id))


def is_any_due(session: Session, now: datetime) -> bool:
    """Whether it is time to look at any rule."""
    return _next_due(session, now) is not None


def claim_next(session: Session, now: datetime) -> Alert | None:
    """The rule that waits longest to be looked at; from now on it is, by who asked."""
    kept = _next_due(session, now)
    if kept is None:
        return None
    kept.checked_at = now
    return alert_of(kept)


def put_off(session: Session, alert_id: int, now: datetime, wait: timedelta) -> None:
    """Has a rule that was claimed looked at again after a wait, not after its whole interval."""
    kept = session.get_one(AlertRule, alert_id)
    watch = alert_of(kept).watch
    if watch is not None and watch.kind.every > wait:
        kept.checked_at = now - watch.kind.every + wait


def _next_due(session: Session, now: datetime) -> AlertRule | None:
    active = select(AlertRule).where(AlertRule.state == PlanState.ACTIVE)
    in_turn = active.order_by(AlertRule.checked_at.is_not(None), AlertRule.checked_at, AlertRule.id)
    return next((kept for kept in session.scalars(in_turn) if _is_due(alert_of(kept), now)), None)


def _is_due(alert: Alert, now: datetime) -> bool:
    """A rule that watches nothing any more is due once: its owner has to be told."""
    every = alert.watch.kind.every if alert.watch else A_DAY
    return is_due(alert.told, every, alert.checked_at, now)


def alert_of(kept: AlertRule) -> Alert:
    return Alert(
        kept.id,
        kept.name,
        kept_watch(kept.kind, kept.metric_key, kept.content),
        kept.channel_id,
        Told(kept.timezone, kept.quiet, kept.muted_until, kept.told_on),
        kept.state,
        kept.owner,
        kept.version,
        kept.made_at,
        kept.changed_at,
        kept.changed_by,
        kept.checked_at,
    )


def owned(alerts: Sequence[Alert], who: str) -> list[Alert]:
    """Those of one person first; otherwise in their order."""
    return sorted(alerts, key=lambda alert: alert.owner != who)


def _forget_open(session: Session, kept: AlertRule, now: datetime) -> None:
    """What crossed the line that was drawn before says nothing about the new one."""
    is_open = (Crossing.rule_id == kept.id) & Crossing.closing_told_at.is_(None)
    ended = func.coalesce(Crossing.closed_at, now)
    session.execute(
        update(Crossing).where(is_open).values(open_key=None, closed_at=ended, closing_told_at=now)
    )


def _order(kept: AlertRule) -> AlertOrder | None:
    watch = kept_watch(kept.kind, kept.metric_key, kept.content)
    if watch is None:
        return None
    return AlertOrder(kept.name, watch, kept.channel_id, kept.timezone, kept.quiet)


def _sameness(order: AlertOrder) -> tuple[str, str, str, Json]:
    watch = order.watch
    key = watch.metric.key if watch.metric else ""
    return order.channel_id, watch.kind.key, key, watch_content(watch)


def _fill(kept: AlertRule, order: AlertOrder) -> None:
    named = replace(order, name=order.name[:LONGEST_NAME])
    kept.channel_id, kept.kind, kept.metric_key, kept.content = _sameness(named)
    kept.name = named.name
    kept.timezone, kept.quiet = order.timezone, order.quiet


def _changed(session: Session, kept: AlertRule, by: By, what: str) -> int:
    kept.version += 1
    kept.changed_at, kept.changed_by = by.at, by.who
    record(session, by, what, kept.name, f"to {kept.channel_id}")
    session.flush()
    return kept.version


def _found(session: Session, alert_id: int) -> AlertRule:
    kept = session.get(AlertRule, alert_id)
    if kept is None or kept.state is PlanState.DELETED:
        raise UserError("This alert was deleted.", "See which there are: /kpi alert.")
    return kept


def _check_version(kept: AlertRule, version: int) -> None:
    if kept.version != version:
        raise ChangedMeanwhileError(kept.name, kept.changed_by, kept.changed_at)


def _standing() -> Select[AlertRule]:
    return select(AlertRule).where(AlertRule.state != PlanState.DELETED).order_by(AlertRule.id)
