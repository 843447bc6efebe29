"""Every kind of alert rule, one entry each; words, form, docs and tests derive from ``KINDS``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, literal

from storage.alerts.rule import Number, RuleKind
from storage.alerts.standings import (
    against_target,
    against_usual,
    growing,
    lost_in_an_hour,
    stopped,
)
from storage.metrics.catalog import ABANDONED, BACKLOG, METRICS
from storage.metrics.counting import contact, offered
from storage.metrics.definition import Aggregation, Branch, Counting, Metric, Unit
from storage.periods import Grain
from storage.settings import Settings

SOON, HOURLY = timedelta(minutes=5), timedelta(hours=1)
PERIODS = (Grain.WEEK, Grain.DAY, Grain.MONTH, Grain.QUARTER)


def _lost(settings: Settings) -> ColumnElement[bool]:
    return and_(offered(settings), contact.abandoned)


LOST = replace(
    ABANDONED,
    name="Calls lost",
    unit=Unit.COUNT,
    bounds=(0.0, None),
    aggregation=Aggregation.COUNT,
    counting=Counting((Branch(contact.opened_at, _lost, lambda _settings: literal(1)),)),
)
"""The abandoned ones of the abandonment rate, as a number of their own."""

KINDS: tuple[RuleKind, ...] = (
    RuleKind(
        key="target",
        label="A target is missed",
        title="misses its target",
        description="A complete period misses the target that is set for it.",
        needs="a target, and a figure that is no small sample",
        words=("target", "below target", "above target", "misses target", "missed target"),
        every=HOURLY,
        judge=against_target,
        grains=PERIODS,
    ),
    RuleKind(
        key="usual",
        label="A figure leaves its usual range",
        title="leaves its usual range",
        description=(
            "A complete period lies outside the usual range, or is the eighth in a row on one"
            " side of the usual level."
        ),
        needs="8 complete periods before, and a figure that is no small sample",
        words=("outside", "outside usual", "outside usual range", "unusual", "shift", "shifts"),
        every=HOURLY,
        judge=against_usual,
        grains=PERIODS,
    ),
    RuleKind(
        key="growing",
        label="The backlog grows day after day",
        title="grows day after day",
        description="The backlog ends each day higher than the day before, for some days in a row.",
        needs="a backlog that is no small sample",
        words=("growing", "grows", "rising"),
        every=HOURLY,
        judge=growing,
        measures=BACKLOG,
        number=Number("days", 3, 2, 10),
    ),
    RuleKind(
        key="lost",
        label="Calls are lost in one hour",
        title="in one hour",
        description="Callers or chatters gave up, at least so many within one hour.",
        needs="phone or chat contacts with their waits",
        words=("calls lost", "lost calls", "lost"),
        every=SOON,
        judge=lost_in_an_hour,
        measures=LOST,
        by_hour=True,
        number=Number("calls", 5, 1, 1000),
    ),
    RuleKind(
        key="stopped",
        label="Data stops arriving",
        title="Data stopped arriving",
        description="A source is silent for longer than it ever was.",
        needs="a source that has arrived a few times",
        words=("data stopped", "data stops", "no data", "data missing", "data late"),
        every=SOON,
        judge=stopped,
        sources=True,
    ),
)
_BY_KEY = {kind.key: kind for kind in KINDS}


def find_kind(key: str) -> RuleKind | None:
    """The kind of a key; None where it is no more."""
    return _BY_KEY.get(key)


def find_metric(kind: RuleKind, key: str) -> Metric | None:
    """The metric that a rule of a kind watches; None where it is no more, or it watches none."""
    if kind.measures is not None:
        return kind.measures if kind.measures.key == key else None
    return next((metric for metric in METRICS if metric.key == key), None)
