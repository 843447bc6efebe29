"""The command line: what was typed, and whether the running bot or this process carries it out."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from bot.command_socket import STOPPED, find_bot
from bot.commands.ask import ASK
from bot.commands.audit import AUDIT
from bot.commands.backup import BACKUP
from bot.commands.channel import CHANNEL
from bot.commands.command import MISTAKEN, Call, Command
from bot.commands.demo import DEMO
from bot.commands.digest import DIGEST
from bot.commands.doctor import DOCTOR
from bot.commands.forget import FORGET
from bot.commands.import_files import IMPORT
from bot.commands.init import INIT
from bot.commands.keys import KEYS
from bot.commands.metrics import METRICS_COMMAND
from bot.commands.restore import RESTORE
from bot.commands.role import ROLE
from bot.commands.run import RUN
from bot.commands.survey import SURVEY
from bot.console import Console, Terminal
from bot.environment import find_data_folder, read_data_environment
from bot.environment_file import with_file
from bot.version import version
from bot.workplace import Workplace, at_work
from storage.errors import UserError
from storage.periods import Clock

COMMANDS: tuple[Command, ...] = (
    DEMO,
    INIT,
    IMPORT,
    ASK,
    METRICS_COMMAND,
    ROLE,
    CHANNEL,
    DIGEST,
    SURVEY,
    KEYS,
    FORGET,
    BACKUP,
    RESTORE,
    DOCTOR,
    AUDIT,
    RUN,
)

DUCKDB_INTERRUPTED = "Query interrupted"
"""What DuckDB raises, as a RuntimeError, where Ctrl-C comes amid a query."""

ABOUT = """\
Customer-care metrics, answered in Slack: one definition each, with how sure it is.

  carekpi demo                             the whole bot in a browser tab, with made-up data
  carekpi init                             what is needed to run it, asked and checked
  carekpi import contacts tickets.csv      load contacts from an export
  carekpi ask "fcr monthly by channel"     ask as in Slack, answered here
  carekpi digest list                      what is told by itself, and when
  carekpi survey list                      who is asked, and how far that is
  carekpi run                              answer in Slack
"""


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a command finds around it; the defaults are those of the process."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    clock: Clock = system_clock
    console: Console = field(default_factory=Terminal)


def main(argv: Sequence[str], surroundings: Surroundings | None = None) -> int:
    """Carries out what was typed, and returns the exit status."""
    around = surroundings or Surroundings()
    try:
        return _main(argv, around)
    except UserError as error:
        around.console.complain(str(error))
        return MISTAKEN
    except (KeyboardInterrupt, RuntimeError) as error:
        if isinstance(error, RuntimeError) and DUCKDB_INTERRUPTED not in str(error):
            raise
        around.console.complain("Stopped.")
        return STOPPED
    except BrokenPipeError:
        # Whoever read this has enough of it; without the next line Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return MISTAKEN


def carry_out(argv: Sequence[str], console: Console, workplace: Workplace) -> int:
    """Carries out a command on a folder that this process holds: what the running bot does."""
    try:
        arguments = _read(argv)
        around = _with_file(Surroundings(console=console), workplace.folder)
        return _run(arguments, around, workplace)
    except UserError as error:
        console.complain(str(error))
        return MISTAKEN


def _main(argv: Sequence[str], around: Surroundings) -> int:
    arguments = _read(argv)
    command: Command = arguments.command
    around = _with_file(around, find_data_folder(around.environ, arguments.data))
    environment = read_data_environment(around.environ, arguments.data)
    workplace = Workplace(environment, around.clock)
    try:
        if not command.uses_data(arguments):
            return _run(arguments, around, workplace)
        with at_work(environment, find_bot) as bot:
            if bot:
                return bot.carry_out(argv, around.console)
            return _run(arguments, around, workplace)
    finally:
        workplace.close()


def _with_file(around: Surroundings, folder: Path) -> Surroundings:
    """What the folder's ``carekpi.env`` says counts where the environment says nothing."""
    return replace(around, environ=with_file(around.environ, folder))


def _run(arguments: Namespace, around: Surroundings, workplace: Workplace) -> int:
    command: Command = arguments.command
    return command.run(Call(arguments, around.console, workplace, around.environ, carry_out))


def _read(argv: Sequence[str]) -> Namespace:
    for typed in argv:
        _refuse_other_encodings(typed)
    parser = build_parser()
    arguments = parser.parse_args(list(argv))
    if "command" not in arguments:
        parser.print_help()
        raise SystemExit(0)
    return arguments


def _refuse_other_encodings(typed: str) -> None:
    """Python keeps bytes that are no text as halves of characters, which no database takes."""
    try:
        typed.encode()
    except UnicodeEncodeError:
        shown = os.fsencode(typed).decode(errors="replace")
        raise UserError(
            f"This is not written in UTF-8: {shown}.", "If it is a file's name, rename the file."
        ) from None


class _Parser(ArgumentParser):
    """Mistakes are a sentence for the person, raised like all others."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{_sentence(message)}", f"See {self.prog} --help.")


def build_parser() -> ArgumentParser:
    """The whole command line; help and examples come from ``COMMANDS``."""
    parser = _Parser(
        prog="carekpi",
        description=ABOUT,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"carekpi {version()}")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help="the data folder (else CAREKPI_DATA, else ./data)",
    )
    named = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    for command in COMMANDS:
        own = named.add_parser(
            command.name,
            help=command.help,
            description=f"{command.help[:1].upper()}{command.help[1:]}.",
            epilog=f"examples:\n{_indented(command.examples)}",
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.add_arguments(own)
        own.set_defaults(command=command)
    return parser


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


def _sentence(message: str) -> str:
    """Argparse's complaint in words of ours."""
    if message.startswith("argument COMMAND: invalid choice: "):
        typed = message.split("'")[1]
        near = get_close_matches(typed, [command.name for command in COMMANDS], n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        return f'There is no command "{typed}".{hint}'
    if message.startswith("the following arguments are required: "):
        return f"Something is missing: {message.partition(': ')[2]}."
    if message.startswith("unrecognized arguments: "):
        return f"I don't know the option {message.partition(': ')[2]}."
    return f"{message[:1].upper()}{message[1:]}."
