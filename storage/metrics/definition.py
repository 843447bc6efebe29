"""What a metric is: frozen, and without any reading of data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.sql.elements import ColumnElement

from storage.settings import Settings


class Unit(Enum):
    """What a value is measured in: a rate lies between 0 and 1, a duration is in seconds.

    A score is on the scale of its answers, points are out of 100; money is in the answer's
    currency.
    """

    RATE = "rate"
    SECONDS = "seconds"
    COUNT = "count"
    POINTS = "points"
    SCORE = "score"
    MONEY = "money"
    PER_100_CUSTOMERS = "per_100_customers"
    PER_HOUR = "per_hour"
    PER_AGENT = "per_agent"


SHARE = (0.0, 1.0)
"""The bounds of a rate."""


class Direction(Enum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Kind(Enum):
    """Whether a metric tells what will happen, or what has happened."""

    LEADING = "leading"
    LAGGING = "lagging"


class Audience(Enum):
    """Whom a digest is for; ``OWN`` tells the metrics that its maker chose."""

    EXECUTIVE = "executive"
    TEAM = "team"
    AGENTS = "agents"
    OWN = "own"


class Aggregation(Enum):
    """How the rows of a period become one value, and so which interval goes with it.

    SHARE: Wilson. MEAN: t over the rows. MEDIAN: order statistics. RATIO, a sum over a sum:
    linearised, t. NET_PROMOTER, of 1, 0 and -1: adjusted Wald. PER_HUNDRED, a count over a count:
    Poisson. INDEX, a mean of parts: normal. PER_ONE, one that people decide on, and others: none.
    """

    __hash__ = object.__hash__

    SHARE = "share"
    MEAN = "mean"
    MEDIAN = "median"
    RATIO = "ratio"
    NET_PROMOTER = "net_promoter"
    PER_HUNDRED = "per_hundred"
    PER_ONE = "per_one"
    INDEX = "index"
    COUNT = "count"
    SUM = "sum"
    STOCK = "stock"
    COST = "cost"


class Segment(Enum):
    """What an answer can be split and filtered by."""

    __hash__ = object.__hash__
    """Answers look by segments up thousands of times; an enum's own hash is a slow one."""

    CHANNEL = "channel"
    CONTACT_KIND = "contact_kind"
    ISSUE_TYPE = "issue_type"
    COMPLEXITY = "complexity"
    PRIORITY = "priority"
    TEAM = "team"
    AGENT = "agent"
    TENURE = "tenure"
    CUSTOMER = "customer"
    CUSTOMER_SEGMENT = "customer_segment"
    SOURCE = "source"
    HOUR = "hour"
    WEEKDAY = "weekday"
    KIND = "kind"
    PURPOSE = "purpose"


Condition = Callable[[Settings], ColumnElement[bool]]
Measured = Callable[[Settings], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class WindowDays:
    """The local days of a window, as expressions: of its start, of its end, and the day after.

    ``last`` and ``after`` differ only where the window ends within a day, as now does.
    """

    first: ColumnElement[Any]
    last: ColumnElement[Any]
    after: ColumnElement[Any]


OfDays = Callable[[Any, WindowDays], ColumnElement[Any]]
"""Of the columns of a stay, and the days of a window."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Customers, or agents, counted once a window by the days of their stays.

    ``counts`` tells of one stay whether it makes its customer count, ``value`` what it is worth;
    of a customer's stays the highest worth holds, or the ``lowest``. ``who``, ``since`` and
    ``until`` name the columns of whose stay it is, its first day and the first one after it.
    """

    table: Table
    counts: OfDays
    value: OfDays
    lowest: bool = False
    who: str = "customer_id"
    since: str = "started_on"
    until: str = "ended_on"


@dataclass(frozen=True, slots=True)
class Branch:
    """Rows counted in one way, and what each is worth: 0 or 1 for a share, a number for a mean.

    ``by`` is the row's time or local day. ``weight`` is what a ratio is divided by. ``missing``
    tells, cheaply, the rows whose value the source did not give: a branch that has it derives
    theirs, and is left out where there are none; provisional where later rows can change it. With
    ``business`` it is worth business time between two times, where the row's team has a calendar.
    """

    by: Column[Any]
    where: Condition
    value: Measured
    weight: Measured | None = None
    missing: Condition | None = None
    is_provisional: bool = False
    business: tuple[Column[Any], Column[Any]] | None = None

    @property
    def table(self) -> Table:
        return self.by.table


@dataclass(frozen=True, slots=True)
class Counting:
    """Which rows are counted, of one fact or of several, and by which of their times.

    The branches exclude one another. ``present`` are customers, each counted as a weight.
    ``leaves`` is the time at which a row leaves a stock.
    """

    branches: tuple[Branch, ...] = ()
    present: Presence | None = None
    leaves: Column[Any] | None = None

    @property
    def tables(self) -> frozenset[Table]:
        found = {branch.table for branch in self.branches}
        return frozenset(found | ({self.present.table} if self.present else set()))


@dataclass(frozen=True, slots=True)
class Part:
    """One of the figures that an index is the mean of, brought to points by ``scale``.

    The metric's aside of the same key shows it.
    """

    key: str
    aggregation: Aggregation
    counting: Counting
    scale: float


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
    TOTAL = "total"
    WEIGHT = "weight"
    MISSES = "misses"
    PROMOTERS = "promoters"
    DETRACTORS = "detractors"


@dataclass(frozen=True, slots=True)
class Aside:
    """A figure that stands beside a metric's value, such as the 90th percentile.

    It is a ``statistic`` of the same rows, or is made of rows of its own: a count, or else their
    median, mean or ratio. ``distinct`` counts different values in place of rows.
    """

    key: str
    name: str
    unit: Unit
    statistic: Statistic | None = None
    counting: Counting | None = None
    distinct: bool = False

    @property
    def is_business_time(self) -> bool:
        """Whether it is there only for teams that have a calendar."""
        return self.counting is not None and any(b.business for b in self.counting.branches)


@dataclass(frozen=True, slots=True)
class Version:
    """A definition as it holds since a day: a new formula, window or clock is a new version."""

    number: int
    since: date
    what_changed: str


FIRST_VERSION = Version(1, date(2026, 11, 22), "First definition")


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric, defined once; help, lists, answers and tests derive from it.

    ``counted`` names the rows counted and the time they are counted by, for a person.
    ``noun`` is what ``n`` counts (``contacts``). ``formula`` is printed beside the number; in it
    and in ``small_print`` stand names of settings, for ``in_force`` to fill in. ``bounds`` are
    the lowest and the highest value that there can be. An index has ``parts``; its ``counting``
    is that of the first. ``versions`` are oldest first. ``kept_honest_by`` are the keys of metrics
    that pay for it where it is pushed. ``reviewed`` is False where another metric tells the same,
    or it is about how reviewing goes. ``audiences`` are those whose digests tell it.
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
    bounds: tuple[float, float | None] = (0.0, None)
    parts: tuple[Part, ...] = ()
    versions: tuple[Version, ...] = (FIRST_VERSION,)
    kept_honest_by: tuple[str, ...] = ()
    reviewed: bool = True
    audiences: tuple[Audience, ...] = ()

    @property
    def countings(self) -> tuple[Counting, ...]:
        """What the value is made of: of an index each part."""
        return tuple(part.counting for part in self.parts) or (self.counting,)

    @property
    def tables(self) -> frozenset[Table]:
        """The facts that the value is made of."""
        return self.counting.tables.union(*(part.counting.tables for part in self.parts))
