"""``/kpi role`` and ``/kpi channel``: what an admin says."""

from __future__ import annotations

from bot.administration import (
    check_admin,
    give_role,
    list_roles,
    name_channel_teams,
    read_channel_teams,
    read_grant,
    read_taking,
    take_role,
    typed_words,
)
from bot.blocks.message import Message
from bot.blocks.rich import is_user_id
from bot.blocks.roles import (
    channel_teams_message,
    role_given_message,
    role_taken_message,
    roles_message,
)
from bot.listeners.desk import Desk
from storage.operations.audit import By
from storage.roles import WHOLE_ORGANISATION, Member, RoleGrant


def change_roles(desk: Desk, member: Member, text: str) -> Message:
    """Lists, gives or takes roles; the words are those after ``/kpi role``."""
    check_admin(member)
    by = By(member.slack_user_id, desk.clock())
    match typed_words(text):
        case [] | ["list"]:
            return roles_message(list_roles(desk.operations))
        case ["remove", *rest]:
            who, role = read_taking(rest)
            names = desk.members.names(who) if is_user_id(who) else {who}
            return role_taken_message(who, take_role(desk.operations, names, role, by))
        case words:
            who, asked = read_grant(words)
            granted = RoleGrant(asked.role, desk.answering.known_teams(asked.teams))
            give_role(desk.operations, who, granted, by)
            return role_given_message(who, granted)


def change_channel(desk: Desk, member: Member, text: str, channel_id: str) -> Message:
    """Names the teams whose totals may be shared in the channel where this is typed."""
    check_admin(member)
    asked = read_channel_teams(typed_words(text))
    teams = asked if WHOLE_ORGANISATION in asked else desk.answering.known_teams(asked)
    channel = desk.channels.find(channel_id)
    by = By(member.slack_user_id, desk.clock())
    name_channel_teams(desk.operations, channel_id, teams, by)
    return channel_teams_message(channel.place.channel_name, teams)
