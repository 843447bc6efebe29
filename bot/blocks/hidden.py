"""What an average hides, in a line for each split that shows it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import numbers
from bot.blocks.names import row_name
from storage.metrics.answer import Answer, Group, HiddenDifference
from storage.metrics.definition import Aggregation, Segment

MOST_ROWS_TOLD = 2
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
    """The largest rows first; agents are told apart nowhere in it."""
    ordered = sorted(differences, key=lambda each: -sum(group.n for group in each.groups))
    told = [difference_clause(each, answer) for each in ordered[:MOST_ROWS_TOLD]]
    more = f", and {len(ordered) - len(told)} more alike" if len(ordered) > len(told) else ""
    median = answer.query.metric.aggregation is Aggregation.MEDIAN
    text = f"{'; '.join(told)}{more}: the {'median' if median else 'average'} hides that."
    return text[:1].upper() + text[1:]


def difference_clause(difference: HiddenDifference, answer: Answer) -> str:
    where = row_name(difference.segment, answer)
    on = "on" if difference.segment[0:1] and difference.segment[0][0] is Segment.CHANNEL else "for"
    first, second = (_group(each, difference.split, answer) for each in difference.groups)
    return f"{on} {where} it is {first} and {second}" if where else f"it is {first} and {second}"


def _group(group: Group, split: Segment, answer: Answer) -> str:
    shown = numbers.value(answer.query.metric.unit, group.value, group.n, answer.currency)
    return f"{shown} {_WITH[split, group.name]}"
