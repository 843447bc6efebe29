"""A metric as a card on the Home tab: value, change, target and a small trend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slackblocks import Block, Button, PlainText, SectionBlock, Text

from bot.blocks import numbers
from bot.blocks.actions import HOME_OPEN
from bot.blocks.answer import exactly
from bot.blocks.clauses import counts, previous_value, shown_value
from bot.blocks.goals import beside
from bot.blocks.names import row_name
from bot.blocks.sparkline import trend_lines
from bot.blocks.summary import CHANGED
from bot.blocks.table import marked
from bot.blocks.untrusted import escape
from bot.request import words
from storage.dashboards import Section, Whose
from storage.metrics.answer import Answer, Question, Row

MOST_ROWS = 4
"""Rows of a card: a section takes 10 fields, and each row has two."""


def cards(section: Section) -> list[Block]:
    """A card for each metric, in the order of the catalogue."""
    return [_card(answer, section.whose, number) for number, answer in enumerate(section.answers)]


def opened(value: str) -> tuple[Whose, str]:
    """Whose figures a card shows, and the words that ask for its metric and period."""
    whose, _, asked = value.partition(" ")
    return Whose(whose), asked


def _card(answer: Answer, whose: Whose, number: int) -> Block:
    metric, period = answer.query.metric, answer.query.period
    asked = words(Question(metric, exactly(period)))
    button = Button(
        "Open",
        f"{HOME_OPEN}.{number}",
        value=f"{whose.value} {asked}",
        accessibility_label=f"Open {metric.name}{', your own' if whose is Whose.OWN else ''}",
    )
    fields = [PlainText("\n".join(lines)) for lines in _fields(answer)]
    heading = Text(f"*{escape(metric.name)}*")
    return SectionBlock(text=heading, fields=[*fields], accessory=button)


def _fields(answer: Answer) -> Iterator[list[str]]:
    """For each row the figure and its trend, the largest rows first."""
    shown = _shown(answer.rows)
    if not shown:
        yield ["no data"]
    for row in shown:
        yield list(_figure(row, answer))
        if trend := trend_lines(answer, row.segment):
            yield trend
    if len(answer.rows) > len(shown) > 0:
        yield [f"{len(answer.rows) - len(shown)} more when opened"]


def _shown(rows: Sequence[Row]) -> list[Row]:
    known = [row for row in rows if row.value is not None or row.withheld]
    return known[:MOST_ROWS]


def _figure(row: Row, answer: Answer) -> Iterator[str]:
    """``phone 71.2 % ↓ worse, before 74.3 %``, then what is usual, and the target."""
    metric = answer.query.metric
    few = f"n = {numbers.count(row.n)}" if row.small_sample and not counts(metric) else ""
    named = f"{row_name(row.segment, answer)} {_value(row, answer)}".strip()
    yield ", ".join(part for part in (named, _before(row, answer), few) if part)
    if row.change in CHANGED and row.usual_range:
        usual = numbers.span(metric.unit, *row.usual_range, answer.currency, outside=row.value)
        yield f"usual {usual}"
    if row.target:
        yield f"target {beside(row, metric)}"


def _value(row: Row, answer: Answer) -> str:
    """``71.2 % ↓ worse``."""
    if row.withheld:
        return "withheld: fewer than 3 agents"
    return f"{shown_value(row, answer)} {marked(row, answer.query.metric)}".strip()


def _before(row: Row, answer: Answer) -> str:
    shown = previous_value(row, answer)
    return f"before {shown}" if shown and row.previous and row.previous.value is not None else ""
