"""``carekpi doctor``: looks at everything that can be looked at, and changes nothing."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.command_socket import find_bot
from bot.commands.command import DONE, NOT_AS_ASKED, Call, Command
from bot.environment_file import FILE_NAME

if TYPE_CHECKING:
    from bot.checkup.finding import Finding


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--url", metavar="ADDRESS", help="for carekpi run --http: the address that Slack is told"
    )
    parser.add_argument("--json", action="store_true", help="for scripts")


def run(call: Call) -> int:
    """The running bot looks itself: it has the databases open, and its own environment."""
    place = call.workplace
    if not place.is_open and (bot := find_bot(place.folder)):
        return bot.carry_out(_typed(call), call.console)
    from bot.checkup.finding import Mark, outcome

    findings = list(_findings(call))
    if call.arguments.json:
        call.console.write(json.dumps([_as_json(each) for each in findings], indent=2))
    else:
        lines = [line for each in findings for line in each.lines]
        call.console.write("\n".join([*lines, "", outcome(findings)]))
    return NOT_AS_ASKED if any(each.mark is Mark.PROBLEM for each in findings) else DONE


def _typed(call: Call) -> list[str]:
    given = call.arguments
    url = ["--url", given.url] if given.url else []
    return ["doctor", *url, *(["--json"] if given.json else [])]


def _findings(call: Call) -> Iterator[Finding]:
    from bot.checkup.databases import check_databases
    from bot.checkup.machine import check_address, check_bot, check_machine
    from bot.checkup.slack import check_slack

    place, url = call.workplace, call.arguments.url
    names = ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")
    has_app_token, has_secret = (bool(call.environ.get(name)) for name in names)
    over_http = bool(url) or (has_secret and not has_app_token)
    yield from check_machine(place)
    yield from check_databases(place)
    yield from check_slack(call.environ, place.clock, over_http=over_http)
    if url:
        yield check_address(url)
    yield check_bot(place)


def _as_json(found: Finding) -> dict[str, str]:
    return {
        "about": found.about,
        "mark": found.mark.value,
        "words": found.words,
        "next_step": found.next_step,
    }


DOCTOR = Command(
    name="doctor",
    help="check tokens, rights, databases, disk, clock and settings",
    examples=(
        "carekpi doctor\n"
        "carekpi doctor --url https://carekpi.example.com     over HTTP, behind a balancer\n"
        "carekpi doctor --json\n"
        "\n"
        "It changes nothing, shows no secret, and ends with 1 where there is a problem. Tokens and"
        f"\nkeys are read from the environment and from {FILE_NAME} in the data folder."
    ),
    add_arguments=add_arguments,
    run=run,
    uses_data=lambda _arguments: False,
)
