"""Many roles at once, as lines of ``email,role,teams``. All problems are told together. Pure."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from bot.environment import person
from bot.role_words import TEAM_PREFIX, parse_grant
from storage.errors import UserError
from storage.roles import Role, RoleGrant

HEADING = ("email", "role", "teams")
EXAMPLE_LINES = "ann@example.com,lead,billing;tier 2"
SEPARATOR = ";"
"""Between the teams of a line."""
MOST_PROBLEMS = 20
NOTHING_GIVEN = "No role was given. Mend these lines and try again."

KnownTeams = Callable[[frozenset[str]], frozenset[str]]
"""Teams as the data spells them; ``UserError`` for one that it does not have."""
Grants = dict[str, list[RoleGrant]]
"""By person, a user id or an address, in the order of the lines."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line; the first line is 1."""

    line: int
    sentence: str


class LinesError(UserError):
    """Lines that can't be taken as they are, so that none was."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        listed = [f"Line {each.line}: {each.sentence}" for each in problems[:MOST_PROBLEMS]]
        if len(problems) > MOST_PROBLEMS:
            listed.append(f"{len(problems) - MOST_PROBLEMS} more lines have problems.")
        super().__init__("\n".join([*listed, NOTHING_GIVEN]))
        self.problems = tuple(problems)


def read_lines(text: str, known_teams: KnownTeams) -> Grants:
    """Who is to get which roles; several lines of one person and role are one of all their teams.

    Raises:
        LinesError: some lines can't be read, or there is none.
    """
    found: dict[tuple[str, Role], set[str]] = {}
    problems: list[Problem] = []
    for number, fields in _lines(text):
        try:
            who, granted = _read(fields, known_teams)
        except UserError as error:
            problems.append(Problem(number, str(error)))
        else:
            found.setdefault((who, granted.role), set()).update(granted.teams)
    if not found and not problems:
        problems = [Problem(1, f"There is none. Write {EXAMPLE_LINES}.")]
    if problems:
        raise LinesError(problems)
    grants: Grants = {}
    for (who, role), teams in found.items():
        grants.setdefault(who, []).append(RoleGrant(role, frozenset(teams)))
    return grants


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The fields of each line with its number; a heading and empty lines are left out."""
    reader = csv.reader(StringIO(text.removeprefix("\ufeff")), skipinitialspace=True)
    while True:
        first = reader.line_num + 1
        try:
            fields = [field.strip() for field in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            yield first, []
            continue
        if any(fields) and tuple(field.casefold() for field in fields) != HEADING[: len(fields)]:
            yield first, fields


def _read(fields: Sequence[str], known_teams: KnownTeams) -> tuple[str, RoleGrant]:
    if not 2 <= len(fields) <= 3:
        raise UserError("It is not e-mail, role and teams.", f"Write {EXAMPLE_LINES}.")
    who = person(fields[0])
    if who is None:
        raise UserError(f'"{fields[0]}" is no e-mail address and no Slack user id.')
    teams = fields[2].split(SEPARATOR) if len(fields) == 3 else []
    written = [f"{TEAM_PREFIX}{team.strip()}" for team in teams if team.strip()]
    asked = parse_grant([fields[1], *written])
    return who, RoleGrant(asked.role, known_teams(asked.teams))
