"""Customers and their contacts, as far as asking them goes: read from the facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select

from storage.errors import UserError
from storage.facts.tables import agents, contacts, customers
from storage.periods import zone
from storage.surveys.rules import Rule

AT_ONCE = 500
_row = customers.c
_contact = contacts.c


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer, and where in Slack they are; empty where that is not known."""

    customer_id: str
    user_id: str = ""
    team_id: str = ""
    channel_id: str = ""
    organisation_id: str = ""
    language: str = ""
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A resolved contact, its customer, and what an answer about it is counted by."""

    customer: Customer
    source: str
    contact_id: str
    resolved_at: datetime
    channel: str
    issue_type: str | None
    team: str | None
    agent_id: str | None
    reopen_count: int


def customers_by_id(facts: Connection, ids: Collection[str], today: date) -> dict[str, Customer]:
    """Those of them who are customers today."""
    found = _found(facts, _row.customer_id, ids, today)
    return {customer.customer_id: customer for customer in found}


def customers_by_user(facts: Connection, ids: Collection[str], today: date) -> dict[str, Customer]:
    """The same by Slack user id."""
    return {
        customer.user_id: customer for customer in _found(facts, _row.slack_user_id, ids, today)
    }


def customers_in(facts: Connection, segments: Collection[str], today: date) -> list[Customer]:
    """All who are in one of these segments today, by id; of no segment, all."""
    folded = [segment.casefold() for segment in segments]
    chosen = _standing(today)
    if folded:
        chosen = chosen.where(func.lower(_row.segment).in_(folded))
    found = {row.customer_id: _customer(row) for row in facts.execute(chosen)}
    return list(found.values())


def segments_known(facts: Connection) -> list[str]:
    chosen = select(_row.segment).where(_row.segment.is_not(None)).distinct()
    return sorted(facts.scalars(chosen))


def customers_of_teams(facts: Connection, ids: Collection[str], teams: Collection[str]) -> set[str]:
    """Those of them whose account somebody of these teams owns, or who were ever in touch with one.

    It is what a lead may ask.
    """
    folded = [team.casefold() for team in teams]
    found: set[str] = set()
    owned = exists().where(
        agents.c.agent_id == _row.owner_agent_id, func.lower(agents.c.team).in_(folded)
    )
    for some in _batches(sorted(ids)):
        found.update(
            facts.scalars(select(_row.customer_id).where(_row.customer_id.in_(some), owned))
        )
        in_touch = and_(_contact.customer_id.in_(some), func.lower(_contact.team).in_(folded))
        found.update(facts.scalars(select(_contact.customer_id).where(in_touch).distinct()))
    return found


def resolved_contacts(
    facts: Connection, rule: Rule, since: datetime, until: datetime, today: date
) -> list[Resolved]:
    """The newest of each customer with a Slack address, resolved after one time up to another."""
    standing = _standing(today).where(_row.slack_user_id.is_not(None)).subquery()
    newest = (
        func.row_number()
        .over(
            partition_by=_contact.customer_id,
            order_by=(_contact.resolved_at.desc(), _contact.source, _contact.contact_id),
        )
        .label("newest")
    )
    chosen = select(
        *(_contact[name] for name in _ABOUT), *(standing.c[name] for name in _WHERE), newest
    ).select_from(contacts.join(standing, _contact.customer_id == standing.c.customer_id))
    ranked = chosen.where(
        _contact.resolved_at > _naive(since),
        _contact.resolved_at <= _naive(until),
        _contact.abandoned.is_(False),
        *_filters(rule, standing.c.segment),
    ).subquery()
    rows = facts.execute(
        select(ranked)
        .where(ranked.c.newest == 1)
        .order_by(ranked.c.resolved_at, ranked.c.contact_id)
    )
    return list({row.customer_id: _resolved(row) for row in rows}.values())


def reopened(facts: Connection, known: Iterable[tuple[str, str, int]]) -> Iterator[tuple[str, str]]:
    """Those of (source, contact id, reopenings when asked) that were opened again since."""
    before = {(source, contact_id): count for source, contact_id, count in known}
    columns = (_contact.source, _contact.contact_id, _contact.resolved_at, _contact.reopen_count)
    for some in _batches(sorted({contact_id for _, contact_id in before})):
        for row in facts.execute(select(*columns).where(_contact.contact_id.in_(some))):
            count = before.get((row.source, row.contact_id))
            is_again = row.resolved_at is None or (row.reopen_count or 0) > (count or 0)
            if count is not None and is_again:
                yield row.source, row.contact_id


_WHERE = (
    "slack_user_id",
    "slack_team_id",
    "slack_channel_id",
    "organisation_id",
    "language",
    "timezone",
)
_ABOUT = (
    "customer_id",
    "source",
    "contact_id",
    "resolved_at",
    "channel",
    "issue_type",
    "team",
    "agent_id",
    "reopen_count",
)


def _standing(today: date) -> Select[tuple[object, ...]]:
    """Who is a customer today; of one who came back, the newest stay comes last."""
    columns = (_row.customer_id, _row.segment, *(_row[name] for name in _WHERE))
    is_one = and_(_row.started_on <= today, or_(_row.ended_on.is_(None), _row.ended_on > today))
    return select(*columns).where(is_one).order_by(_row.customer_id, _row.started_on, _row.source)


def _found(
    facts: Connection, column: ColumnElement[str], values: Collection[str], today: date
) -> Iterator[Customer]:
    for some in _batches(sorted(values)):
        for row in facts.execute(_standing(today).where(column.in_(some))):
            yield _customer(row)


def _filters(rule: Rule, segment: ColumnElement[str]) -> Iterator[ColumnElement[bool]]:
    wanted = (
        (_contact.channel, rule.channels),
        (_contact.issue_type, rule.issue_types),
        (_contact.team, rule.teams),
        (segment, rule.segments),
    )
    for column, values in wanted:
        if values:
            yield func.lower(column).in_([value.casefold() for value in values])


def _customer(row: Row[tuple[object, ...]]) -> Customer:
    return Customer(
        row.customer_id,
        row.slack_user_id or "",
        row.slack_team_id or "",
        row.slack_channel_id or "",
        row.organisation_id or "",
        row.language or "",
        known_zone(row.timezone or ""),
    )


def _resolved(row: Row[tuple[object, ...]]) -> Resolved:
    return Resolved(
        _customer(row),
        row.source,
        row.contact_id,
        row.resolved_at.replace(tzinfo=UTC),
        row.channel,
        row.issue_type,
        row.team,
        row.agent_id,
        row.reopen_count or 0,
    )


def known_zone(name: str) -> str:
    """The name, or nothing where no zone is called so: exports hold all sorts of things."""
    try:
        return zone(name).key if name else ""
    except UserError:
        return ""


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


def _batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
