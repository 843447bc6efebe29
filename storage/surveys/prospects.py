"""Those who may be asked: of a list, or after their contacts, with where they are in Slack."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from storage.facts.forgetting import CUSTOMER, IsForgotten
from storage.operations import slack_people
from storage.operations.base import Json
from storage.operations.campaigns import Campaign, CampaignOrder, Listed
from storage.operations.engine import reading
from storage.operations.forgotten import (
    EVERY_SOURCE,
    NO_SOURCE,
    SLACK_PERSON,
    forgotten_ones,
)
from storage.operations.invitations import person_of
from storage.operations.slack_people import KnownPerson
from storage.periods import local_day
from storage.sealing import Sealer
from storage.settings import Settings
from storage.surveys.customers import (
    Customer,
    Resolved,
    customers_by_id,
    customers_by_user,
    customers_of_teams,
    known_zone,
    resolved_contacts,
)
from storage.surveys.eligibility import Reason
from storage.surveys.histories import decided
from storage.surveys.lists import Named
from storage.surveys.manners import Manners
from storage.surveys.rules import Place, Spot, is_sampled, spot_of


@dataclass(frozen=True, slots=True)
class Around:
    """What decides beside the people themselves. ``timezone`` is the organisation's own."""

    manners: Manners
    timezone: str
    now: datetime
    is_forgotten: IsForgotten | None = None

    @property
    def today(self) -> date:
        return local_day(self.now, self.timezone)


def around_now(operations: Engine, settings: Settings, sealer: Sealer, now: datetime) -> Around:
    """What decides now.

    Raises:
        NoKeyError: somebody was forgotten, and the key to find out who is not there.
    """
    with reading(operations) as session:
        is_forgotten = forgotten_ones(session, sealer)
    return Around(settings.surveys, settings.timezone, now, is_forgotten)


@dataclass(frozen=True, slots=True)
class Prospect:
    """Somebody who may be asked, where, and about what. ``barred`` says why not."""

    key: str
    customer: Customer
    not_before: datetime
    spot: Spot | None
    barred: Reason | None = None
    source: str = ""
    contact_id: str = ""
    about: Json = field(default_factory=dict)

    @property
    def person(self) -> str:
        return person_of(self.customer.user_id, self.customer.team_id)


def listed_people(session: Session, named: Sequence[Named]) -> tuple[Listed, ...]:
    """Those of a list as they are kept; an address that Slack does not know is nobody's."""
    known = slack_people.people_by_email(session, {each.email for each in named if each.email})
    found = []
    for each in named:
        person = known.get(each.email.strip().lower())
        user_id = each.user_id or (person.profile.slack_user_id if person else "")
        found.append(Listed(each.customer_id, user_id))
    return tuple(found)


def listed_prospects(
    session: Session,
    facts: Connection,
    order: CampaignOrder,
    people: Sequence[Listed],
    around: Around,
    key: str = "",
) -> list[Prospect]:
    """Those of a list with where they are in Slack; the key of each is its number behind a key."""
    by_id = customers_by_id(facts, {p.customer_id for p in people} - {""}, around.today)
    by_user = customers_by_user(facts, {p.user_id for p in people} - {""}, around.today)
    found = [_customer(each, by_id, by_user) for each in people]
    known = slack_people.people_by_id(session, {c.user_id for c in found if c} - {""})
    theirs = _theirs(facts, order, [c for c in found if c])
    start = max(around.now, order.starts_at or around.now)
    prospects = []
    for number, (each, customer) in enumerate(zip(people, found, strict=True)):
        completed = _completed(customer or Customer(each.customer_id, each.user_id), known)
        spot = spot_of(order.place, completed.user_id, completed.channel_id, "")
        barred = None if customer else Reason.NOT_KNOWN
        barred = barred or _barred(completed, spot, known, around)
        if theirs is not None and not barred and completed.customer_id not in theirs:
            barred = Reason.NOT_THEIRS
        prospects.append(Prospect(f"{key}{number}", completed, start, spot, barred))
    return prospects


def contact_prospects(
    session: Session, facts: Connection, campaign: Campaign, around: Around
) -> list[Prospect]:
    """Those whose contacts a rule asks about, and that were not decided before."""
    rule, manners = campaign.order.rule, around.manners
    if rule is None:
        raise ValueError(f"campaign {campaign.id} follows no contacts")
    since = around.now - timedelta(hours=manners.contact_hours)
    since = max(since, campaign.seen_until or since)
    until = around.now - timedelta(minutes=manners.wait_minutes)
    found = resolved_contacts(facts, rule, since, until, around.today) if since < until else []
    sampled = {
        _contact_key(campaign.id, each): each
        for each in found
        if is_sampled(each.source, each.contact_id, rule.rate)
    }
    known = slack_people.people_by_id(session, {c.customer.user_id for c in sampled.values()})
    done = decided(session, list(sampled))
    return [
        _prospect(key, each, campaign.order.place, known, around)
        for key, each in sampled.items()
        if key not in done
    ]


def _customer(
    listed: Listed, by_id: dict[str, Customer], by_user: dict[str, Customer]
) -> Customer | None:
    """As the list names them; somebody in Slack need not be a customer that is known."""
    if listed.customer_id:
        return by_id.get(listed.customer_id)
    return by_user.get(listed.user_id) or Customer("", listed.user_id)


def _completed(customer: Customer, known: dict[str, KnownPerson]) -> Customer:
    """With the organisation and the zone that Slack knows of, where the facts have none."""
    person = known.get(customer.user_id)
    if person is None:
        return customer
    return replace(
        customer,
        team_id=customer.team_id or person.profile.slack_team_id,
        timezone=customer.timezone or known_zone(person.timezone),
    )


def _barred(
    customer: Customer, spot: Spot | None, known: dict[str, KnownPerson], around: Around
) -> Reason | None:
    if _is_forgotten(customer, around):
        return Reason.FORGOTTEN
    if not customer.user_id or spot is None:
        return Reason.NO_ADDRESS
    person = known.get(customer.user_id)
    if not customer.team_id or (person is not None and person.is_gone):
        return Reason.UNREACHABLE
    return None


def _is_forgotten(customer: Customer, around: Around) -> bool:
    """Whoever was forgotten in one system alone may be a customer still in another."""
    is_forgotten, customer_id = around.is_forgotten, customer.customer_id
    if is_forgotten is None:
        return False
    if customer_id and is_forgotten(CUSTOMER, EVERY_SOURCE, customer_id):
        return True
    source = EVERY_SOURCE if customer_id else NO_SOURCE
    return bool(customer.user_id) and is_forgotten(SLACK_PERSON, source, customer.user_id)


def _theirs(
    facts: Connection, order: CampaignOrder, customers: Sequence[Customer]
) -> set[str] | None:
    if not order.teams:
        return None
    return customers_of_teams(facts, {c.customer_id for c in customers} - {""}, order.teams)


def _prospect(
    key: str, contact: Resolved, place: Place, known: dict[str, KnownPerson], around: Around
) -> Prospect:
    customer = _completed(contact.customer, known)
    spot = spot_of(place, customer.user_id, customer.channel_id, contact.contact_id)
    about = {
        "subject": contact.issue_type or "",
        "channel": contact.channel,
        "issue_type": contact.issue_type,
        "team": contact.team,
        "agent_id": contact.agent_id,
        "reopen_count": contact.reopen_count,
    }
    return Prospect(
        key,
        customer,
        around.now,
        spot,
        _barred(customer, spot, known, around),
        contact.source,
        contact.contact_id,
        about,
    )


def _contact_key(campaign_id: int, contact: Resolved) -> str:
    named = f"{contact.source}\x00{contact.contact_id}".encode()
    return f"contact:{campaign_id}:{hashlib.sha256(named).hexdigest()}"
