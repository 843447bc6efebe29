"""What was filled into the form for an alert, read into what is wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bot.blocks.alert_form import (
    BY,
    GRAIN,
    KIND,
    METRIC,
    NUMBER,
    QUIET,
    SCOPE,
    ZONE,
    Draft,
)
from bot.blocks.alert_list import Wanted
from bot.request.alerts import check_splits, checked_number, read_segments
from storage.alerts.rule import RuleKind, Watch
from storage.alerts.timing import read_quiet
from storage.errors import UserError
from storage.metrics.definition import Metric
from storage.periods import zone

Read = TypeVar("Read")
Errors = dict[str, str]


def read_draft(draft: Draft) -> tuple[Wanted | None, Errors]:
    """What is wanted, or every problem by the field that it is of."""
    kind = draft.kind
    if kind is None:
        return None, {KIND: "Choose what it is about."}
    if kind.chooses_metric and draft.metric is None:
        return None, {METRIC: "Choose the figure that is watched."}
    errors: Errors = {}
    metric = draft.metric if kind.chooses_metric else kind.measures
    watch = _watch(kind, metric, draft, errors)
    quiet = _tried(errors, QUIET, lambda: read_quiet(draft.quiet))
    _tried(errors, ZONE, lambda: zone(draft.timezone))
    if errors:
        return None, errors
    return Wanted(watch, draft.channel_id, draft.timezone, quiet or ""), {}


def _watch(kind: RuleKind, metric: Metric | None, draft: Draft, errors: Errors) -> Watch:
    grain = draft.grain or kind.grain
    if grain not in kind.grains:
        errors[GRAIN] = f"{kind.label}: this is looked at day by day. Leave it empty."
    number = _tried(errors, NUMBER, lambda: checked_number(kind, _number(draft.number)))
    filters = _tried(errors, SCOPE, lambda: read_segments(metric, draft.scope))
    _tried(errors, BY, lambda: check_splits(metric, draft.by))
    return Watch(kind, metric, grain, filters or (), draft.by, number)


def _number(typed: str) -> int | None:
    if not typed:
        return None
    if not typed.isdecimal() or len(typed) > 4:
        raise UserError("This is no whole number.", "Write one, such as 3, or leave it empty.")
    return int(typed)


def _tried(errors: Errors, block_id: str, read: Callable[[], Read]) -> Read | None:
    """What is read; where it can't be, the problem is noted at its field."""
    try:
        return read()
    except UserError as error:
        errors[block_id] = str(error)
        return None
