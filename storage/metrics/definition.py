"""What a metric is: frozen, and without any reading of data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import Column
from sqlalchemy.sql.elements import ColumnElement

from storage.settings import Settings


class Unit(Enum):
    """What a value is measured in: a rate lies between 0 and 1, a duration is in seconds."""

    RATE = "rate"
    SECONDS = "seconds"
    COUNT = "count"


class Direction(Enum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Kind(Enum):
    """Whether a metric tells what will happen, or what has happened."""

    LEADING = "leading"
    LAGGING = "lagging"


class Aggregation(Enum):
    """How the rows of a period become one value, and so which interval goes with it.

    SHARE: Wilson. MEAN: t over the rows. MEDIAN: order statistics. COUNT and STOCK: none.
    """

    SHARE = "share"
    MEAN = "mean"
    MEDIAN = "median"
    COUNT = "count"
    STOCK = "stock"


class Segment(Enum):
    """What an answer can be split and filtered by."""

    CHANNEL = "channel"
    CONTACT_KIND = "contact_kind"
    ISSUE_TYPE = "issue_type"
    COMPLEXITY = "complexity"
    PRIORITY = "priority"
    TEAM = "team"
    AGENT = "agent"
    TENURE = "tenure"
    CUSTOMER = "customer"
    SOURCE = "source"
    HOUR = "hour"
    WEEKDAY = "weekday"


Condition = Callable[[Settings], ColumnElement[bool]]
Measured = Callable[[Settings], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Branch:
    """Rows counted in one way, and what each is worth: 0 or 1 for a share, a number for a mean.

    ``missing`` tells, cheaply, the rows whose value the source did not give: a branch that has it
    derives theirs, and is left out of a statement where there are none.
    """

    where: Condition
    value: Measured
    missing: Condition | None = None


@dataclass(frozen=True, slots=True)
class Counting:
    """Which rows of a fact are counted, and by which of their times.

    The branches exclude one another. ``leaves`` is the time at which a row leaves a stock.
    """

    by: Column[Any]
    branches: tuple[Branch, ...]
    leaves: Column[Any] | None = None


class Statistic(Enum):
    """A further figure of the very rows that the value is made of."""

    MEAN = "mean"
    MEDIAN = "median"
    PERCENTILE_90 = "percentile_90"
    OLDEST_AGE = "oldest_age"
    AGE_UNDER_1_DAY = "age_under_1_day"
    AGE_1_TO_3_DAYS = "age_1_to_3_days"
    AGE_3_TO_7_DAYS = "age_3_to_7_days"
    AGE_OVER_7_DAYS = "age_over_7_days"
    NET_FLOW = "net_flow"


@dataclass(frozen=True, slots=True)
class Aside:
    """A figure that stands beside a metric's value, such as the 90th percentile.

    It is a ``statistic`` of the same rows, or a share (rate) or count of rows of its own.
    """

    key: str
    name: str
    unit: Unit
    statistic: Statistic | None = None
    counting: Counting | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric, defined once; help, lists, answers and tests derive from it.

    ``counted`` names the rows counted and the time they are counted by, for a person.
    ``noun`` is what ``n`` counts (``contacts``). ``formula`` is printed beside the number; in it
    and in ``small_print`` stand names of settings, for ``in_force`` to fill in.
    """

    key: str
    abbreviation: str
    name: str
    description: str
    formula: str
    counted: str
    unit: Unit
    better: Direction
    kind: Kind
    aggregation: Aggregation
    segments: tuple[Segment, ...]
    counting: Counting
    noun: str = "contacts"
    synonyms: tuple[str, ...] = ()
    asides: tuple[Aside, ...] = ()
    channels_apart: bool = False
    small_print: str = ""
