"""``carekpi restore``: a backup in the place of what is there, or where nothing is."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING

from bot.command_socket import find_bot
from bot.commands.command import DONE, Call, Command
from bot.workplace import holding
from storage.addresses import file_of
from storage.errors import UserError

if TYPE_CHECKING:
    from storage.backups.restoring import Restored, Restoring


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="what carekpi backup has written")
    parser.add_argument(
        "--replace", action="store_true", help="where data is there already: keep it aside"
    )


def run(call: Call) -> int:
    from storage.backups.restoring import restore

    folder = call.workplace.folder
    with holding(folder, lambda: find_bot(folder)) as bot:
        if bot:
            bot.close()
            raise UserError(
                f"A bot runs on the data folder {folder}.",
                "Stop it first, or choose another folder with --data.",
            )
        order = _order(call)
        restored = restore(order)
    call.console.write(_summary(order, restored))
    return DONE


def _order(call: Call) -> Restoring:
    from storage.backups.archive import FACTS, OPERATIONS, SETTINGS
    from storage.backups.restoring import Restoring, refuse_used
    from storage.operations.audit import By

    place = call.workplace
    environment = place.environment
    operations = file_of(environment.operations_url.reveal())
    if environment.facts_on_server and operations:
        # Then bots do not hold the folder, so its lock says nothing of them.
        refuse_used(operations)
    files = {
        FACTS: file_of(environment.facts_url.reveal()),
        OPERATIONS: operations,
        SETTINGS: place.folder / SETTINGS,
    }
    return Restoring(
        file=Path(call.console.cwd / call.arguments.file),
        data_folder=place.folder,
        places={name: path.absolute() for name, path in files.items() if path},
        by=By(call.console.who, place.clock()),
        replacing=call.arguments.replace,
    )


def _summary(order: Restoring, restored: Restored) -> str:
    from storage.backups.archive import FACTS, OPERATIONS

    manifest = restored.manifest
    lines = [
        (
            f"Restored from {order.file.name}, taken {manifest.taken_at:%Y-%m-%d %H:%M} UTC"
            f" by CareKPI {manifest.version}: {', '.join(manifest.files)}."
        )
    ]
    lines += [
        f"The backup holds no {name}: it was on a server then."
        for name in (OPERATIONS, FACTS)
        if name not in manifest.files
    ]
    lines += [f"What was there before is in {folder}." for folder in restored.aside]
    lines.append(
        "Set CAREKPI_KEYS as it was, or what is sealed can't be read. Next: carekpi doctor, then"
        " carekpi run."
    )
    return "\n".join(lines)


RESTORE = Command(
    name="restore",
    help="put a backup back, while no bot runs on the folder",
    examples=(
        "carekpi --data /srv/carekpi restore carekpi.tar\n"
        "carekpi restore carekpi.tar --replace     what is there is kept aside"
    ),
    add_arguments=add_arguments,
    run=run,
    uses_data=lambda _arguments: False,
)
