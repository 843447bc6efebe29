"""What a metric is: frozen, and without any reading of data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


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


@dataclass(frozen=True, slots=True)
class Aside:
    """A figure that stands beside a metric's value, such as the 90th percentile."""

    key: str
    name: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric, defined once; help, lists, answers and tests derive from it.

    ``counted`` names the rows counted and the time they are counted by, for a person.
    ``noun`` is what ``n`` counts (``contacts``). ``formula`` is printed beside the number.
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
    noun: str = "contacts"
    synonyms: tuple[str, ...] = ()
    asides: tuple[Aside, ...] = ()
    channels_apart: bool = False
    small_print: str = ""
    fact: str = field(default="contacts")
