"""Who may have alerts, and what a channel gets of them. Pure."""

from __future__ import annotations

from storage.access import Decision, InChannel, Refused, decide, refusal_of_outsider
from storage.alerts.rule import Watch
from storage.metrics.answer import Question
from storage.metrics.definition import Segment
from storage.narrowing import folded
from storage.roles import Member, Role, RoleGrant

A_CHANNEL = Member("", "", frozenset({RoleGrant(Role.EXECUTIVE)}))
"""A channel's rights are its own: all totals, less what the destination keeps from it."""


def refusal_to_have_alerts(member: Member) -> Refused | None:
    """Why this person may make no alert at all; None where there is one that they may make."""
    if outsider := refusal_of_outsider(member):
        return outsider
    if member.is_admin or _is_executive(member) or member.led_teams:
        return None
    return Refused(
        "Alerts are made by admins and executives, and by leads for their own teams.",
        "Ask one of them to make it.",
    )


def refusal_to_manage(member: Member, watch: Watch | None) -> Refused | None:
    """Why this person may not make, change or mute an alert for what it watches.

    Admins and executives may for everything, a lead for what is filtered by teams of their own.
    """
    if refused := refusal_to_have_alerts(member):
        return refused
    if member.is_admin or _is_executive(member):
        return None
    teams = _teams_of(watch) if watch else frozenset[str]()
    if teams and teams <= folded(member.led_teams):
        return None
    listed = ", ".join(sorted(member.led_teams))
    own = " or team:".join(sorted(member.led_teams))
    return Refused(f"You make alerts for {listed} only.", f"Add team:{own}, or ask an admin.")


def in_channel(question: Question | None, channel: InChannel) -> Decision | None:
    """What a channel gets of what is watched; of sources, None where it gets any figure."""
    if question is not None:
        return decide(A_CHANNEL, question, channel)
    if channel.is_shared_with_others:
        return Refused(
            "This channel is shared with another organisation, or about to be,"
            " so nothing of your data is posted here.",
            "Choose a channel of your own organisation.",
        )
    if not channel.teams:
        return Refused(
            "No admin has named a team for this channel yet, so nothing is posted here.",
            "Ask an admin to name one.",
        )
    return None


def _is_executive(member: Member) -> bool:
    return any(grant.role is Role.EXECUTIVE for grant in member.roles)


def _teams_of(watch: Watch) -> frozenset[str]:
    chosen = (each.values for each in watch.filters if each.segment is Segment.TEAM)
    return folded(value for values in chosen for value in values)
