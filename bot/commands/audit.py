"""``carekpi audit``: who changed what, and who looked at an agent's figures."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING

from bot.commands.command import DONE, Call, Command
from bot.request.instants import parse_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.operations.models import AuditEntry

SHOWN_DAYS = 30


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--since", metavar="TIME", help=f"from then on (else the last {SHOWN_DAYS} days)"
    )
    parser.add_argument("--about", metavar="WORDS", help="with these words in what it is about")
    parser.add_argument("--who", metavar="WORDS", help="by whom: a Slack user id, say")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="for a spreadsheet")
    form.add_argument("--json", action="store_true", help="for scripts: an object a line")


def run(call: Call) -> int:
    from storage.operations.audit import Wanted, entries
    from storage.operations.engine import reading

    given, now = call.arguments, call.workplace.clock()
    timezone = call.workplace.settings.timezone
    since = parse_instant(given.since, timezone) if given.since else now - timedelta(SHOWN_DAYS)
    wanted = Wanted(since, given.about or "", given.who or "")
    with reading(call.workplace.operations) as session:
        _write(call, entries(session, wanted), timezone)
    return DONE


def _write(call: Call, found: Iterator[AuditEntry], timezone: str) -> None:
    from bot.blocks.audit import entry_json, entry_line, write_entries

    if call.arguments.csv:
        sheet = StringIO()
        write_entries(found, sheet)
        call.console.write(sheet.getvalue().rstrip("\r\n"))
        return
    show = entry_json if call.arguments.json else lambda entry: entry_line(entry, timezone)
    number = 0
    for number, entry in enumerate(found, start=1):  # noqa: B007  # told after the last one
        call.console.write(show(entry))
    if not number and not call.arguments.json:
        call.console.write("Nothing is written down there.")


AUDIT = Command(
    name="audit",
    help="who changed what, and who looked at an agent's figures",
    examples=(
        "carekpi audit\n"
        "carekpi audit --since 2026-10-01 --about agent:4711\n"
        "carekpi audit --since 2026-01-01 --csv > audit.csv"
    ),
    add_arguments=add_arguments,
    run=run,
)
