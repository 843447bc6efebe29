"""What one row of an answer did, as a clause: ``phone fell to 71.2 % from 74.3 %``."""

from __future__ import annotations

from bot.blocks import numbers
from bot.blocks.dates import PLURALS
from bot.blocks.names import row_name
from storage.metrics.answer import Answer, Change, Row
from storage.metrics.baseline import RUN_LENGTH
from storage.metrics.definition import Aggregation, Direction, Metric, Unit
from storage.metrics.sample import has_interval
from storage.metrics.segments import WEEKDAYS
from storage.periods import Grain, Period

_BETTER = {
    (Change.UP, Direction.HIGHER): "better",
    (Change.DOWN, Direction.LOWER): "better",
    (Change.UP, Direction.LOWER): "worse",
    (Change.DOWN, Direction.HIGHER): "worse",
}
_RUNS = {8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve"}
"""How long a run can be: not all of 12 values lie on one side of their own mean."""
SAME_STRETCH = {
    Grain.DAY: "at this time yesterday",
    Grain.WEEK: "at this point last week",
    Grain.MONTH: "at this point last month",
    Grain.QUARTER: "at this point last quarter",
    Grain.YEAR: "at this point last year",
    Grain.RANGE: "at this point of the days before",
}


def verdict(metric: Metric, change: Change | None) -> str:
    """Whether a change is good: ``better``, ``worse``, or nothing."""
    return _BETTER.get((change, metric.better), "") if change else ""


def counts(metric: Metric) -> bool:
    """Whether its value is a number of rows, which has no sample size of its own."""
    return metric.aggregation in {Aggregation.COUNT, Aggregation.STOCK}


def clause(row: Row, answer: Answer) -> str:
    """What a row with a value did, from its subject on."""
    subject = row_name(row.segment, answer) or metric_in_sentence(answer.query.metric)
    if row.small_sample and row.change in {None, Change.UNCLEAR}:
        return f"{subject} {_small(row, answer)}"
    match row.change:
        case Change.UP | Change.DOWN:
            return f"{subject} {_moved(row, answer)}"
        case Change.FLAT:
            return f"{subject} {_steady(row, answer)}"
        case Change.UNCLEAR:
            return f"{subject} {_unclear(row, answer)}"
        case _:
            return f"{subject} stood at {shown_value(row, answer)}{_alone(row, answer)}"


def metric_in_sentence(metric: Metric) -> str:
    return metric.name[:1].lower() + metric.name[1:]


def shown_value(row: Row, answer: Answer) -> str:
    return numbers.value(answer.query.metric.unit, row.value, row.n, answer.currency)


def previous_value(row: Row, answer: Answer) -> str:
    before = row.previous
    if before is None:
        return ""
    return numbers.value(answer.query.metric.unit, before.value, before.n, answer.currency)


def _small(row: Row, answer: Answer) -> str:
    """The figure goes first where it is the whole answer, its doubt first beside other figures."""
    noun, now = answer.query.metric.noun, shown_value(row, answer)
    n = f"n = {numbers.count(row.n)}"
    if len(answer.rows) == 1:
        return f"stood at {now}, from too few {noun} to call a change ({n})"
    return f"had too few {noun} to say ({now}, {n})"


def _alone(row: Row, answer: Answer) -> str:
    """What is said of a first figure where others have one before."""
    if row.previous is not None:
        return _before(row, answer)
    others = any(each.previous is not None for each in answer.rows)
    return ", with nothing before to compare" if others else ""


def _steady(row: Row, answer: Answer) -> str:
    now, before = shown_value(row, answer), _before(row, answer)
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


def _moved(row: Row, answer: Answer) -> str:
    """A change goes by the usual values, so its direction can differ from the period before."""
    up = row.change is Change.UP
    before = row.previous.value if row.previous else None
    value, now = row.value or 0.0, shown_value(row, answer)
    is_close = _is_close(row, answer.query.metric.unit)
    if before is None or is_close or (value > before) is not up:
        return f"stood at {now}{_before(row, answer)}{_usual(row, answer)}"
    verb = "rose" if up else "fell"
    at_what_time = "" if _then(answer) == "before" else f" {_then(answer)}"
    return f"{verb} to {now} from {previous_value(row, answer)}{at_what_time}{_usual(row, answer)}"


def _usual(row: Row, answer: Answer) -> str:
    if row.usual_range is None or row.value is None:
        return ""
    low, high = row.usual_range
    unit = answer.query.metric.unit
    span = numbers.span(unit, low, high, answer.currency, outside=row.value)
    if row.value < low:
        return f", below its usual range ({span})"
    if row.value > high:
        return f", above its usual range ({span})"
    side = "above" if row.change is Change.UP else "below"
    many = _RUNS.get(row.run, _RUNS[RUN_LENGTH])
    return f", {side} its usual level for {many} {_like(answer.query.period)} in a row"


def _like(period: Period) -> str:
    """What a period is held against: a day against the same weekday, ``Tuesdays``."""
    if period.grain is Grain.DAY:
        return f"{WEEKDAYS[period.first_day.weekday()].capitalize()}s"
    return PLURALS[period.grain]


def _before(row: Row, answer: Answer) -> str:
    if row.previous is None or row.previous.value is None:
        return ""
    return f" ({previous_value(row, answer)} {_then(answer)})"


def _then(answer: Answer) -> str:
    """When the period before was, or its same stretch while the asked one runs."""
    period = answer.query.period
    return SAME_STRETCH[period.grain] if period.contains(answer.asked_at) else "before"


def _unclear(row: Row, answer: Answer) -> str:
    metric, now = answer.query.metric, shown_value(row, answer)
    if not has_interval(metric.aggregation):
        return f"stood at {now}{_before(row, answer)}"
    return f"stood at {now}, with too few {metric.noun} before to compare"
