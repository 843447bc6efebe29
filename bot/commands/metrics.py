"""``carekpi metrics``: which metrics there are."""

from __future__ import annotations

import json
from argparse import ArgumentParser

from bot.commands.command import DONE, Call, Command


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="a list of objects, for scripts")


def run(call: Call) -> int:
    call.console.write(_as_json() if call.arguments.json else _as_text())
    return DONE


def _as_json() -> str:
    from storage.metrics.catalog import METRICS  # noqa: PLC0415 - half a second, not for --help

    listed = [
        {
            "key": metric.key,
            "abbreviation": metric.abbreviation,
            "name": metric.name,
            "description": metric.description,
            "unit": metric.unit.value,
            "better": metric.better.value,
            "kind": metric.kind.value,
            "segments": [segment.value for segment in metric.segments],
            "formula": metric.formula,
            "counted": metric.counted,
            "channels_apart": metric.channels_apart,
            "synonyms": list(metric.synonyms),
        }
        for metric in METRICS
    ]
    return json.dumps(listed, indent=2, ensure_ascii=False)


def _as_text() -> str:
    from storage.metrics.catalog import METRICS  # noqa: PLC0415 - as above
    from storage.metrics.definition import Kind  # noqa: PLC0415 - as above

    parts = []
    for kind in Kind:
        parts.append(f"{kind.value.capitalize()}\n")
        parts += [
            f"  {metric.name} ({metric.abbreviation})\n      {metric.description}"
            for metric in METRICS
            if metric.kind is kind
        ]
        parts.append("")
    return "\n".join([*parts, 'Ask for one: carekpi ask "fcr monthly by channel"'])


METRICS_COMMAND = Command(
    name="metrics",
    help="list the metrics and what they mean",
    examples="carekpi metrics\ncarekpi metrics --json",
    add_arguments=add_arguments,
    run=run,
    uses_data=False,
)
