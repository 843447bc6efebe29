"""The digests that an organisation is offered while it has none."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from storage.digests.audiences import AUDIENCES, entry_of
from storage.metrics.definition import Audience
from storage.operations import digests
from storage.operations.audit import By
from storage.operations.digests import DigestOrder

NAMES = {
    Audience.EXECUTIVE: "Care this month",
    Audience.TEAM: "Team this week",
    Audience.AGENTS: "Your day",
}


def starter_set(timezone: str, country: str = "") -> list[DigestOrder]:
    """One for each audience, to each of its people in a direct message."""
    return [
        starter(entry.audience, timezone, country=country)
        for entry in AUDIENCES
        if entry.audience in NAMES
    ]


def starter(
    audience: Audience, timezone: str, channel_id: str = "", *, country: str = ""
) -> DigestOrder:
    entry = entry_of(audience)
    cadence = entry.cadence(timezone, country)
    return DigestOrder(NAMES[audience], audience, cadence, entry.grain, channel_id)


def make_all(session: Session, orders: Iterable[DigestOrder], by: By) -> list[int]:
    """Makes them; those whose name is taken already are left alone."""
    taken = {each.order.name.casefold() for each in digests.standing(session)}
    return [
        digests.make(session, order, by) for order in orders if order.name.casefold() not in taken
    ]
