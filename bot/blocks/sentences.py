"""An answer in the sentences that a person would say."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import numbers
from bot.blocks.names import asked_period_name, row_name, running_name, value_name
from storage.metrics.answer import Answer, Change, Row, Running, SegmentValues
from storage.metrics.definition import Aggregation, Direction, Metric, Segment, Unit
from storage.periods import Grain

MOST_ROWS_SPOKEN = 4
MOST_CHANGES_SPOKEN = 3
CLOCK = (Segment.HOUR, Segment.WEEKDAY)
_BETTER = {
    (Change.UP, Direction.HIGHER): "better",
    (Change.DOWN, Direction.LOWER): "better",
    (Change.UP, Direction.LOWER): "worse",
    (Change.DOWN, Direction.HIGHER): "worse",
}
_SAME_STRETCH = {
    Grain.DAY: "at this time yesterday",
    Grain.WEEK: "at this point last week",
    Grain.MONTH: "at this point last month",
    Grain.QUARTER: "at this point last quarter",
    Grain.YEAR: "at this point last year",
    Grain.RANGE: "at this point of the days before",
}


def is_by_clock(answer: Answer) -> bool:
    """Whether it is split by hour or weekday, and so best read side by side."""
    return not set(CLOCK).isdisjoint(answer.query.by)


def verdict(metric: Metric, change: Change | None) -> str:
    """Whether a change is good: ``better``, ``worse``, or nothing."""
    return _BETTER.get((change, metric.better), "") if change else ""


def spoken(answer: Answer) -> list[str]:
    """The answer itself, one sentence a thought."""
    if not any(row.value is not None or row.withheld for row in answer.rows):
        return [_nothing(answer)]
    if len(answer.rows) > MOST_ROWS_SPOKEN:
        return _summary(answer)
    clauses = [_clause(row, answer) for row in answer.rows]
    return [_sentence("; ".join(clauses)), *_reservations(answer)]


def running_line(answer: Answer) -> str:
    """The running period beside a complete one: ``So far this week (Mon to Wed): …``."""
    running = answer.running
    if running is None or is_by_clock(answer):
        return ""
    if not any(row.value is not None for row in running.rows):
        return ""
    stock = answer.query.metric.aggregation is Aggregation.STOCK
    heading = "Now" if stock else _upper(running_name(running.period, answer))
    shown = [row for row in running.rows if row.value is not None or row.withheld]
    parts = [_running_part(row, answer, running) for row in shown[:MOST_ROWS_SPOKEN]]
    if len(shown) > MOST_ROWS_SPOKEN:
        parts.append(f"and {len(shown) - MOST_ROWS_SPOKEN} more")
    return f"{heading}: {'; '.join(parts)}."


def _nothing(answer: Answer) -> str:
    period = asked_period_name(answer)
    if answer.query.period.start > answer.asked_at:
        return f"{_upper(period)} has not begun yet."
    if not answer.freshness:
        return "There is no data yet: nothing has been loaded."
    return f"There is no data for {period}."


def _summary(answer: Answer) -> list[str]:
    """Many rows: those that changed, the largest first, and how many did what."""
    changed = [row for row in answer.rows if row.change in {Change.UP, Change.DOWN}]
    told = sorted(changed, key=lambda row: -row.n)[:MOST_CHANGES_SPOKEN]
    sentences = [_sentence("; ".join(_clause(row, answer) for row in told))] if told else []
    sentences += _extremes(answer)
    others = [row for row in answer.rows if row not in told]
    return [*sentences, _tally(others, answer.query.metric, some_told=bool(told))]


def _tally(rows: Sequence[Row], metric: Metric, *, some_told: bool) -> str:
    """Example: ``Of the other 37, 30 held steady, 2 have no data.``."""
    unclear = "history" if _counts(metric) else metric.noun
    much = "little" if _counts(metric) else "few"
    counts = {
        "changed": sum(row.change in {Change.UP, Change.DOWN} for row in rows),
        "held steady": sum(row.change is Change.FLAT for row in rows),
        f"have too {much} {unclear} to say": sum(row.change is Change.UNCLEAR for row in rows),
        "have nothing before to compare with": sum(_is_first(row) for row in rows),
        "have no data": sum(row.value is None and not row.withheld for row in rows),
        "are withheld": sum(row.withheld for row in rows),
    }
    told = {words: number for words, number in counts.items() if number}
    others = f"the other {len(rows)} rows" if some_told else f"{len(rows)} rows"
    if len(told) == 1:
        return _sentence(f"{others if some_told else f'all {others}'} {''.join(told)}")
    parts = [f"{number} {words}" for words, number in told.items()]
    return f"Of {others}, {', '.join(parts)}." if parts else ""


def _is_first(row: Row) -> bool:
    return row.value is not None and row.change is None


def _extremes(answer: Answer) -> list[str]:
    """The highest and the lowest hour or weekday; people and teams are never ranked."""
    clock = next((each for each in CLOCK if each in answer.query.by), None)
    if clock is None:
        return []
    groups: dict[SegmentValues, list[Row]] = {}
    for row in answer.rows:
        if row.value is not None and not row.small_sample:
            others = tuple(each for each in row.segment if each[0] is not clock)
            groups.setdefault(others, []).append(row)
    told = [(others, rows) for others, rows in groups.items() if len(rows) > 1]
    return [
        _between(row_name(others, answer), rows, clock, answer)
        for others, rows in told[:MOST_CHANGES_SPOKEN]
    ]


def _between(group: str, rows: Sequence[Row], clock: Segment, answer: Answer) -> str:
    """Example: ``Phone ranged from 10 min at 09:00 to 33 min at 18:00.``."""
    ordered = sorted(rows, key=lambda row: row.value or 0.0)
    at = "at" if clock is Segment.HOUR else "on"
    low, high = (
        f"{_value(row, answer)} {at} {value_name(clock, dict(row.segment)[clock], {})}"
        for row in (ordered[0], ordered[-1])
    )
    return _sentence(f"{group or _subject(answer.query.metric)} ranged from {low} to {high}")


def _clause(row: Row, answer: Answer) -> str:
    """What one row did, from its subject on: ``phone fell to 71.2 % from 74.3 %``."""
    subject = row_name(row.segment, answer) or _subject(answer.query.metric)
    if row.withheld:
        return f"{subject}: withheld, as fewer than 3 agents stand behind it"
    if row.value is None:
        return f"{subject} has no data"
    match row.change:
        case Change.UP | Change.DOWN:
            return f"{subject} {_moved(row, answer)}"
        case Change.FLAT:
            return f"{subject} {_steady(row, answer)}"
        case Change.UNCLEAR:
            return f"{subject} {_unclear(row, answer)}"
        case _:
            return f"{subject} stood at {_value(row, answer)}{_alone(row, answer)}"


def _alone(row: Row, answer: Answer) -> str:
    """What is said of a first figure where others have one before."""
    if row.previous is not None:
        return _before(row, answer)
    others = any(each.change is not None for each in answer.rows)
    return ", with nothing before to compare" if others else ""


def _steady(row: Row, answer: Answer) -> str:
    now, before = _value(row, answer), _before(row, answer)
    if _is_close(row, answer.query.metric.unit):
        return f"held at {now}{before}"
    if row.usual_range is not None:
        return f"stood at {now}{before}, within its usual range"
    return f"stood at {now}{before}, no clear change"


def _is_close(row: Row, unit: Unit) -> bool:
    """Whether nobody would call it a difference: a point of a rate, 3 % of anything else."""
    before = row.previous.value if row.previous else None
    if before is None or row.value is None:
        return False
    return abs(row.value - before) <= (0.01 if unit is Unit.RATE else 0.03 * abs(before))


def _subject(metric: Metric) -> str:
    return metric.name[:1].lower() + metric.name[1:]


def _moved(row: Row, answer: Answer) -> str:
    """A change goes by the usual values, so its direction can differ from the period before."""
    up = row.change is Change.UP
    before = row.previous.value if row.previous else None
    value, now = row.value or 0.0, _value(row, answer)
    if before is None or before == value or (value > before) is not up:
        return f"stood at {now}{_before(row, answer)}{_usual(row, answer)}"
    verb = "rose" if up else "fell"
    at_what_time = "" if _then(answer) == "before" else f" {_then(answer)}"
    return f"{verb} to {now} from {_previous(row, answer)}{at_what_time}{_usual(row, answer)}"


def _previous(row: Row, answer: Answer) -> str:
    before = row.previous
    return numbers.value(answer.query.metric.unit, before.value, before.n) if before else ""


def _usual(row: Row, answer: Answer) -> str:
    if row.usual_range is None or row.value is None:
        return ""
    low, high = row.usual_range
    span = numbers.span(answer.query.metric.unit, low, high)
    if row.value < low:
        return f", below its usual range ({span})"
    if row.value > high:
        return f", above its usual range ({span})"
    side = "high" if row.change is Change.UP else "low"
    return f", on the {side} side for eight in a row"


def _before(row: Row, answer: Answer) -> str:
    if row.previous is None or row.previous.value is None:
        return ""
    return f" ({_previous(row, answer)} {_then(answer)})"


def _then(answer: Answer) -> str:
    """When the period before was, or its same stretch while the asked one runs."""
    period = answer.query.period
    return _SAME_STRETCH[period.grain] if period.contains(answer.asked_at) else "before"


def _unclear(row: Row, answer: Answer) -> str:
    metric, now = answer.query.metric, _value(row, answer)
    if _counts(metric):
        return f"stood at {now}{_before(row, answer)}"
    if row.small_sample:
        return f"had too few {metric.noun} to say ({now}, n = {numbers.count(row.n)})"
    return f"stood at {now}, with too few {metric.noun} before to compare"


def _reservations(answer: Answer) -> list[str]:
    """What holds for all rows alike, said once."""
    shown = [row for row in answer.rows if row.value is not None]
    if _counts(answer.query.metric) and any(row.change is Change.UNCLEAR for row in shown):
        return ["There is too little history yet to call a change."]
    if shown and all(row.previous is None for row in shown):
        return ["There is nothing before to compare with."]
    return []


def _running_part(row: Row, answer: Answer, running: Running) -> str:
    subject = row_name(row.segment, answer)
    if row.withheld:
        return f"{subject} withheld".strip()
    now = f"{subject} {_value(row, answer)}".strip()
    if row.previous is None or row.previous.value is None:
        return now
    return f"{now} ({_previous(row, answer)} {_SAME_STRETCH[running.period.grain]})"


def _value(row: Row, answer: Answer) -> str:
    return numbers.value(answer.query.metric.unit, row.value, row.n)


def _counts(metric: Metric) -> bool:
    return metric.aggregation in {Aggregation.COUNT, Aggregation.STOCK}


def _sentence(text: str) -> str:
    return f"{_upper(text)}."


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
