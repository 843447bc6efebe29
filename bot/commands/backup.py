"""``carekpi backup``: what is kept in files, as it is at one moment, in one file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.command import DONE, Call, Command
from bot.environment import DataEnvironment
from bot.version import version
from storage.addresses import is_server
from storage.errors import UserError

if TYPE_CHECKING:
    from storage.backups.taking import BackupOrder

MEGABYTE = 1_000_000


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the archive to write, such as carekpi.tar")


def run(call: Call) -> int:
    from storage.backups.taking import take_backup
    from storage.operations.audit import By, record
    from storage.operations.engine import writing

    place, console = call.workplace, call.console
    order = _order(call)
    size = take_backup(order, lambda part: console.show_progress("backup", part))
    with writing(place.operations) as session:
        by = By(console.who, place.clock())
        record(session, by, "backup taken", order.file.name, f"{size} bytes")
    console.write("\n".join([_summary(order, size), *_elsewhere(place.environment)]))
    return DONE


def _order(call: Call) -> BackupOrder:
    from storage.backups.taking import BackupOrder

    place = call.workplace
    environment = place.environment
    facts_on_server = environment.facts_on_server
    operations_on_server = is_server(environment.operations_url.reveal())
    if facts_on_server and operations_on_server:
        raise UserError(
            "Both databases are on servers, so there is no file to back up.",
            "Use your servers' own backups, such as pg_dump, and keep carekpi.toml.",
        )
    return BackupOrder(
        facts=None if facts_on_server else place.facts,
        operations=None if operations_on_server else place.operations,
        data_folder=place.folder,
        file=Path(call.console.cwd / call.arguments.file),
        version=version(),
        now=place.clock(),
    )


def _summary(order: BackupOrder, size: int) -> str:
    kept = [
        *(["operations"] if order.operations is not None else []),
        *(["facts"] if order.facts is not None else []),
    ]
    return (
        f"{' and '.join(kept).capitalize()} are in {order.file.name}"
        f" ({size / MEGABYTE:,.1f} MB), as they were at one moment.\n"
        "It holds no token and no key: keep CAREKPI_KEYS and carekpi.env in another safe place."
    )


def _elsewhere(environment: DataEnvironment) -> list[str]:
    """In this order nothing is lost: what operations call copied has to be in the facts."""
    if environment.facts_on_server:
        is_clickhouse = environment.facts_url.reveal().startswith("clickhouse")
        tool = "BACKUP of ClickHouse" if is_clickhouse else "pg_dump"
        return [f"The facts are on a server: back them up now, after this, with {tool}."]
    if is_server(environment.operations_url.reveal()):
        return [
            "Operations are on a server: back them up with pg_dump, each time before this command."
        ]
    return []


BACKUP = Command(
    name="backup",
    help="write both databases into one file, while the bot runs",
    examples=(
        "carekpi backup carekpi.tar\n"
        'carekpi backup "/backups/carekpi-$(date +%F).tar"\n'
        "\n"
        "It holds no token and no key. Put it back with carekpi restore."
    ),
    add_arguments=add_arguments,
    run=run,
)
