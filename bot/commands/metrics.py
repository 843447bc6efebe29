"""``carekpi metrics``: which metrics there are."""

from __future__ import annotations

import json
from argparse import ArgumentParser

from bot.commands.command import DONE, Call, Command
from storage.settings import Settings

EXAMPLE = 'carekpi ask "fcr monthly by channel"'


def add_arguments(parser: ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="a list of objects, for scripts")
    form.add_argument("--markdown", action="store_true", help="a table, as in docs/metrics.md")


def run(call: Call) -> int:
    if call.arguments.json:
        call.console.write(_as_json(call.workplace.settings))
    elif call.arguments.markdown:
        from bot.blocks.markdown import metrics_markdown

        call.console.write(metrics_markdown(call.workplace.settings))
    else:
        from bot.blocks.terminal import metrics_text

        call.console.write(f"{metrics_text()}\n\nAsk for one: {EXAMPLE}")
    return DONE


def _as_json(settings: Settings) -> str:
    from bot.blocks.export import metrics_json

    return json.dumps(metrics_json(settings), indent=2, ensure_ascii=False)


METRICS_COMMAND = Command(
    name="metrics",
    help="list the metrics and what they mean",
    examples="carekpi metrics\ncarekpi metrics --json",
    add_arguments=add_arguments,
    run=run,
    uses_data=lambda _arguments: False,
)
