"""What a digest tells each of its recipients, under that recipient's own rights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256

from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from storage.access import OnlyThem, Refused, decide
from storage.digests.agent_days import read_agent_days
from storage.digests.audiences import entry_of
from storage.digests.sections import Asking, Ground
from storage.digests.told import (
    Composed,
    Contacted,
    Figures,
    LowAnswers,
    OwnDay,
    Recipient,
    Timing,
    Told,
)
from storage.metrics.answer import Filter, Question, Row
from storage.metrics.catalog import METRICS, VOLUME
from storage.metrics.definition import Audience, Metric, Segment
from storage.operations.digests import DigestOrder
from storage.operations.follow_ups import open_of_all
from storage.operations.targets import in_force
from storage.periods import PeriodChoice, Which, local_day
from storage.settings import Settings

NOTHING_TO_TELL = "There is nothing to tell: none of the digest's metrics is there any more."


def compose(
    facts: Connection,
    session: Session,
    order: DigestOrder,
    recipients: Sequence[Recipient],
    timing: Timing,
    settings: Settings,
) -> Composed:
    """What each recipient is told; what two of them may see alike is computed once."""
    if order.audience is Audience.AGENTS:
        return _to_agents(facts, order, recipients, timing, settings)
    metrics, retired = metrics_of(order)
    targets = {
        metric.key: in_force(session, metric.key, _last_day(timing, settings)) for metric in metrics
    }
    ground = Ground(facts, timing, settings, targets, open_of_all(session))
    told: dict[str, Told] = {}
    refused: dict[str, str] = {}
    for recipient in recipients:
        filters = order.filters or recipient.own_filters
        asking = Asking(ground, metrics, filters, recipient)
        found = _told(order, asking)
        if found is None:
            refused[recipient.id] = _why_nothing(asking)
        else:
            told[recipient.id] = found
    return Composed(told, refused, retired, _fingerprint(told))


def metrics_of(order: DigestOrder) -> tuple[tuple[Metric, ...], tuple[str, ...]]:
    """The metrics that are told, and the keys of those that there are no more."""
    if order.audience is not Audience.OWN:
        return entry_of(order.audience).metrics, ()
    known = {metric.key: metric for metric in METRICS}
    told = tuple(known[key] for key in order.metrics if key in known)
    return told, tuple(key for key in order.metrics if key not in known)


def _told(order: DigestOrder, asking: Asking) -> Told | None:
    parts = [section(asking) for section in entry_of(order.audience).sections]
    if parts and parts[0] is None:
        return None
    ground = asking.ground
    left_out = tuple(each.name for each in asking.metrics if each.key in asking.refused)
    return Told(
        order.name,
        order.audience,
        ground.timing,
        ground.settings,
        _filters(parts[0]) if isinstance(parts[0], Figures) else asking.filters,
        tuple(part for part in parts if part is not None),
        left_out,
    )


def _filters(part: Figures) -> tuple[Filter, ...]:
    """What all figures are filtered by: what the digest says, and what the rights narrow."""
    first, *others = (answer.query.filters for answer in part.answers)
    return tuple(each for each in first if all(each in filters for filters in others))


def _why_nothing(asking: Asking) -> str:
    refused = next(iter(asking.refused.values()), Refused(NOTHING_TO_TELL))
    return f"{refused.sentence} {refused.next_step}".strip()


def _last_day(timing: Timing, settings: Settings) -> date:
    return min(timing.period.last_day, local_day(timing.now, settings.timezone))


def _to_agents(
    facts: Connection,
    order: DigestOrder,
    recipients: Sequence[Recipient],
    timing: Timing,
    settings: Settings,
) -> Composed:
    """Nothing to who did not work that day; everybody's own figures alone."""
    days = read_agent_days(facts, timing.period, timing.now)
    told: dict[str, Told] = {}
    for recipient in recipients:
        day = days.of(recipient.member.agent_ids) if _sees_own(recipient, timing) else None
        if day is None or (order.only_if_changed and not day.has_anything):
            continue
        told[recipient.id] = Told(order.name, order.audience, timing, settings, (), (OwnDay(day),))
    return Composed(told, {}, (), timing.due_at.isoformat())


def _sees_own(recipient: Recipient, timing: Timing) -> bool:
    own = Filter(Segment.AGENT, tuple(sorted(recipient.member.agent_ids)))
    choice = PeriodChoice(timing.period.grain, Which.EXACT, timing.period.first_day)
    asked = Question(VOLUME, choice, (own,))
    return bool(own.values) and not isinstance(decide(recipient.member, asked, OnlyThem()), Refused)


def _fingerprint(told: dict[str, Told]) -> str:
    """What moved, missed its target or is new, of everybody; without when it was."""
    lines = [f"{who} {line}" for who, each in sorted(told.items()) for line in _news(each)]
    return sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def _news(told: Told) -> Iterator[str]:
    for part in told.parts:
        if isinstance(part, Figures):
            for point in part.points:
                kinds = (point.moved, point.missed, point.newly_met)
                for kind, rows in zip(("moved", "missed", "met"), kinds, strict=True):
                    yield from (f"{point.metric.key} {kind} {_row(row)}" for row in rows)
        elif isinstance(part, Contacted):
            yield from (f"new {reason.issue_type}" for reason in part.reasons.new)
        elif isinstance(part, LowAnswers):
            yield from (f"waiting {each.invitation_id}" for each in part.waiting)


def _row(row: Row) -> str:
    where = ",".join(f"{kind.value}={value}" for kind, value in row.segment)
    return f"{where} {row.change.value if row.change else ''}"
