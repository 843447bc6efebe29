from __future__ import annotations

import pytest

from bot.role_lines import LinesError, read_lines
from storage.errors import UserError
from storage.roles import Role, RoleGrant

KNOWN = {"billing": "Billing", "tier 2": "tier 2"}


def known_teams(teams: frozenset[str]) -> frozenset[str]:
    for team in sorted(teams):
        if team.casefold() not in KNOWN:
            raise UserError(f'I don\'t know a team "{team}".')
    return frozenset(KNOWN[team.casefold()] for team in teams)


LEAD = RoleGrant(Role.LEAD, frozenset({"Billing", "tier 2"}))


@pytest.mark.parametrize(
    "text",
    [
        "ann@example.com,lead,billing;tier 2",
        "email,role,teams\nAnn@Example.com, Lead, Billing ; tier 2\n\n",
        '\ufeffann@example.com,lead,"billing; tier 2"\r\n',
        "ann@example.com,lead,billing\nann@example.com,lead,tier 2",
    ],
)
def test_lines_are_read_as_they_are_written(text: str) -> None:
    assert read_lines(text, known_teams) == {"ann@example.com": [LEAD]}


def test_person_may_have_several_roles() -> None:
    text = "U0EVA1,executive,\nU0EVA1,admin\n"
    assert read_lines(text, known_teams) == {
        "U0EVA1": [RoleGrant(Role.EXECUTIVE), RoleGrant(Role.ADMIN)]
    }


def test_all_problems_are_told_with_their_line() -> None:
    text = (
        "email,role,teams\n"
        "ann,lead,billing\n"
        "eva@example.com,executive\n"
        "bob@example.com,led,billing\n"
        "cem@example.com,lead\n"
        "dee@example.com,reviewer,sales\n"
        "eli@example.com\n"
    )
    with pytest.raises(LinesError) as raised:
        read_lines(text, known_teams)
    assert [(each.line, each.sentence) for each in raised.value.problems] == [
        (2, '"ann" is no e-mail address and no Slack user id.'),
        (4, 'I don\'t know a role "led". Did you mean lead?'),
        (5, "A lead is one of a team. Name it, such as lead team:billing."),
        (6, 'I don\'t know a team "sales".'),
        (7, "It is not e-mail, role and teams. Write ann@example.com,lead,billing;tier 2."),
    ]
    assert str(raised.value).endswith("No role was given. Mend these lines and try again.")


def test_no_line_is_a_problem() -> None:
    with pytest.raises(LinesError) as raised:
        read_lines("email,role,teams\n", known_teams)
    assert [each.line for each in raised.value.problems] == [1]
