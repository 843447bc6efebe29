"""Digests of the seed's organisation, and whoever gets them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Engine

from storage.access import InChannel, OnlyThem
from storage.digests.audiences import entry_of
from storage.digests.compose import compose
from storage.digests.recipients import THE_ORGANISATION
from storage.digests.timing import timing_of
from storage.digests.told import Composed, Recipient
from storage.metrics.answer import Filter
from storage.metrics.definition import Audience
from storage.operations.digests import DigestOrder
from storage.operations.engine import open_operations, reading
from storage.roles import Member, Role, RoleGrant
from storage.settings import Settings

BERLIN = "Europe/Berlin"
SETTINGS = Settings(timezone=BERLIN)
MONDAY = datetime(2026, 6, 15, 7, tzinfo=UTC)
"""09:00 in Berlin; week 24 is over."""
THIRD_WORKING_DAY = datetime(2026, 6, 3, 7, tzinfo=UTC)
WEDNESDAY_EVENING = datetime(2026, 6, 10, 15, 30, tzinfo=UTC)
EXECUTIVE = Member("T1", "U0EVA", frozenset({RoleGrant(Role.EXECUTIVE)}))
LEAD = Member("T1", "U0LEO", frozenset({RoleGrant(Role.LEAD, frozenset({"billing"}))}))
AMY = Member("T1", "U0AMY", agent_ids=frozenset({"a1"}), agent_teams=frozenset({"billing"}))


def order(
    audience: Audience,
    name: str = "Care",
    filters: tuple[Filter, ...] = (),
    metrics: tuple[str, ...] = (),
    timezone: str = BERLIN,
) -> DigestOrder:
    entry = entry_of(audience)
    cadence = entry.cadence(timezone)
    return DigestOrder(name, audience, cadence, entry.grain, "", metrics, filters)


def channel(*teams: str, is_shared: bool = False) -> Recipient:
    destination = InChannel(frozenset(teams), is_shared_with_others=is_shared)
    return Recipient("C0CARE", THE_ORGANISATION, destination)


def alone(member: Member, *own: Filter) -> Recipient:
    return Recipient(member.slack_user_id, member, OnlyThem(), own)


@cache
def _without_targets() -> Engine:
    """A database with nothing in it, which is only read."""
    return open_operations("sqlite://")


def composed(
    facts: Engine,
    wanted: DigestOrder,
    recipients: Sequence[Recipient],
    due_at: datetime,
    *,
    late_by_hours: int = 0,
) -> Composed:
    """What is told on time, with no target set, else some hours after."""
    now = due_at.replace(hour=due_at.hour + late_by_hours)
    timing = timing_of(wanted, due_at, now, BERLIN, is_late=late_by_hours > 0)
    with facts.connect() as connection, reading(_without_targets()) as session:
        return compose(connection, session, wanted, recipients, timing, SETTINGS)
