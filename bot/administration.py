"""What an admin types to give roles and to name the teams of a channel."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection
from html import unescape

from sqlalchemy import Engine

from bot.environment import person
from bot.role_lines import Grants
from bot.role_words import parse_grant, parse_role, parse_teams
from storage.errors import NotAllowedError, UserError
from storage.operations import channels, members
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.roles import WHOLE_ORGANISATION, Member, Role, RoleGrant

MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
CURLY = str.maketrans("“”„", '"""')


def check_admin(member: Member) -> None:
    if not member.is_admin:
        raise NotAllowedError("Only an admin can do that.", "Ask an admin of CareKPI.")


def typed_words(text: str) -> list[str]:
    """Words as typed in Slack: quotes hold a name together, however the phone draws them."""
    try:
        return shlex.split(unescape(text).translate(CURLY))
    except ValueError as error:
        raise UserError(
            "There is a quote without its partner.", 'A name of two words is team:"tier 2".'
        ) from error


def named_person(word: str) -> str:
    """The Slack user id of a mention, or an e-mail address."""
    if mention := MENTION.fullmatch(word):
        return mention[1]
    if found := person(word):
        return found
    raise UserError(f'I don\'t know who "{word}" is.', "Mention the person, such as @ann.")


def list_roles(operations: Engine) -> list[tuple[str, RoleGrant]]:
    """Every person with a role."""
    with reading(operations) as session:
        return members.everyone(session)


def read_grant(words: list[str]) -> tuple[str, RoleGrant]:
    """The person, and the role to be given."""
    return named_person(words[0]), parse_grant(words[1:])


def give_role(operations: Engine, who: str, granted: RoleGrant, by: By) -> None:
    with writing(operations) as session:
        members.grant(session, who, granted, by)


def give_roles(operations: Engine, grants: Grants, by: By) -> None:
    """Gives all of them, or none."""
    with writing(operations) as session:
        for who, granted in grants.items():
            for each in granted:
                members.grant(session, who, each, by)


def read_taking(words: list[str]) -> tuple[str, Role | None]:
    """The person, and the role to be taken; None for all of them."""
    if not words:
        raise UserError("Whose role?", "Type /kpi role remove @ann lead.")
    return named_person(words[0]), parse_role(words[1]) if len(words) > 1 else None


def take_role(
    operations: Engine, names: Collection[str], role: Role | None, by: By
) -> frozenset[RoleGrant]:
    """Takes one role, or all, given by any of a person's names; returns what was taken."""
    with writing(operations) as session:
        return members.revoke(session, names, role, by)


def read_channel_teams(words: list[str]) -> frozenset[str]:
    """``team:billing …``, ``all`` for the whole organisation, or ``none``."""
    match [word.casefold() for word in words]:
        case ["all"]:
            return frozenset({WHOLE_ORGANISATION})
        case ["none"]:
            return frozenset()
        case []:
            raise UserError(
                "Which teams' totals may be shared here?",
                "Type /kpi channel team:billing, /kpi channel all or /kpi channel none.",
            )
        case _:
            return parse_teams(words)


def name_channel_teams(operations: Engine, channel_id: str, teams: frozenset[str], by: By) -> None:
    with writing(operations) as session:
        channels.name_teams(session, channel_id, teams, by)
