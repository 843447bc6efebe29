"""Which contacts each metric counts, said once in the words of the definitions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import (
    Double,
    Integer,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    true,
)
from sqlalchemy.sql.elements import ColumnElement

from storage.facts.dialect import seconds_between
from storage.facts.neighbours import is_followed, is_following
from storage.facts.tables import contacts
from storage.metrics.definition import Branch, Condition, Counting
from storage.settings import EVERY_PRIORITY, Settings

contact = contacts.c

LIVE_CHANNELS = ("phone", "chat")
INBOUND = contact.direction == "inbound"
NOT_ABANDONED = not_(contact.abandoned)
OWN_CONTACTS = and_(INBOUND, NOT_ABANDONED)
RESOLVED = and_(INBOUND, contact.resolved_at.is_not(None))


NO_NUMBER = cast(null(), Double)
"""What a row is worth that only weighs."""


def always(condition: ColumnElement[bool]) -> Condition:
    """A condition that no setting changes."""
    return lambda _settings: condition


def share(
    by: Any, of: ColumnElement[bool] | Condition, hit: ColumnElement[bool] | Condition
) -> Counting:
    """Counts the rows ``of``, each worth 1 where it is a ``hit`` and 0 where not."""
    where = of if callable(of) else always(of)
    hits = hit if callable(hit) else always(hit)
    return Counting((Branch(by, where, lambda settings: one_if(hits(settings))),))


def measured(by: Any, of: ColumnElement[bool], value: ColumnElement[Any]) -> Counting:
    """Counts the rows ``of``, each worth a number."""
    return Counting((Branch(by, always(of), lambda _settings: value),))


def counted(by: Any, of: ColumnElement[bool], leaves: Any = None) -> Counting:
    """Counts the rows ``of``, each worth 1; with ``leaves``, as a stock."""
    return Counting((Branch(by, always(of), lambda _settings: literal(1)),), leaves=leaves)


def ratio(
    by: Any, of: ColumnElement[bool], value: ColumnElement[Any], weight: ColumnElement[Any]
) -> Counting:
    """Counts the rows ``of``: the sum of their values is divided by that of their weights."""
    return Counting((weighed(by, of, value, weight),))


def weighed(
    by: Any, of: ColumnElement[bool], value: ColumnElement[Any], weight: ColumnElement[Any]
) -> Branch:
    return Branch(by, always(of), lambda _settings: value, lambda _settings: weight)


def one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 or 0, which it is where that is not known; cast, as a case takes longer of many rows."""
    return cast(func.coalesce(condition, false()), Integer)


def resolution_seconds() -> ColumnElement[float]:
    return seconds_between(contact.opened_at, contact.resolved_at)


def first_response_seconds() -> ColumnElement[float]:
    return seconds_between(contact.opened_at, contact.first_response_at)


def offered(settings: Settings) -> ColumnElement[bool]:
    """Live contacts that were answered, or given up after long enough to count."""
    return and_(
        INBOUND,
        contact.channel.in_(LIVE_CHANNELS),
        contact.wait_seconds.is_not(None),
        or_(NOT_ABANDONED, contact.wait_seconds >= settings.short_abandon_seconds),
    )


def answered_in_time(settings: Settings) -> ColumnElement[bool]:
    return and_(NOT_ABANDONED, contact.wait_seconds <= settings.service_level_seconds)


def first_contact_resolution(by: Any, of: ColumnElement[bool]) -> Counting:
    """Given flag first; where there is none, derived from what the customer did next.

    Derived: never reopened and no other contact of that customer about the same issue within the
    days set. A contact that itself follows another within them is in neither sum, nor is one
    whose customer is unknown.
    """
    given = contact.resolved_on_first_contact
    missing = and_(of, NOT_ABANDONED, given.is_(None), contact.customer_id.is_not(None))
    return Counting(
        (
            Branch(
                by,
                always(and_(of, NOT_ABANDONED, given.is_not(None))),
                lambda _settings: one_if(given),
            ),
            Branch(
                by,
                lambda settings: and_(missing, not_(_repeats(settings, after=False))),
                _stayed_resolved,
                missing=always(missing),
                is_provisional=True,
            ),
        ),
    )


def gross_first_contact_resolution() -> Counting:
    """Of all contacts opened, those resolved on first contact; an open one is not, yet."""
    resolvable = first_contact_resolution(contact.opened_at, INBOUND)
    still_open = and_(
        OWN_CONTACTS,
        contact.resolved_on_first_contact.is_(None),
        contact.customer_id.is_(None),
        contact.resolved_at.is_(None),
    )
    unresolved = Branch(contact.opened_at, always(still_open), lambda _settings: literal(0))
    return Counting((*resolvable.branches, unresolved))


def _stayed_resolved(settings: Settings) -> ColumnElement[int]:
    never_reopened = or_(contact.reopen_count.is_(None), contact.reopen_count == 0)
    resolved = contact.resolved_at.is_not(None)
    return one_if(and_(resolved, never_reopened, not_(_repeats(settings, after=True))))


def _repeats(settings: Settings, *, after: bool) -> ColumnElement[bool]:
    """Whether the customer contacted us again within the window after, or had before."""
    other = contacts.alias("after" if after else "before")
    window = timedelta(days=settings.repeat_contact_days)
    start, end = (contact.opened_at, other.c.opened_at)
    if not after:
        start, end = end, start
    found = exists().where(
        other.c.customer_id == contact.customer_id,
        end > start,
        end <= start + window,
        other.c.direction == "inbound",
        not_(other.c.abandoned),
    )
    alike = [contact.customer_id]
    if not settings.repeat_contact_any_issue:
        found = found.where(other.c.issue_type.is_not_distinct_from(contact.issue_type))
        alike.append(contact.issue_type)
    known = and_(OWN_CONTACTS, contact.customer_id.is_not(None))
    look = is_followed if after else is_following
    return look(found, known, contact.opened_at, literal(window.days), *alike)


def has_target(settings: Settings) -> ColumnElement[bool]:
    """Resolved contacts whose target is known: given as met or not, or set for their priority."""
    given = contact.resolved_within_target.is_not(None)
    hours = settings.resolution_target_hours
    if EVERY_PRIORITY in hours:
        return RESOLVED
    return and_(RESOLVED, or_(given, contact.priority.in_(list(hours))))


def within_target(settings: Settings) -> ColumnElement[bool]:
    given = contact.resolved_within_target
    hours = settings.resolution_target_hours
    if not hours:
        return given
    named = {name: value for name, value in hours.items() if name != EVERY_PRIORITY}
    target = case(
        *((contact.priority == name, value * 3600) for name, value in named.items()),
        (true(), hours.get(EVERY_PRIORITY, 0.0) * 3600),
    )
    return case((given.is_not(None), given), else_=resolution_seconds() <= target)
