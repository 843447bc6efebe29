"""What an average hides, in a line for each split that shows it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import numbers
from bot.blocks.names import listed, row_name
from storage.metrics.answer import Answer, Group, HiddenDifference
from storage.metrics.definition import Aggregation, Segment

_WITH = {
    (Segment.TENURE, "new"): "with new agents",
    (Segment.TENURE, "experienced"): "with experienced ones",
    (Segment.COMPLEXITY, "complex"): "for complex issues",
    (Segment.COMPLEXITY, "simple"): "for simple ones",
}


def hidden_splits(answer: Answer) -> list[Segment]:
    """The splits that show what the rows hide, each once."""
    return list(dict.fromkeys(each.split for each in answer.hidden))


def hidden_lines(answer: Answer) -> list[str]:
    """``On phone it is 9 min with new agents and 6 min with experienced ones: …``."""
    return [
        _line([each for each in answer.hidden if each.split is split], answer)
        for split in hidden_splits(answer)
    ]


def _line(differences: Sequence[HiddenDifference], answer: Answer) -> str:
    """The largest row, and the names of those that differ the same way."""
    largest, *others = sorted(differences, key=lambda each: -sum(g.n for g in each.groups))
    alike = [row_name(each.segment, answer) for each in others if _way(each) == _way(largest)]
    likewise = f" (likewise {_preposition(largest)} {listed(alike)})" if alike else ""
    median = answer.query.metric.aggregation is Aggregation.MEDIAN
    hides = f"the {'median' if median else 'average'} hides that."
    text = f"{difference_clause(largest, answer)}{likewise}: {hides}"
    return text[:1].upper() + text[1:]


def _way(difference: HiddenDifference) -> bool:
    """Whether the first group's figure is the higher one."""
    first, second = difference.groups
    return first.value > second.value


def _preposition(difference: HiddenDifference) -> str:
    kinds = [segment for segment, _value in difference.segment]
    return "on" if kinds[:1] == [Segment.CHANNEL] else "for"


def difference_clause(difference: HiddenDifference, answer: Answer) -> str:
    where = row_name(difference.segment, answer)
    on = _preposition(difference)
    first, second = (_group(each, difference.split, answer) for each in difference.groups)
    return f"{on} {where} it is {first} and {second}" if where else f"it is {first} and {second}"


def _group(group: Group, split: Segment, answer: Answer) -> str:
    shown = numbers.value(answer.query.metric.unit, group.value, group.n, answer.currency)
    return f"{shown} {_WITH[split, group.name]}"
