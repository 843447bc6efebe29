"""``carekpi metrics``: which metrics there are."""

from __future__ import annotations

import json
from argparse import ArgumentParser

from bot.commands.command import DONE, Call, Command

EXAMPLE = 'carekpi ask "fcr monthly by channel"'


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="a list of objects, for scripts")


def run(call: Call) -> int:
    from bot.blocks.export import metrics_json

    if call.arguments.json:
        call.console.write(json.dumps(metrics_json(), indent=2, ensure_ascii=False))
    else:
        from bot.blocks.terminal import metrics_text

        call.console.write(f"{metrics_text()}\n\nAsk for one: {EXAMPLE}")
    return DONE


METRICS_COMMAND = Command(
    name="metrics",
    help="list the metrics and what they mean",
    examples="carekpi metrics\ncarekpi metrics --json",
    add_arguments=add_arguments,
    run=run,
    uses_data=False,
)
