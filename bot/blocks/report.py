"""What an insight says: sentences first, then tables and the small print, whatever shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from slackblocks import Block, ContextBlock, HeaderBlock, PlainText

from bot.blocks.actions import ASK, SHARE, buttons
from bot.blocks.answer import exactly
from bot.blocks.dates import period_name, weekday_name
from bot.blocks.message import Message, message, paragraph
from bot.blocks.names import LONGEST_TITLE, filter_name
from bot.blocks.table import Cell, Grid, paged, plain
from bot.blocks.untrusted import name
from bot.request import insight_words
from bot.request.insights import Insight
from bot.request.segments import label
from storage.errors import UserError
from storage.insights.half_hours import DAYS_A_WEEK
from storage.insights.scope import Scope
from storage.metrics.definition import Segment
from storage.periods import local_day

MOST_LINES = 14
"""Rows of a week's table, so that a phone shows it without much scrolling."""
NOBODY = "·"


@dataclass(frozen=True, slots=True)
class Report:
    """``listed`` is a table to page through, ``week`` one of weekdays; ``offers`` are buttons."""

    title: str
    said: tuple[str, ...]
    small_print: str
    listed: Grid | None = None
    week: Grid | None = None
    offers: tuple[tuple[str, Insight], ...] = ()

    @property
    def tables(self) -> tuple[Grid, ...]:
        return tuple(each for each in (self.listed, self.week) if each and each.rows)


def report_message(report: Report, narrowed: str = "", request: Insight | None = None) -> Message:
    """``narrowed`` says why it is about less than was asked; with ``request`` it can be shared."""
    said, blocks = report_content(report, narrowed)
    heading, *others = said
    offered = [(shown, ASK, _words(each)) for shown, each in report.offers]
    if request:
        offered.append(("Share in channel", SHARE, _words(request)))
    blocks += buttons([each for each in offered if each[-1]])
    return message([heading, narrowed, *others], blocks)


def report_content(report: Report, narrowed: str = "") -> tuple[tuple[str, ...], list[Block]]:
    """The sentences, and what shows them: what is shared as well."""
    said = [sentence for sentence in (narrowed, *report.said) if sentence]
    blocks: list[Block] = [HeaderBlock(report.title), paragraph(" ".join(said))]
    if report.listed and report.listed.rows:
        blocks.append(paged(report.listed, report.title))
    if report.week and report.week.rows:
        blocks.append(plain(report.week))
    blocks.append(ContextBlock([PlainText(report.small_print)]))
    return (f"{report.title}.", *report.said, report.small_print), blocks


def repeating(request: Insight, scope: Scope) -> Insight:
    """The request for what was found, whenever it is asked again."""
    about = replace(request.question, period=exactly(scope.period), filters=scope.filters)
    return replace(request, question=about)


def heading(what: str, scope: Scope, agent_names: Mapping[str, str] | None = None) -> str:
    """``Reasons for contact, phone, week 46 (9 to 15 Nov)``."""
    filters = ", ".join(filter_name(each, agent_names or {}) for each in scope.filters)
    period = period_in_words(scope)
    room = LONGEST_TITLE - len(what) - len(period) - 4
    kept = name(filters, room) if filters else ""
    return ", ".join(part for part in (what, kept, period) if part)


def period_in_words(scope: Scope) -> str:
    period = scope.period
    named = period_name(period, local_day(scope.now, period.timezone))
    return f"{named} so far" if period.contains(scope.now) else named


def week_grid(lines: Iterable[tuple[str, Callable[[int], str]]]) -> Grid:
    """Weekdays side by side; each line tells what it shows of a weekday."""
    heading = (label(Segment.HOUR), *(weekday_name(day) for day in range(DAYS_A_WEEK)))
    rows = tuple(
        (Cell(hour), *(Cell(show(day)) for day in range(DAYS_A_WEEK))) for hour, show in lines
    )
    return Grid(heading, rows, 1, 0)


def hours_a_line(hours: Sequence[int]) -> int:
    """How many hours go together so that the hours of a day fit into few lines."""
    return next(n for n in (1, 2, 3, 4, 6) if len({hour // n for hour in hours}) <= MOST_LINES)


def _words(request: Insight) -> str:
    try:
        return insight_words(request)
    except UserError:
        return ""
