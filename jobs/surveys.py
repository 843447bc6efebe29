"""Who is asked next: rules that follow contacts, lists, reminders, and what is over."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from jobs.courier import OnFailed
from jobs.scheduler import Job
from storage.errors import UserError
from storage.operations import campaigns, invitations, opt_outs
from storage.operations.campaign_progress import is_done, seen
from storage.operations.campaigns import Campaign
from storage.operations.engine import reading, writing
from storage.operations.outbox import Receipt
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.operations.survey_endings import answered_over, end_messages, is_any_answered_over
from storage.operations.survey_models import CampaignState, Invitation, InvitationState
from storage.periods import Clock
from storage.sealing import Sealer
from storage.settings import Settings
from storage.surveys.customers import reopened
from storage.surveys.eligibility import Reason
from storage.surveys.histories import contacts_asked_about, is_any_over, is_any_to_remind
from storage.surveys.planning import plan_again, plan_contacts, plan_list_part, reminders
from storage.surveys.prospects import Around, around_now, contact_prospects

logger = logging.getLogger(__name__)

EVERY = timedelta(seconds=5)
CLOSED_EVERY = timedelta(minutes=1)
CLOSED_AT_ONCE = 200
"""In one transaction, so that no click waits for long."""


@dataclass(frozen=True, slots=True)
class SurveyDesk:
    """What is asked with."""

    facts: Engine
    operations: Engine
    settings: Settings
    clock: Clock
    sealer: Sealer
    stopping: Event = field(default_factory=Event)

    @property
    def around(self) -> Around:
        return around_now(self.operations, self.settings, self.sealer, self.clock())


def asking_in_surveys(desk: SurveyDesk) -> Job:
    """Any number of processes may do so at once: whoever is asked is asked once."""

    def ask() -> None:
        try:
            ask_due(desk)
        except (SQLAlchemyError, UserError) as error:
            logger.warning("Surveys are looked at again later: %s", error)

    return Job("ask in surveys", EVERY, ask)


def closing_surveys(desk: SurveyDesk) -> Job:
    """Takes back what is over, and what is about a contact that was opened again."""

    def close() -> None:
        try:
            close_due(desk)
        except (SQLAlchemyError, UserError) as error:
            logger.warning("Surveys are closed later: %s", error)

    return Job("close surveys", CLOSED_EVERY, close)


def ask_due(desk: SurveyDesk) -> int:
    """Asks or reminds whoever is due, what is asked more rarely first; returns how many."""
    with reading(desk.operations) as session:
        standing = campaigns.active(session)
    number = 0
    for campaign in sorted(standing, key=lambda each: _rarest_first(each, desk)):
        number += _plan(desk, campaign)
    return number + _remind(desk)


def close_due(desk: SurveyDesk) -> None:
    """Closes what is over or taken back; its messages in Slack are changed as well."""
    _withdraw_reopened(desk)
    while not desk.stopping.is_set() and _is_any_over(desk):
        with writing(desk.operations) as session:
            now = desk.clock()
            over = invitations.expire(session, now, CLOSED_AT_ONCE)
            end_messages(session, over + answered_over(session, now, CLOSED_AT_ONCE), now)


def _is_any_over(desk: SurveyDesk) -> bool:
    """Who only looks keeps no writer waiting."""
    now = desk.clock()
    with reading(desk.operations) as session:
        return is_any_over(session, now) or is_any_answered_over(session, now)


def _withdraw_reopened(desk: SurveyDesk) -> None:
    with reading(desk.operations) as session:
        asked = contacts_asked_about(session)
    with desk.facts.connect() as facts:
        again = list(reopened(facts, asked)) if asked else []
    for source, contact_id in again:
        with writing(desk.operations) as session:
            now = desk.clock()
            withdrawn = invitations.withdraw(session, source, contact_id, now)
            for row in withdrawn:
                row.reason = Reason.REOPENED.value
            end_messages(session, withdrawn, now)


def settling_undelivered(settings: Settings, clock: Clock) -> OnFailed:
    """What is done about an invitation that did not arrive: another day, or not at all."""

    def settle(session: Session, receipt: Receipt) -> None:
        if receipt.kind != invitations.DELIVERY:
            return
        row = _invitation_of(session, receipt)
        if row is None or row.state is not InvitationState.PLANNED:
            return
        if receipt.state is DeliveryState.MISSED:
            plan_again(session, row, Around(settings.surveys, settings.timezone, clock()))
        else:
            is_unwanted = bool(opt_outs.opted_out(session, {row.person}))
            reason = Reason.OPTED_OUT if is_unwanted else Reason.UNREACHABLE
            row.state, row.reason = InvitationState.LEFT_OUT, reason.value

    return settle


def _invitation_of(session: Session, receipt: Receipt) -> Invitation | None:
    content = session.scalar(select(Delivery.content).where(Delivery.id == receipt.id))
    if not content or content.get("reminder"):
        return None
    return invitations.find(session, content["invitation"])


def _rarest_first(campaign: Campaign, desk: SurveyDesk) -> tuple[int, int]:
    days = desk.settings.surveys.clock_days(campaign.order.kind, campaign.order.purpose)
    return -days, campaign.id


def _plan(desk: SurveyDesk, campaign: Campaign) -> int:
    if campaign.is_rule:
        return _written(desk, campaign, plan_contacts) if _is_any_new(desk, campaign) else 0
    number = 0
    while not desk.stopping.is_set() and _is_any_waiting(desk, campaign):
        number += _written(desk, campaign, plan_list_part)
    _end_if_done(desk, campaign)
    return number


def _is_any_new(desk: SurveyDesk, campaign: Campaign) -> bool:
    """Who only looks keeps no writer waiting."""
    with reading(desk.operations) as session, desk.facts.connect() as facts:
        return bool(contact_prospects(session, facts, campaign, desk.around))


def _written(desk: SurveyDesk, campaign: Campaign, plan: Callable[..., int]) -> int:
    """In one transaction: whom it decides about, and what is posted to them."""
    with desk.facts.connect() as facts, writing(desk.operations) as session:
        return plan(session, facts, campaign.id, desk.around)


def _is_any_waiting(desk: SurveyDesk, campaign: Campaign) -> bool:
    with reading(desk.operations) as session:
        standing = campaigns.find(session, campaign.id)
        is_active = standing.state is CampaignState.ACTIVE
        return is_active and seen(session, campaign.id) < campaign.number


def _end_if_done(desk: SurveyDesk, campaign: Campaign) -> None:
    with reading(desk.operations) as session:
        if not is_done(session, campaign.id):
            return
    with writing(desk.operations) as session:
        if is_done(session, campaign.id):
            campaigns.end(session, campaign.id)


def _remind(desk: SurveyDesk) -> int:
    around = desk.around
    with reading(desk.operations) as session:
        if not is_any_to_remind(session, around.now, around.manners.reminder_days):
            return 0
    with writing(desk.operations) as session:
        return reminders(session, around)
