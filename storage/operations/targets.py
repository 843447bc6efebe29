"""Targets that people set, with their history: nothing is overwritten."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from storage.metrics.definition import Segment
from storage.metrics.target import Scope, Target, TargetInForce
from storage.operations.audit import By, record
from storage.operations.models import TargetEntry
from storage.periods import Grain


@dataclass(frozen=True, slots=True)
class Subject:
    """What a target is for; without a grain it is for every period."""

    metric_key: str
    scope: Scope = ()
    grain: Grain | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A target as it was set, from a local day on; without a target it was taken away."""

    id: int
    subject: Subject
    target: Target | None
    starts_on: date
    by: By


@dataclass(frozen=True, slots=True)
class Outcome:
    """What setting or removing a target came to.

    ``before`` is what was in force on the day from which the new entry holds.
    """

    entry: Entry
    before: Entry | None


def set_target(
    session: Session, subject: Subject, target: Target, starts_on: date, by: By
) -> Outcome:
    """Sets it from a local day on. The same set twice by the same person is one entry."""
    entries = history(session, subject)
    before = _in_force(entries, starts_on)
    newest = entries[-1] if entries else None
    if newest and _is_same(newest, target, starts_on, by):
        return Outcome(newest, _in_force(entries[:-1], starts_on))
    details = f"{_written(target)} from {starts_on}"
    return Outcome(_add(session, subject, target, starts_on, by, details), before)


def remove_target(session: Session, subject: Subject, ends_on: date, by: By) -> Outcome | None:
    """Takes away what is in force or planned from a local day on; None where there is nothing."""
    entries = history(session, subject)
    before = _in_force(entries, ends_on) or _planned(entries, ends_on)
    if before is None:
        return None
    return Outcome(_add(session, subject, None, ends_on, by, f"removed from {ends_on}"), before)


def in_force(session: Session, metric_key: str, day: date) -> list[TargetInForce]:
    """A metric's targets that hold on a local day, one for each of its scopes, oldest first."""
    return [
        TargetInForce(entry.subject.scope, entry.target, entry.subject.grain)
        for entry in entries_in_force(session, day, metric_key)
        if entry.target
    ]


def entries_in_force(session: Session, day: date, metric_key: str | None = None) -> list[Entry]:
    """The entries behind the targets that hold on a local day, in the order they were set."""
    rows = select(TargetEntry)
    if metric_key is not None:
        rows = rows.where(TargetEntry.metric_key == metric_key)
    subjects: dict[Subject, list[Entry]] = {}
    for entry in _entries(session, rows):
        subjects.setdefault(entry.subject, []).append(entry)
    found = [_in_force(entries, day) for entries in subjects.values()]
    return sorted((entry for entry in found if entry), key=lambda entry: entry.id)


def history(session: Session, subject: Subject) -> list[Entry]:
    """Everything that was ever set for it or taken away, oldest first."""
    return _entries(
        session,
        select(TargetEntry).where(
            TargetEntry.metric_key == subject.metric_key,
            TargetEntry.scope == _scope_text(subject.scope),
            TargetEntry.grain == _grain_text(subject.grain),
        ),
    )


def newest_id(session: Session) -> int:
    """The id of what was set or removed last; 0 where nothing was."""
    return session.scalar(select(func.max(TargetEntry.id))) or 0


def planned(entries: Iterable[Entry], day: date) -> list[Entry]:
    """What begins after a local day and was not taken away since, the soonest first."""
    later = [entry for entry in _standing(entries) if entry.starts_on > day and entry.target]
    return sorted(later, key=lambda entry: (entry.starts_on, entry.id))


def _planned(entries: Iterable[Entry], day: date) -> Entry | None:
    return next(iter(planned(entries, day)), None)


def _in_force(entries: Iterable[Entry], day: date) -> Entry | None:
    """Of those that have begun the one that began last; of equals the one that was set last."""
    begun = [entry for entry in _standing(entries) if entry.starts_on <= day]
    newest = max(begun, key=lambda entry: (entry.starts_on, entry.id), default=None)
    return newest if newest and newest.target else None


def _standing(entries: Iterable[Entry]) -> list[Entry]:
    """Without what a later removal took away before it began."""
    kept: list[Entry] = []
    for entry in entries:
        if entry.target is None:
            kept = [each for each in kept if each.starts_on < entry.starts_on]
        kept.append(entry)
    return kept


def _is_same(newest: Entry, target: Target, starts_on: date, by: By) -> bool:
    return (newest.target, newest.starts_on, newest.by.who) == (target, starts_on, by.who)


def _add(
    session: Session,
    subject: Subject,
    target: Target | None,
    starts_on: date,
    by: By,
    details: str,
) -> Entry:
    row = TargetEntry(
        metric_key=subject.metric_key,
        scope=_scope_text(subject.scope),
        grain=_grain_text(subject.grain),
        low=target.low if target else None,
        high=target.high if target else None,
        starts_on=starts_on,
        set_by=by.who,
        set_at=by.at,
    )
    session.add(row)
    session.flush()
    what = "target set" if target else "target removed"
    about = [subject.metric_key, *(f"{kind.value}:{value}" for kind, value in subject.scope)]
    record(session, by, what, " ".join([*about, _grain_text(subject.grain)]).strip(), details)
    return _entry(row)


def _entries(session: Session, rows: Select[TargetEntry]) -> list[Entry]:
    return [_entry(row) for row in session.scalars(rows.order_by(TargetEntry.id))]


def _entry(row: TargetEntry) -> Entry:
    scope = tuple((Segment(kind), str(value)) for kind, value in json.loads(row.scope))
    subject = Subject(row.metric_key, scope, Grain(row.grain) if row.grain else None)
    has_bounds = row.low is not None or row.high is not None
    target = Target(row.low, row.high) if has_bounds else None
    return Entry(row.id, subject, target, row.starts_on, By(row.set_by, row.set_at))


def _scope_text(scope: Scope) -> str:
    return json.dumps([[kind.value, value] for kind, value in scope], ensure_ascii=False)


def _grain_text(grain: Grain | None) -> str:
    return grain.value if grain else ""


def _written(target: Target) -> str:
    """In the metric's own unit: ``at least 0.75``, ``0.75 to 0.85``."""
    if target.low is None:
        return f"at most {target.high:g}"
    return (
        f"at least {target.low:g}" if target.high is None else f"{target.low:g} to {target.high:g}"
    )
