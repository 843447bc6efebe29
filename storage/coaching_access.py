"""Who may review what, and who may change the scorecards. Pure."""

from __future__ import annotations

from storage.access import Refused, refusal_of_outsider
from storage.narrowing import folded
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
