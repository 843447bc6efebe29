"""``carekpi keys``: what confidential text is sealed with."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.commands.command import DONE, Call, Command
from bot.environment import KEYS as SETTING

NEW, ROTATE = "new", "rotate"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=(NEW, ROTATE),
        help=f"new prints a key; rotate seals everything with the newest one of {SETTING}",
    )


def run(call: Call) -> int:
    return _print_new(call) if call.arguments.action == NEW else _rotate(call)


def _print_new(call: Call) -> int:
    """The key alone goes to the output, so that a script can take it from there."""
    from storage.sealing import new_key

    call.console.write(new_key())
    call.console.complain(
        f"Put it first into {SETTING}, with a comma before the keys that are there already. Keep a"
        " copy in a safe place: what it seals can't be read without it."
    )
    return DONE


def _rotate(call: Call) -> int:
    from storage.operations.audit import By, record
    from storage.operations.engine import writing
    from storage.operations.sealed import reseal_all

    place = call.workplace
    with writing(place.operations) as session:
        texts = reseal_all(session, place.sealer)
        by = By(call.console.who, place.clock())
        record(session, by, "keys rotated", SETTING, f"{texts} texts")
    call.console.write(
        f"{texts:,} {'text is' if texts == 1 else 'texts are'} sealed with the newest key now. The"
        f" older keys can be taken out of {SETTING}, once no backup needs them."
    )
    return DONE


KEYS = Command(
    name="keys",
    help="make and change the keys for confidential text",
    examples="carekpi keys new\ncarekpi keys rotate",
    add_arguments=add_arguments,
    run=run,
    uses_data=lambda arguments: arguments.action != NEW,
)
