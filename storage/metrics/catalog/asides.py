"""Figures that stand beside the value of several metrics."""

from __future__ import annotations

from typing import Any

from sqlalchemy.sql.elements import ColumnElement

from storage.facts.dialect import seconds_between
from storage.metrics.counting import always, contact
from storage.metrics.definition import Aside, Branch, Counting, Statistic, Unit

MEAN = Aside("mean", "mean", Unit.SECONDS, Statistic.MEAN)
MEDIAN = Aside("median", "median", Unit.SECONDS, Statistic.MEDIAN)
PERCENTILE_90 = Aside("percentile_90", "9 in 10 within", Unit.SECONDS, Statistic.PERCENTILE_90)

BACKLOG_ASIDES = (
    Aside("net_flow", "opened minus resolved", Unit.COUNT, Statistic.NET_FLOW),
    Aside("oldest_seconds", "oldest", Unit.SECONDS, Statistic.OLDEST_AGE),
    Aside("age_under_1_day", "under 1 day old", Unit.COUNT, Statistic.AGE_UNDER_1_DAY),
    Aside("age_1_to_3_days", "1 to 3 days", Unit.COUNT, Statistic.AGE_1_TO_3_DAYS),
    Aside("age_3_to_7_days", "3 to 7 days", Unit.COUNT, Statistic.AGE_3_TO_7_DAYS),
    Aside("age_over_7_days", "over 7 days", Unit.COUNT, Statistic.AGE_OVER_7_DAYS),
)


def in_business_time(statistic: Statistic, by: Any, of: ColumnElement[bool], until: Any) -> Aside:
    """The business time from a contact's opening until a time of it."""
    times = (contact.opened_at, until)
    branch = Branch(by, always(of), lambda _settings: seconds_between(*times), business=times)
    return Aside("business_time", "in business time", Unit.SECONDS, statistic, Counting((branch,)))
