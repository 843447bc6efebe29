"""From lists and resolved contacts to invitations: who is asked when, or why not."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, or_, select
from sqlalchemy.orm import Session

from storage.operations import campaigns, invitations, opt_outs, outbox, slack_people
from storage.operations.base import Json
from storage.operations.campaigns import Campaign, CampaignOrder, Listed
from storage.operations.invitations import Invite, person_of
from storage.operations.slack_people import KnownPerson
from storage.operations.survey_models import CampaignState, Invitation, InvitationState
from storage.periods import local_day, local_midnight
from storage.surveys.customers import (
    Customer,
    Resolved,
    customers_by_id,
    customers_by_user,
    customers_of_teams,
    known_zone,
    resolved_contacts,
)
from storage.surveys.eligibility import (
    Asked,
    Candidate,
    Earlier,
    Reason,
    Verdict,
    closing,
    decide,
    opening,
)
from storage.surveys.manners import CONTACT, Manners
from storage.surveys.rules import Place, Spot, is_sampled, spot_of

AT_ONCE = 500
_DUE = func.coalesce(Invitation.sent_at, Invitation.due_at, Invitation.made_at)


def _nobody(_customer_id: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Around:
    """What decides beside the people themselves. ``timezone`` is the organisation's own."""

    manners: Manners
    timezone: str
    now: datetime
    is_forgotten: Callable[[str], bool] = _nobody

    @property
    def today(self) -> date:
        return local_day(self.now, self.timezone)


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


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict about one of a list."""

    listed: Listed
    verdict: Verdict


def preview(
    session: Session, facts: Connection, order: CampaignOrder, around: Around
) -> list[Judged]:
    """Who of a list would be asked, and who left out: as it would be decided now."""
    prospects = listed_prospects(session, facts, order, order.people, around)
    verdicts = judge(session, prospects, order, around)
    return [Judged(*pair) for pair in zip(order.people, verdicts, strict=True)]


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
    decided = _decided(session, list(sampled))
    return [
        _prospect(key, each, campaign.order.place, known, around)
        for key, each in sampled.items()
        if key not in decided
    ]


def judge(
    session: Session,
    prospects: Sequence[Prospect],
    order: CampaignOrder,
    around: Around,
    campaign_id: int | None = None,
) -> list[Verdict]:
    """A verdict about each, with what everybody was asked before; of one person once in a list."""
    people = {each.person for each in prospects if not each.barred}
    earlier, listed = _earlier(session, people, campaign_id if order.rule is None else None)
    opted_out = opt_outs.opted_out(session, people)
    candidates = []
    for each in prospects:
        barred = each.barred or (Reason.OPTED_OUT if each.person in opted_out else None)
        if order.rule is None and not barred:
            barred = Reason.DUPLICATE if each.person in listed else None
            listed.add(each.person)
        candidates.append(_candidate(each, order, earlier.get(each.person, ()), barred))
    organisations = {each.customer.organisation_id for each in prospects} - {""}
    taken = _taken(session, organisations, around)
    return decide(candidates, taken, around.manners, around.timezone)


def write(
    session: Session,
    campaign: Campaign,
    judged: Iterable[tuple[Prospect, Verdict]],
    around: Around,
) -> int:
    """Writes down everybody with the verdict, and puts what is asked into the outbox."""
    invites = [_invite(campaign, prospect, verdict, around) for prospect, verdict in judged]
    ids = invitations.plan(session, invites, around.now)
    for start in range(0, len(ids), AT_ONCE):
        some = Invitation.id.in_(ids[start : start + AT_ONCE])
        rows = session.scalars(select(Invitation).where(some)).all()
        outbox.enqueue(session, [_parcel(row, around) for row in rows], around.now)
    return len(ids)


def plan_list_part(session: Session, facts: Connection, campaign_id: int, around: Around) -> int:
    """Decides about the next of a list, at most 500, and returns how many it looked at."""
    campaign = campaigns.find(session, campaign_id)
    if campaign.state is not CampaignState.ACTIVE or campaign.is_rule:
        return 0
    seen = campaigns.seen(session, campaign_id)
    people = campaign.order.people[seen : seen + AT_ONCE]
    key = f"list:{campaign_id}:{seen}+"
    prospects = listed_prospects(session, facts, campaign.order, people, around, key)
    verdicts = judge(session, prospects, campaign.order, around, campaign_id)
    write(session, campaign, zip(prospects, verdicts, strict=True), around)
    return len(people)


def plan_contacts(session: Session, facts: Connection, campaign_id: int, around: Around) -> int:
    """Decides about the contacts resolved lately that a rule asks about; returns who is asked."""
    campaign = campaigns.find(session, campaign_id)
    if campaign.state is not CampaignState.ACTIVE:
        return 0
    prospects = contact_prospects(session, facts, campaign, around)
    verdicts = judge(session, prospects, campaign.order, around)
    return write(session, campaign, zip(prospects, verdicts, strict=True), around)


def plan_again(session: Session, row: Invitation, around: Around) -> None:
    """For one that could not go out within the hours of its day: the next ones, or never."""
    due_at = opening(around.now, _zone(row, around), around.manners)
    latest = row.expires_at
    if row.purpose == CONTACT:
        latest = min(latest, row.made_at + timedelta(hours=around.manners.contact_hours + 24))
    if due_at >= latest:
        row.state = InvitationState.EXPIRED
        return
    row.due_at = due_at
    parcel = _parcel(row, around)
    outbox.enqueue(
        session, [replace(parcel, key=f"{parcel.key}:{due_at:%Y%m%d%H%M%S}")], around.now
    )


def reminders(session: Session, around: Around) -> int:
    """Reminds everybody whose time it is, directly and once; returns how many."""
    days = around.manners.reminder_days
    if not days:
        return 0
    rows = session.scalars(
        select(Invitation)
        .where(
            Invitation.state == InvitationState.SENT,
            Invitation.sent_at <= around.now - timedelta(days=days),
            Invitation.expires_at > around.now,
            Invitation.reminded_at.is_(None),
            Invitation.is_shared_place.is_(False),
        )
        .limit(AT_ONCE)
    ).all()
    people = opt_outs.opted_out(session, {row.person for row in rows})
    for row in rows:
        row.reminded_at = around.now
    parcels = [_reminder(row, around) for row in rows if row.person not in people]
    return outbox.enqueue(session, parcels, around.now)


def _reminder(row: Invitation, around: Around) -> outbox.Parcel:
    at = opening(around.now, _zone(row, around), around.manners)
    parcel = invitations.parcel_of(row, not_before=at)
    content = {**parcel.content, "reminder": True}
    until = min(row.expires_at, closing(at, _zone(row, around), around.manners))
    return replace(parcel, key=f"{parcel.key}:reminder", content=content, expires_at=until)


def _parcel(row: Invitation, around: Around) -> outbox.Parcel:
    """Not to be sent at night, should it take that long until it is its turn."""
    due_at = row.due_at or around.now
    until = min(row.expires_at, closing(due_at, _zone(row, around), around.manners))
    return replace(invitations.parcel_of(row, not_before=due_at), expires_at=until)


def _zone(row: Invitation, around: Around) -> str:
    return row.timezone or around.timezone


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
    if customer.customer_id and around.is_forgotten(customer.customer_id):
        return Reason.FORGOTTEN
    if not customer.user_id or spot is None:
        return Reason.NO_ADDRESS
    person = known.get(customer.user_id)
    if not customer.team_id or (person is not None and person.is_gone):
        return Reason.UNREACHABLE
    return None


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


def _decided(session: Session, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        found.update(session.scalars(select(Invitation.key).where(Invitation.key.in_(some))))
    return found


def _earlier(
    session: Session, people: set[str], campaign_id: int | None
) -> tuple[dict[str, tuple[Earlier, ...]], set[str]]:
    """What everybody was asked or is going to be, and who is on this list already."""
    found: dict[str, tuple[Earlier, ...]] = {}
    listed: set[str] = set()
    wanted = sorted(people)
    is_asked = or_(Invitation.sent_at.is_not(None), Invitation.state == InvitationState.PLANNED)
    columns = (Invitation.person, Invitation.kind, Invitation.purpose, Invitation.campaign_id)
    for start in range(0, len(wanted), AT_ONCE):
        some = Invitation.person.in_(wanted[start : start + AT_ONCE])
        for row in session.execute(select(*columns, _DUE.label("at")).where(some, is_asked)):
            one = Earlier(row.kind, row.purpose, row.at)
            found[row.person] = (*found.get(row.person, ()), one)
            if row.campaign_id == campaign_id:
                listed.add(row.person)
    return found, listed


def _taken(session: Session, organisations: set[str], around: Around) -> Counter[tuple[str, date]]:
    midnight = local_midnight(around.today, around.timezone)
    is_asked = or_(Invitation.sent_at.is_not(None), Invitation.state == InvitationState.PLANNED)
    taken = Counter[tuple[str, date]]()
    wanted = sorted(organisations)
    for start in range(0, len(wanted), AT_ONCE):
        some = Invitation.organisation_id.in_(wanted[start : start + AT_ONCE])
        chosen = select(Invitation.organisation_id, _DUE).where(some, is_asked, midnight <= _DUE)
        taken.update(
            (which, local_day(at, around.timezone)) for which, at in session.execute(chosen)
        )
    return taken


def _candidate(
    prospect: Prospect, order: CampaignOrder, earlier: tuple[Earlier, ...], barred: Reason | None
) -> Candidate:
    customer = prospect.customer
    return Candidate(
        prospect.person,
        order.kind,
        order.purpose,
        prospect.not_before,
        customer.organisation_id,
        customer.timezone,
        earlier,
        barred,
    )


def _invite(campaign: Campaign, prospect: Prospect, verdict: Verdict, around: Around) -> Invite:
    customer, spot = prospect.customer, prospect.spot or Spot("")
    due_at = verdict.at if isinstance(verdict, Asked) else None
    return Invite(
        key=prospect.key,
        campaign_id=campaign.id,
        kind=campaign.order.kind,
        purpose=campaign.order.purpose,
        user_id=customer.user_id,
        team_id=customer.team_id,
        place_id=spot.place_id,
        language=customer.language[:10],
        expires_at=(due_at or around.now) + timedelta(days=around.manners.expiry_days),
        thread_ts=spot.thread_ts,
        is_shared_place=spot.is_shared,
        timezone=customer.timezone,
        organisation_id=customer.organisation_id,
        customer_id=customer.customer_id,
        source=prospect.source,
        contact_id=prospect.contact_id,
        about=prospect.about,
        reason="" if isinstance(verdict, Asked) else verdict.reason.value,
        due_at=due_at,
    )
