"""The rows behind a figure, a page at a time; a button's value says where the next one starts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from slackblocks import Block, ColumnSettings, HeaderBlock, RawText, RichTextObject, TableBlock

from bot.blocks import numbers
from bot.blocks.actions import ROWS, buttons
from bot.blocks.answer import question_of
from bot.blocks.dates import day_name, instant_name
from bot.blocks.message import Message, message, paragraph
from bot.blocks.names import value_name
from bot.blocks.questions import question_name
from bot.blocks.untrusted import name
from bot.request import words
from bot.request.tokens import printable
from storage.errors import UserError
from storage.metrics.answer import Answer, Query, Question
from storage.metrics.behind import Page, Place, RowBehind
from storage.metrics.definition import Aggregation, Metric, Segment
from storage.periods import Grain, PeriodChoice, Which, local_day

LONGEST_VALUE = 2000
LONGEST_FIELD = 500
COLUMNS = (
    "time", "of", "source", "id", "channel", "issue_type", "team", "agent", "value", "weight",
)  # fmt: skip
"""What ``row_line`` has."""
LARGE_SAMPLE = 1000
"""A row's own figure is as exact as figures of large samples are shown."""
OUTDATED = UserError("This button is from an older version of CareKPI.", "Ask again for a new one.")
_ANSWERS = {1.0: "promoter", 0.0: "passive", -1.0: "detractor"}
Heading = str
Shown = Callable[[RowBehind], str]


@dataclass(frozen=True, slots=True)
class PageWanted:
    """The words of a question, and the row behind which its page starts."""

    words: str
    after: Place | None


def page_value(question: Question, after: Place | None) -> str:
    """What a button carries; empty where it would be too long for one."""
    try:
        asked = words(question)
    except UserError:
        return ""
    place = [after.at.isoformat(), after.fact, after.source, after.row_id] if after else None
    value = json.dumps([asked, place], ensure_ascii=False)
    return value if len(value) <= LONGEST_VALUE else ""


def read_page_value(value: str) -> PageWanted:
    """The other way round; a value of another shape raises ``UserError``."""
    try:
        asked, place = json.loads(value)
        if place is None:
            return PageWanted(str(asked), None)
        at, fact, source, row_id = map(str, place)
        return PageWanted(str(asked), Place(datetime.fromisoformat(at), fact, source, row_id))
    except (ValueError, TypeError) as error:
        raise OUTDATED from error


def first_page_value(answer: Answer) -> str:
    return page_value(question_of(answer), None)


def page_message(
    query: Query, page: Page, now: datetime, *, is_first: bool, narrowed: str = ""
) -> Message:
    """A page of rows for the person who may see them, with a button for the next one."""
    today = local_day(now, query.period.timezone)
    question = exact_question(query)
    heading = name(f"Behind it: {question_name(question, today)}", 150)
    said = " ".join(
        part for part in (narrowed, _told(page, query.metric, is_first=is_first)) if part
    )
    blocks: list[Block] = [HeaderBlock(heading), paragraph(said)]
    if page.rows:
        blocks.append(_table(cells(query, page.rows, now)))
    return message(
        [f"{heading}.", said], [*blocks, *buttons(_offers(question, page, is_first=is_first))]
    )


def exact_question(query: Query) -> Question:
    """The question about these very rows, also on a later day."""
    period = query.period
    last_day = period.last_day if period.grain is Grain.RANGE else None
    choice = PeriodChoice(period.grain, Which.EXACT, period.first_day, last_day)
    return Question(query.metric, choice, query.filters, query.by)


def cells(query: Query, rows: Sequence[RowBehind], now: datetime) -> list[list[str]]:
    """A heading and a line for each row; a column that none of them fills is left out."""
    columns = [(heading, [show(row) for row in rows]) for heading, show in _columns(query, now)]
    kept = [(heading, found) for heading, found in columns if any(found)]
    headings = [heading for heading, _ in kept]
    return [headings, *(list(line) for line in zip(*(found for _, found in kept), strict=True))]


def row_line(row: RowBehind) -> str:
    """A row for scripts, its columns parted by tabs: times in UTC, values as they are counted."""
    place = row.place
    at = place.at.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(row.at, datetime) else str(row.at)
    texts = (place.fact, place.source, place.row_id, row.channel, row.issue_type, row.team)
    told = [printable(each or "", LONGEST_FIELD) for each in (*texts, row.agent)]
    figures = ["" if each is None else f"{each:.12g}" for each in (row.value, row.weight)]
    return "\t".join([at, *told, *figures])


def worth(metric: Metric, row: RowBehind) -> str:
    """What a row brings into the figure: ``yes``, ``2 h 14 min``, ``promoter``; a count nothing."""
    value = row.value
    if value is None or metric.parts:
        return "" if value is None else numbers.decimal(value, 1)
    match metric.aggregation:
        case Aggregation.COUNT | Aggregation.STOCK | Aggregation.PER_HUNDRED | Aggregation.PER_ONE:
            return ""
        case Aggregation.SHARE:
            return "yes" if value else "no"
        case Aggregation.NET_PROMOTER:
            return _ANSWERS[value]
        case Aggregation.RATIO if row.weight:
            return numbers.value(metric.unit, value / row.weight, LARGE_SAMPLE)
        case _:
            return numbers.value(metric.unit, value, LARGE_SAMPLE)


def _columns(query: Query, now: datetime) -> list[tuple[Heading, Shown]]:
    timezone, facts = query.period.timezone, query.metric.tables
    today = local_day(now, timezone)
    return [
        ("time", lambda row: _time(row.at, now, today, timezone)),
        ("of", lambda row: row.place.fact.replace("_", " ") if len(facts) > 1 else ""),
        ("id", lambda row: name(row.place.row_id)),
        ("source", lambda row: name(row.place.source)),
        ("channel", lambda row: _named(Segment.CHANNEL, row.channel)),
        ("issue type", lambda row: _named(Segment.ISSUE_TYPE, row.issue_type)),
        ("team", lambda row: _named(Segment.TEAM, row.team)),
        ("agent", lambda row: _named(Segment.AGENT, row.agent)),
        (query.metric.abbreviation, lambda row: worth(query.metric, row)),
    ]


def _time(at: datetime | date, now: datetime, today: date, timezone: str) -> str:
    return instant_name(at, now, timezone) if isinstance(at, datetime) else day_name(at, today)


def _named(segment: Segment, value: str | None) -> str:
    return "" if value is None else value_name(segment, value, {})


def _told(page: Page, metric: Metric, *, is_first: bool) -> str:
    if not page.rows:
        return "There is nothing behind it." if is_first else "There is no more."
    which = "The newest" if is_first else "The next"
    rest = "older ones follow" if page.following else "there are no older ones"
    return f"{which} {len(page.rows)}, {rest}. Counted: {metric.counted}."


def _table(lines: list[list[str]]) -> TableBlock:
    rows: list[list[RawText | RichTextObject]] = [
        [RawText(cell or numbers.NO_VALUE) for cell in each] for each in lines
    ]
    return TableBlock(rows, [ColumnSettings(align="left", is_wrapped=True) for _ in lines[0]])


def _offers(question: Question, page: Page, *, is_first: bool) -> list[tuple[str, str, str]]:
    offered = []
    if page.following and (value := page_value(question, page.following)):
        offered.append(("Next", ROWS, value))
    if not is_first and (value := page_value(question, None)):
        offered.append(("Back to the newest", ROWS, value))
    return offered
