"""An answer in the sentences that a person would say."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import numbers
from bot.blocks.clauses import (
    SAME_STRETCH,
    clause,
    counts,
    metric_in_sentence,
    previous_value,
    shown_value,
)
from bot.blocks.goals import against_targets, tallied
from bot.blocks.names import listed, period_in_sentence, row_name, running_name
from bot.blocks.summary import TOO_LITTLE_HISTORY, is_by_clock, sentence, summary, upper
from storage.metrics.answer import Answer, Change, Row, Running
from storage.metrics.definition import Aggregation

MOST_ROWS_SPOKEN = 4


def spoken(answer: Answer) -> list[str]:
    """The answer itself, one sentence a thought."""
    if not any(row.value is not None or row.withheld for row in answer.rows):
        return _nothing(answer)
    if len(answer.rows) > MOST_ROWS_SPOKEN:
        return [*summary(answer), *tallied(answer)]
    return [*_few(answer), *against_targets(answer), *_reservations(answer)]


def running_line(answer: Answer) -> str:
    """The running period beside a complete one: ``So far this week (Mon to Wed): …``."""
    running = answer.running
    if running is None or is_by_clock(answer):
        return ""
    shown = [row for row in running.rows if row.value is not None]
    if not shown:
        return ""
    stock = answer.query.metric.aggregation is Aggregation.STOCK
    heading = "Now" if stock else upper(running_name(running.period, answer))
    parts = [_running_part(row, answer, running) for row in shown[:MOST_ROWS_SPOKEN]]
    if len(shown) > MOST_ROWS_SPOKEN:
        parts.append(f"and {len(shown) - MOST_ROWS_SPOKEN} more")
    noun = answer.query.metric.noun
    few = f"; too few {noun} to compare" if all(row.small_sample for row in shown) else ""
    return f"{heading}: {'; '.join(parts)}{few}."


def _nothing(answer: Answer) -> list[str]:
    query = answer.query
    period = period_in_sentence(answer)
    if query.period.start > answer.asked_at:
        return [f"{upper(period)} has not begun yet."]
    if answer.never_loaded:
        missing = listed([fact.replace("_", " ") for fact in answer.never_loaded])
        commands = " and ".join(f"carekpi import {fact}" for fact in answer.never_loaded)
        return [f"There is no data yet: no {missing} have been loaded.", f"Load them: {commands}."]
    if not answer.freshness:
        return ["There is no data yet: nothing has been loaded."]
    if any(row.previous for row in answer.rows) or any(p.value is not None for p in answer.trend):
        return [f"There is no data for {period}."]
    return [
        f"There is no data for {period}, nor shortly before.",
        f"What is counted: {query.metric.counted}.",
    ]


def _few(answer: Answer) -> list[str]:
    """What each row did; those without a figure together, at the end."""
    valued = [row for row in answer.rows if row.value is not None]
    empty = _names([row for row in answer.rows if row.value is None and not row.withheld], answer)
    withheld = _names([row for row in answer.rows if row.withheld], answer)
    parts = [_all_small(valued, answer)] if _are_all_small(valued) else []
    parts = parts or [clause(row, answer) for row in valued]
    if empty:
        parts.append(f"{listed(empty)} {'has' if len(empty) == 1 else 'have'} no data")
    if withheld:
        what = "it" if len(withheld) == 1 else "each"
        parts.append(f"{listed(withheld)}: withheld, as fewer than 3 agents stand behind {what}")
    return [sentence("; ".join(parts))]


def _names(rows: Sequence[Row], answer: Answer) -> list[str]:
    subject = metric_in_sentence(answer.query.metric)
    return [row_name(row.segment, answer) or subject for row in rows]


def _are_all_small(rows: Sequence[Row]) -> bool:
    return len(rows) > 1 and all(
        row.small_sample and row.change in {None, Change.UNCLEAR} for row in rows
    )


def _all_small(rows: Sequence[Row], answer: Answer) -> str:
    """``phone 62 % (n = 24) and chat 50 % (n = 8), from too few contacts to call a change``."""
    figures = [_small_part(row, answer) for row in rows]
    return f"{listed(figures)}, from too few {answer.query.metric.noun} to call a change"


def _small_part(row: Row, answer: Answer) -> str:
    named = f"{row_name(row.segment, answer)} {shown_value(row, answer)}".strip()
    return f"{named} (n = {numbers.count(row.n)})"


def _reservations(answer: Answer) -> list[str]:
    """What holds for all rows alike, said once."""
    shown = [row for row in answer.rows if row.value is not None]
    if counts(answer.query.metric) and any(row.change is Change.UNCLEAR for row in shown):
        return [TOO_LITTLE_HISTORY]
    if shown and all(row.previous is None for row in answer.rows) and not _are_all_small(shown):
        return ["There is nothing before to compare with."]
    return []


def _running_part(row: Row, answer: Answer, running: Running) -> str:
    if row.small_sample:
        return _small_part(row, answer)
    now = f"{row_name(row.segment, answer)} {shown_value(row, answer)}".strip()
    if row.previous is None or row.previous.value is None:
        return now
    return f"{now} ({previous_value(row, answer)} {SAME_STRETCH[running.period.grain]})"
