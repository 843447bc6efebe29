"""From lists and resolved contacts to invitations: who is asked when, or why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from storage.operations import campaigns, invitations, opt_outs, outbox
from storage.operations.campaign_progress import seen
from storage.operations.campaigns import Campaign, CampaignOrder, Listed
from storage.operations.invitations import Invite
from storage.operations.survey_models import CampaignState, Invitation, InvitationState
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
from storage.surveys.histories import (
    AT_ONCE,
    already_listed,
    earlier_asked,
    taken_places,
    to_be_reminded,
)
from storage.surveys.manners import CONTACT
from storage.surveys.prospects import Around, Prospect, contact_prospects, listed_prospects
from storage.surveys.rules import Spot

PART = 200
"""Of a list, decided in one transaction, so that no click waits for long."""


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


def judge(
    session: Session,
    prospects: Sequence[Prospect],
    order: CampaignOrder,
    around: Around,
    campaign_id: int | None = None,
) -> list[Verdict]:
    """A verdict about each, with what everybody was asked before; of one person once in a list."""
    people = {each.person for each in prospects if not each.barred}
    earlier = earlier_asked(session, people)
    listed = already_listed(session, campaign_id, people) if campaign_id else set[str]()
    opted_out = opt_outs.opted_out(session, people)
    candidates = []
    for each in prospects:
        barred = each.barred or (Reason.OPTED_OUT if each.person in opted_out else None)
        if order.rule is None and not barred:
            barred = Reason.DUPLICATE if each.person in listed else None
            listed.add(each.person)
        candidates.append(_candidate(each, order, earlier.get(each.person, ()), barred))
    organisations = {each.customer.organisation_id for each in prospects} - {""}
    taken = taken_places(session, organisations, around.today, around.timezone)
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
    """Decides about the next of a list, at most 200, and returns how many it looked at."""
    campaign = campaigns.find(session, campaign_id)
    if campaign.state is not CampaignState.ACTIVE or campaign.is_rule:
        return 0
    start = seen(session, campaign_id)
    people = campaign.order.people[start : start + PART]
    key = f"list:{campaign_id}:{start}+"
    prospects = listed_prospects(session, facts, campaign.order, people, around, key)
    verdicts = judge(session, prospects, campaign.order, around, campaign_id)
    write(session, campaign, zip(prospects, verdicts, strict=True), around)
    if start + len(people) >= campaign.number:
        campaigns.forget_list(session, campaign_id)
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
    which = to_be_reminded(around.now, around.manners.reminder_days)
    rows = session.scalars(select(Invitation).where(*which).limit(AT_ONCE)).all()
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
    key = invitations.reminder_key(row.id)
    return replace(parcel, key=key, content=content, expires_at=until)


def _parcel(row: Invitation, around: Around) -> outbox.Parcel:
    """Not to be sent at night, should it take that long until it is its turn."""
    due_at = row.due_at or around.now
    until = min(row.expires_at, closing(due_at, _zone(row, around), around.manners))
    return replace(invitations.parcel_of(row, not_before=due_at), expires_at=until)


def _zone(row: Invitation, around: Around) -> str:
    return row.timezone or around.timezone


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
