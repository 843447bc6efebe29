"""``carekpi role``: who may see what."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.command import DONE, NOT_AS_ASKED, Call, Command
from bot.environment import person
from storage.errors import UnknownWordError, UserError

if TYPE_CHECKING:
    from bot.answering import Answering
    from storage.roles import RoleGrant

FIRST_ADMIN = (
    "Until now the workspace's owners and admins were admins here; from now on those are who have"
    " the role, and who CAREKPI_ADMINS names."
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "words",
        nargs="*",
        metavar="WORD",
        help="PERSON ROLE [team:NAME …], remove PERSON [ROLE], or import FILE; nothing lists"
        " everyone",
    )
    parser.add_argument("--dry-run", action="store_true", help="check the file, give nothing")


def run(call: Call) -> int:
    words = call.arguments.words
    if words[:1] == ["import"]:
        return _import(call, words[1:])
    if call.arguments.dry_run:
        raise UserError("--dry-run is for files.", "Write carekpi role import roles.csv --dry-run.")
    match words:
        case [] | ["list"]:
            return _list(call)
        case ["remove"] | ["set"]:
            raise UserError("Who?", "Write carekpi role ann@example.com lead team:billing.")
        case ["remove", who]:
            return _remove(call, _person(who), None)
        case ["remove", who, role]:
            return _remove(call, _person(who), role)
        case ["set", who, *rest] | [who, *rest]:
            return _give(call, _person(who), rest)
        case _:
            raise UserError("That is too much.", "Write carekpi role remove ann@example.com lead.")


def _person(text: str) -> str:
    if found := person(text):
        return found
    raise UserError(
        f'"{text}" is no e-mail address and no Slack user id.',
        "Write ann@example.com, or the id from the person's Slack profile (U…).",
    )


def _list(call: Call) -> int:
    from storage.operations import members
    from storage.operations.engine import reading

    with reading(call.workplace.operations) as session:
        listed = members.everyone(session)
    lines = [f"{who}  {members.described(granted)}" for who, granted in listed]
    call.console.write("\n".join(lines) or "Nobody has a role yet.")
    return DONE


def _give(call: Call, who: str, words: list[str]) -> int:
    from bot.role_words import parse_grant
    from storage.operations import members
    from storage.operations.audit import By
    from storage.operations.engine import writing
    from storage.roles import Role

    granted = _as_loaded(call, parse_grant(words))
    with writing(call.workplace.operations) as session:
        is_first_admin = granted.role is Role.ADMIN and not members.has_named_admin(session)
        members.grant(session, who, granted, By(call.console.who, call.workplace.clock()))
    call.console.write(f"{who} is {members.described(granted)} now.")
    if is_first_admin:
        call.console.write(FIRST_ADMIN)
    return DONE


def _import(call: Call, files: list[str]) -> int:
    """All lines of the file, or none where any can't be taken."""
    from bot.administration import give_roles
    from bot.role_lines import read_lines
    from storage.operations.audit import By
    from storage.operations.members import described

    if len(files) != 1:
        raise UserError("Which file?", "Write carekpi role import roles.csv.")
    place = call.workplace
    grants = read_lines(_text(call, files[0]), _answering(call).known_teams)
    if not call.arguments.dry_run:
        give_roles(place.operations, grants, By(call.console.who, place.clock()))
    for who, granted in grants.items():
        named = ", ".join(described(each) for each in granted)
        call.console.write(f"{who}  {named}")
    people = "1 person" if len(grants) == 1 else f"{len(grants):,} people"
    checked = f"{people} would get roles; nothing was given."
    call.console.write(checked if call.arguments.dry_run else f"{people} got roles.")
    return DONE


def _text(call: Call, file: str) -> str:
    path = call.console.cwd / file
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"{path} can't be read.", "It must be a text file in UTF-8 with email,role,teams."
        ) from error


def _answering(call: Call) -> Answering:
    from bot.answering import Answering

    place = call.workplace
    return Answering(place.facts, place.operations, place.settings, place.clock)


def _as_loaded(call: Call, granted: RoleGrant) -> RoleGrant:
    """The teams as the data spells them; one that is not loaded yet stays as typed, with a word."""
    if not granted.teams:
        return granted
    answering = _answering(call)
    spelled: set[str] = set()
    for team in granted.teams:
        try:
            spelled |= answering.known_teams(frozenset({team}))
        except UnknownWordError:
            call.console.complain(f"No contact of the team {team} is loaded yet: is it spelled so?")
            spelled.add(team)
    return replace(granted, teams=frozenset(spelled))


def _remove(call: Call, who: str, role: str | None) -> int:
    from bot.role_words import parse_role
    from storage.operations import members
    from storage.operations.audit import By
    from storage.operations.engine import writing

    chosen = parse_role(role) if role else None
    by = By(call.console.who, call.workplace.clock())
    with writing(call.workplace.operations) as session:
        taken = members.revoke(session, [who], chosen, by)
    if not taken:
        call.console.complain(f"{who} had no such role.")
        return NOT_AS_ASKED
    named = " and ".join(sorted(granted.role.value for granted in taken))
    call.console.write(f"{who} is {named} no more.")
    return DONE


ROLE = Command(
    name="role",
    help="give, take and list roles",
    examples=(
        "carekpi role                                        who has which role\n"
        "carekpi role ann@example.com admin\n"
        'carekpi role ann@example.com lead team:billing "team:tier 2"\n'
        "carekpi role remove ann@example.com lead\n"
        "carekpi role import roles.csv --dry-run             lines of email,role,team;team"
    ),
    add_arguments=add_arguments,
    run=run,
)
