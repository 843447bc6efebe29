"""Roles and teams in the words that give them: ``lead team:billing team:"tier 2"``. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from storage.errors import UnknownWordError, UserError
from storage.roles import ROLES_OF_TEAMS, WHOLE_ORGANISATION, Role, RoleGrant

EXAMPLE = "lead team:billing"
TEAM_PREFIX = "team:"
EVERY_ROLE = ", ".join(role.value for role in Role)


def parse_role(word: str) -> Role:
    """The role of a name; one that is none raises ``UnknownWordError`` with the nearest."""
    named = {role.value: role for role in Role}
    if found := named.get(word.casefold()):
        return found
    near = tuple(get_close_matches(word.casefold(), named, n=1))
    step = f"Did you mean {near[0]}?" if near else f"There is {EVERY_ROLE}."
    raise UnknownWordError(f'I don\'t know a role "{word}".', step, suggestions=near)


def parse_grant(words: Sequence[str]) -> RoleGrant:
    """A role with its teams, which a lead and a reviewer need and nobody else has."""
    if not words:
        raise UserError("Which role?", f"There is {EVERY_ROLE}.")
    role = parse_role(words[0])
    teams = parse_teams(words[1:])
    if role in ROLES_OF_TEAMS and not teams:
        raise UserError(
            f"A {role.value} is one of a team.", f"Name it, such as {role.value} team:billing."
        )
    if teams and role not in ROLES_OF_TEAMS:
        raise UserError(f"The role {role.value} is of no team.", f"Leave out team:{min(teams)}.")
    if WHOLE_ORGANISATION in teams:
        raise UserError(
            f"A {role.value} is one of teams that are named.",
            "Name each, or give the role executive for every total.",
        )
    return RoleGrant(role, teams)


def parse_teams(words: Sequence[str]) -> frozenset[str]:
    """The teams of words that each say ``team:NAME``."""
    teams = [word[len(TEAM_PREFIX) :].strip() for word in words if _is_team(word)]
    if others := [word for word in words if not _is_team(word)]:
        raise UserError(
            f'I don\'t know what "{others[0]}" means here.', "A team is written team:billing."
        )
    if "" in teams:
        raise UserError("The team's name is missing.", "A team is written team:billing.")
    return frozenset(teams)


def _is_team(word: str) -> bool:
    return word.casefold().startswith(TEAM_PREFIX)
