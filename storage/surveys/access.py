"""Who may ask customers, and which. Pure."""

from __future__ import annotations

from storage.access import Refused, refusal_of_outsider
from storage.narrowing import folded
from storage.roles import Member, Role


def refusal_to_ask(member: Member) -> Refused | None:
    """Why this person may ask nobody; None where there is somebody whom they may."""
    if outsider := refusal_of_outsider(member):
        return outsider
    if asks_everybody(member) or member.led_teams:
        return None
    return Refused(
        "Surveys are sent by admins and executives, and by leads to their own teams' customers.",
        "Ask one of them.",
    )


def asks_everybody(member: Member) -> bool:
    is_executive = any(grant.role is Role.EXECUTIVE for grant in member.roles)
    return not member.is_outsider and (member.is_admin or is_executive)


def teams_asked(member: Member) -> tuple[str, ...]:
    """The teams whose customers this person may ask; none named means everybody."""
    return () if asks_everybody(member) else tuple(sorted(member.led_teams))


def may_change(member: Member, owner: str, teams: tuple[str, ...]) -> bool:
    """Whether this person may see, pause and stop a survey: their own, or of their teams alone."""
    if refusal_to_ask(member):
        return False
    if asks_everybody(member) or owner == member.slack_user_id:
        return True
    return bool(teams) and folded(teams) <= folded(member.led_teams)
