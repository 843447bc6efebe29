"""``carekpi channel``: which teams' totals may be shared in which Slack channel."""

from __future__ import annotations

import re
from argparse import ArgumentParser

from bot.commands.command import DONE, Call, Command
from storage.errors import UserError

CHANNEL_ID = re.compile(r"(?:.*/)?([CG][A-Z0-9]{2,})/?")
"""An id, or a link that ends with one."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "words",
        nargs="*",
        metavar="WORD",
        help="CHANNEL team:NAME …, CHANNEL team:* or remove CHANNEL; nothing lists every channel",
    )


def run(call: Call) -> int:
    match call.arguments.words:
        case [] | ["list"]:
            return _list(call)
        case ["remove", channel]:
            return _name(call, _channel_id(channel), [])
        case ["set", channel, *teams] | [channel, *teams] if teams:
            return _name(call, _channel_id(channel), teams)
        case _:
            raise UserError("Which teams?", "Write carekpi channel C0123456789 team:billing.")


def _channel_id(text: str) -> str:
    if found := CHANNEL_ID.fullmatch(text):
        return found[1]
    raise UserError(
        f'"{text}" is no channel id.',
        "Copy the channel's link in Slack, or the id (C…) at the end of its details.",
    )


def _list(call: Call) -> int:
    from storage.operations import channels
    from storage.operations.engine import reading

    with reading(call.workplace.operations) as session:
        named = channels.every_channel(session)
    lines = [f"{channel_id}  {_written(teams)}" for channel_id, teams in named.items()]
    call.console.write("\n".join(lines) or "No channel gets figures yet.")
    return DONE


def _name(call: Call, channel_id: str, words: list[str]) -> int:
    from bot.role_words import parse_teams
    from storage.operations import channels
    from storage.operations.audit import By
    from storage.operations.engine import writing

    teams = parse_teams(words)
    with writing(call.workplace.operations) as session:
        by = By(call.console.who, call.workplace.clock())
        channels.name_teams(session, channel_id, teams, by)
    gets = f"gets the totals of {_written(teams)}" if teams else "gets no figures"
    call.console.write(f"{channel_id} {gets} now.")
    return DONE


def _written(teams: frozenset[str]) -> str:
    return " ".join(f"team:{team}" for team in sorted(teams))


CHANNEL = Command(
    name="channel",
    help="say which teams' totals may be shared in a Slack channel",
    examples=(
        "carekpi channel                                     which channel gets what\n"
        "carekpi channel C0123456789 team:billing\n"
        'carekpi channel C0123456789 "team:*"                the whole organisation\n'
        "carekpi channel remove C0123456789"
    ),
    add_arguments=add_arguments,
    run=run,
)
