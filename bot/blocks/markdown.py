"""The catalogue as a page of Markdown: each metric's one definition, in the words of the bot."""

from __future__ import annotations

from collections.abc import Iterator

from bot.blocks.explaining import KINDS, definition
from bot.blocks.names import full_name
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Kind, Metric
from storage.settings import Settings

NOT_TOLD = {"Kind", "Also asked for as"}
"""What the page says elsewhere, or only matters when asking."""


def metrics_markdown(settings: Settings) -> str:
    """Leading and lagging apart, each metric with its formula and what it counts."""
    parts = (part for kind, heading in KINDS.items() for part in _of_kind(kind, heading, settings))
    return "\n\n".join(parts)


def _of_kind(kind: Kind, heading: str, settings: Settings) -> Iterator[str]:
    yield f"## {heading}"
    for metric in (each for each in METRICS if each.kind is kind):
        yield f"### {full_name(metric)}"
        yield metric.description
        yield _facts(metric, settings)


def _facts(metric: Metric, settings: Settings) -> str:
    return "\n".join(
        f"- **{heading}**: {meaning}"
        for heading, meaning in definition(metric, settings)
        if heading not in NOT_TOLD
    )
