"""Who may review what, and who may change the scorecards. Pure."""

from __future__ import annotations

from storage.access import (
    Decision,
    OnlyThem,
    Reduced,
    Refused,
    decide,
    refusal_of_outsider,
)
from storage.metrics.answer import Filter, Question
from storage.metrics.catalog import QUALITY_SCORE
from storage.metrics.definition import Segment
from storage.narrowing import folded
from storage.periods import Grain, PeriodChoice
from storage.quality.drafts import ReviewedContact
from storage.roles import Member


def refusal_to_review(member: Member, contact: ReviewedContact | None = None) -> Refused | None:
    """Why this person may review no contact at all, or not this one.

    Leads and reviewers review contacts of their own teams, but none that they had themselves.
    """
    if outsider := refusal_of_outsider(member):
        return outsider
    if not member.named_teams:
        return Refused(
            "Contacts are reviewed by the reviewers and leads of a team.",
            "Ask an admin to make you one.",
        )
    if contact is None:
        return None
    if contact.team.casefold() not in folded(member.named_teams):
        return Refused("This contact is of a team that you don't review.")
    if contact.agent_id in member.agent_ids:
        return Refused("This contact is your own.", "Ask another reviewer to look at it.")
    return None


def refusal_to_change_scorecards(member: Member) -> Refused | None:
    if outsider := refusal_of_outsider(member):
        return outsider
    if member.is_admin:
        return None
    return Refused("Scorecards are changed by admins.", "Ask an admin of CareKPI.")


def refusal_to_see_log(member: Member) -> Refused | None:
    """Why this person may see no log of an agent's notes at all.

    Leads see it for their teams, who reviews their own notes; it never holds a text.
    """
    if outsider := refusal_of_outsider(member):
        return outsider
    if member.named_teams:
        return None
    return Refused("The log of coaching is for the leads of the agent's team, and for reviewers.")


def may_see_in_log(member: Member, team: str, reviewer: str) -> bool:
    """Whether a note of this team and author stands in the log that this person sees."""
    return reviewer == member.slack_user_id or team.casefold() in folded(member.led_teams)


def decide_themes(member: Member, team: str) -> Decision:
    """Themes are totals of reviews, so whoever may see these of a team may see its themes."""
    question = Question(QUALITY_SCORE, PeriodChoice(Grain.WEEK), (Filter(Segment.TEAM, (team,)),))
    decision = decide(member, question, OnlyThem())
    if isinstance(decision, Reduced):
        return Refused(decision.sentence)
    return decision
