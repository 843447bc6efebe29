"""Roles and teams as they are typed."""

from __future__ import annotations

import pytest

from bot.role_words import parse_grant, parse_teams
from storage.errors import UserError
from storage.roles import Role, RoleGrant


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["executive"], RoleGrant(Role.EXECUTIVE)),
        (["Admin"], RoleGrant(Role.ADMIN)),
        (["lead", "team:billing"], RoleGrant(Role.LEAD, frozenset({"billing"}))),
        (
            ["reviewer", "team:billing", "Team:tier 2"],
            RoleGrant(Role.REVIEWER, frozenset({"billing", "tier 2"})),
        ),
    ],
)
def test_grant_is_read(words: list[str], expected: RoleGrant) -> None:
    assert parse_grant(words) == expected


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Which role? There is admin, executive, lead, reviewer, agent."),
        (["leed"], 'I don\'t know a role "leed". Did you mean lead?'),
        (
            ["__class__"],
            'I don\'t know a role "__class__". There is admin, executive, lead, reviewer, agent.',
        ),
        (["lead"], "A lead is one of a team. Name it, such as lead team:billing."),
        (
            ["lead", "billing"],
            'I don\'t know what "billing" means here. A team is written team:billing.',
        ),
        (["lead", "team: "], "The team's name is missing. A team is written team:billing."),
        (
            ["lead", "team:*"],
            (
                "A lead is one of teams that are named."
                " Name each, or give the role executive for every total."
            ),
        ),
        (
            ["executive", "team:billing"],
            "The role executive is of no team. Leave out team:billing.",
        ),
    ],
)
def test_grant_mistake_is_a_sentence(words: list[str], told: str) -> None:
    with pytest.raises(UserError) as raised:
        parse_grant(words)
    assert str(raised.value) == told


def test_teams_of_a_channel_may_be_all() -> None:
    assert parse_teams(["team:*"]) == {"*"}
