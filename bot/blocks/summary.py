"""Many rows in a few sentences: what changed, the clock's extremes, and how many did what."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks.clauses import clause, counts, metric_in_sentence, shown_value
from bot.blocks.names import row_name, shown_segments, value_name
from bot.request.segments import label
from storage.metrics.answer import Answer, Change, Row, SegmentValues
from storage.metrics.definition import Metric, Segment

MOST_CHANGES_SPOKEN = 3
CLOCK = (Segment.HOUR, Segment.WEEKDAY)
CHANGED = {Change.UP, Change.DOWN}
TOO_LITTLE_HISTORY = "There is too little history yet to call a change."


def is_by_clock(answer: Answer) -> bool:
    """Whether it is split by hour or weekday, and so best read side by side."""
    return not set(CLOCK).isdisjoint(answer.query.by)


def summary(answer: Answer) -> list[str]:
    """Those that changed, the largest first, and how many of the others did what."""
    told = _changed(answer)[:MOST_CHANGES_SPOKEN]
    sentences = [sentence("; ".join(clause(row, answer) for row in told))] if told else []
    sentences += _extremes(answer)
    others = [row for row in answer.rows if row not in told]
    return [*sentences, _tally(others, answer, some_told=bool(told))]


def sentence(text: str) -> str:
    return f"{upper(text)}."


def upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _changed(answer: Answer) -> list[Row]:
    """The largest first; agents stay in the order of their names, for nobody is ranked."""
    changed = [row for row in answer.rows if row.change in CHANGED]
    return changed if _is_by_agent(answer) else sorted(changed, key=lambda row: -row.n)


def _is_by_agent(answer: Answer) -> bool:
    return Segment.AGENT in answer.query.by


def _tally(rows: Sequence[Row], answer: Answer, *, some_told: bool) -> str:
    """Example: ``Of the other 37 teams, 30 held steady, 1 has no data.``."""
    metric = answer.query.metric
    told = {words: number for words, number in _fates(rows, metric).items() if number}
    if not told:
        return ""
    others = _named(len(rows), answer)
    if len(told) > 1:
        parts = [f"{number} {_agreeing(words, number)}" for words, number in told.items()]
        return f"Of {'the other ' if some_told else ''}{others}, {', '.join(parts)}."
    (words,) = told
    if counts(metric) and all(row.change is Change.UNCLEAR for row in rows):
        return TOO_LITTLE_HISTORY
    whose = "the other " if some_told else "all "
    return sentence(f"{whose}{others} {_agreeing(words, len(rows))}")


def _fates(rows: Sequence[Row], metric: Metric) -> dict[str, int]:
    """How many rows did what, in words for several of them."""
    small = "little history" if counts(metric) else f"few {metric.noun} now or before"
    return {
        "changed": sum(row.change in CHANGED for row in rows),
        "held steady": sum(row.change is Change.FLAT for row in rows),
        f"have too {small} to call a change": sum(row.change is Change.UNCLEAR for row in rows),
        "have nothing before to compare with": sum(_is_first(row) for row in rows),
        "have no data": sum(row.value is None and not row.withheld for row in rows),
        "are withheld": sum(row.withheld for row in rows),
    }


def _agreeing(words: str, number: int) -> str:
    if number > 1:
        return words
    verb, _, rest = words.partition(" ")
    return f"{ {'have': 'has', 'are': 'is'}.get(verb, verb) } {rest}".strip()


def _named(number: int, answer: Answer) -> str:
    """``37 teams``; rows, where they are told apart by more than one thing."""
    segments = [segment for segment, _ in shown_segments(answer.rows[0].segment, answer)]
    noun = label(segments[0]) if len(segments) == 1 else "row"
    if number == 1:
        return f"1 {noun}"
    return f"{number} {f'{noun[:-1]}ies' if noun.endswith('ity') else f'{noun}s'}"


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
        f"{shown_value(row, answer)} {at} {value_name(clock, dict(row.segment)[clock], {})}"
        for row in (ordered[0], ordered[-1])
    )
    subject = group or metric_in_sentence(answer.query.metric)
    return sentence(f"{subject} ranged from {low} to {high}")
