"""How far campaigns are: who is asked, who answered, and why some were left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.operations.campaigns import STANDING, Campaign, find
from storage.operations.survey_models import CampaignState, Invitation, InvitationState
from storage.surveys.eligibility import Reason


@dataclass(frozen=True, slots=True)
class Progress:
    """How many invitations are in each state, and why some were left out.

    ``waiting`` are on the list and not looked at yet.
    """

    states: Mapping[InvitationState, int]
    reasons: Mapping[Reason, int]
    waiting: int = 0

    def number(self, *states: InvitationState) -> int:
        return sum(self.states.get(state, 0) for state in states)


def progress(session: Session, campaign: Campaign) -> Progress:
    """How far it is."""
    counted = select(Invitation.state, Invitation.reason, func.count()).where(
        Invitation.campaign_id == campaign.id
    )
    states, reasons = Counter[InvitationState](), Counter[Reason]()
    for state, reason, number in session.execute(
        counted.group_by(Invitation.state, Invitation.reason)
    ):
        states[state] += number
        if state is InvitationState.LEFT_OUT:
            reasons[Reason(reason)] += number
    seen = sum(states.values())
    waiting = max(campaign.number - seen, 0) if campaign.state in STANDING else 0
    return Progress(states, reasons, 0 if campaign.is_rule else waiting)


def is_done(session: Session, campaign_id: int) -> bool:
    """Whether everybody on its list was asked or left out."""
    campaign = find(session, campaign_id)
    so_far = progress(session, campaign)
    is_active = campaign.state is CampaignState.ACTIVE and not campaign.is_rule
    return is_active and not so_far.waiting and not so_far.number(InvitationState.PLANNED)


def seen(session: Session, campaign_id: int) -> int:
    """How many of its list were looked at; they are looked at in the list's order."""
    counted = select(func.count()).where(Invitation.campaign_id == campaign_id)
    return session.scalar(counted) or 0
