"""Targets beside figures: as a cell, as a sentence, and as lines of a chart."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import numbers
from bot.blocks.names import listed, row_name
from bot.blocks.summary import upper
from storage.metrics.answer import Answer, Row
from storage.metrics.definition import Metric
from storage.metrics.target import Target, Verdict

MARKS = {Verdict.MET: "✓ met", Verdict.NEAR: "≈ near", Verdict.MISSED: "✗ missed"}
_VERBS = {Verdict.MET: "met", Verdict.MISSED: "missed"}


def target_name(target: Target, metric: Metric) -> str:
    """``at least 75 %``, ``at most 4 h``, ``75 to 85 %``."""
    if target.low is not None and target.high is not None:
        return bounds_name(target, metric)
    side = "at most" if target.low is None else "at least"
    return f"{side} {bounds_name(target, metric)}"


def bounds_name(target: Target, metric: Metric) -> str:
    """The same where there is no room to say which side: ``75 %``, ``75 to 85 %``."""
    shown = [numbers.bound(metric.unit, bound) for bound in target.bounds]
    if shown[0].endswith(" %") and len(shown) == 2:
        shown[0] = shown[0].removesuffix(" %")
    return " to ".join(shown)


def beside(row: Row, metric: Metric) -> str:
    """``75 % ✗ missed``; without a word where the sample is too small to say."""
    if row.target is None:
        return numbers.NO_VALUE
    verdict = MARKS[row.verdict] if row.verdict else ""
    return f"{bounds_name(row.target, metric)} {verdict}".strip()


def against_targets(answer: Answer) -> list[str]:
    """How a few rows stand to their targets, in one sentence."""
    judged = [row for row in answer.rows if row.target and row.verdict]
    if not judged:
        return []
    targets = {row.target for row in judged}
    if len(targets) > 1:
        return [f"{upper('; '.join(_own(row, answer) for row in judged))}."]
    named = _named_target(judged[0], answer.query.metric)
    if len(answer.rows) == 1:
        return [f"That {_fate(judged[0], named)}."]
    parts = [
        f"{_names(rows, answer)} {_many_fates(verdict, len(rows))}"
        for verdict, rows in _sorted(judged)
    ]
    return [f"{upper(named)}: {', '.join(parts)}."]


def tallied(answer: Answer) -> list[str]:
    """How many of many rows met their targets."""
    judged = [row for row in answer.rows if row.target and row.verdict]
    if not judged:
        return []
    parts = [f"{len(rows)} {_many_fates(verdict, len(rows))}" for verdict, rows in _sorted(judged)]
    return [f"Of {len(judged)} with a target, {listed(parts)}."]


def shared_target(answer: Answer) -> Target | None:
    """The target that every row has alike, to be drawn once."""
    targets = {row.target for row in answer.rows}
    return targets.pop() if len(targets) == 1 else None


def _fate(row: Row, named: str) -> str:
    match row.verdict:
        case Verdict.MET:
            return f"meets {named}"
        case Verdict.MISSED:
            return f"misses {named}"
        case _:
            return f"is too near to {named} to say whether it is met"


def _many_fates(verdict: Verdict, number: int) -> str:
    near = f"{'is' if number == 1 else 'are'} too near to say"
    return near if verdict is Verdict.NEAR else f"{_VERBS[verdict]} it"


def _own(row: Row, answer: Answer) -> str:
    subject = row_name(row.segment, answer)
    name = target_name(row.target, answer.query.metric) if row.target else ""
    if row.verdict in _VERBS:
        return f"{subject} {_VERBS[row.verdict]} its target ({name})"
    return f"{subject} is too near to its target to say ({name})"


def _named_target(row: Row, metric: Metric) -> str:
    return f"the target of {target_name(row.target, metric)}" if row.target else ""


def _names(rows: Sequence[Row], answer: Answer) -> str:
    return listed([row_name(row.segment, answer) for row in rows])


def _sorted(rows: Sequence[Row]) -> list[tuple[Verdict, list[Row]]]:
    """Those missed first: they are what is to be looked at."""
    order = (Verdict.MISSED, Verdict.NEAR, Verdict.MET)
    groups = [(verdict, [row for row in rows if row.verdict is verdict]) for verdict in order]
    return [(verdict, found) for verdict, found in groups if found]
