"""What is loaded, declared once: each fact's table, key and the rules its rows must keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy import Boolean, Column, Date, DateTime, Double, Integer, Table

from storage.errors import UnknownWordError
from storage.facts.tables import (
    CHANNELS,
    agent_days,
    agents,
    contacts,
    costs,
    customers,
    help_sessions,
    qa_answers,
    qa_reviews,
    surveys,
)

SOURCE = "source"


class ColumnKind(Enum):
    """How a value given as text is read."""

    TEXT = "text"
    TIME = "time"
    DAY = "day"
    NUMBER = "number"
    WHOLE_NUMBER = "whole number"
    YES_OR_NO = "yes or no"


@dataclass(frozen=True, slots=True)
class Range:
    """The lowest and highest number of a column; with ``of``, only where that column says so."""

    column: str
    lowest: int
    highest: int
    of: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that can be loaded; what is not said here follows from its table.

    ``one_of`` are the closed lists of words. ``not_before`` are pairs (later, earlier).
    ``sums`` names the columns that make up another where that one is not given, ``implied`` the
    column that gives another its word by being there. Numbers are not negative, unless they have
    a range or are ``signed``. ``codes`` are columns of so many letters, kept in capitals.
    ``counted_by`` is the time or day whose gaps tell how often a source speaks.
    """

    table: Table
    key: tuple[str, ...]
    one_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    not_before: tuple[tuple[str, str], ...] = ()
    sums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    implied: dict[str, tuple[str, str]] = field(default_factory=dict)
    ranges: tuple[Range, ...] = ()
    signed: tuple[str, ...] = ()
    codes: dict[str, int] = field(default_factory=dict)
    counted_by: str | None = None

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that a file can fill, in the table's order."""
        return tuple(column.name for column in self.table.columns if column.name != SOURCE)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(
            column.name
            for column in self.table.columns
            if not column.nullable and column.default is None and column.name != SOURCE
        )

    @property
    def times(self) -> tuple[str, ...]:
        return tuple(name for name in self.columns if self.kind(name) is ColumnKind.TIME)

    def kind(self, column: str) -> ColumnKind:
        return _kind(self.table.columns[column])

    def default(self, column: str) -> object:
        """The value that stands for none, such as ``inbound``; None where none may stand."""
        return getattr(self.table.columns[column].default, "arg", None)


FACTS = (
    Fact(
        contacts,
        key=("contact_id",),
        one_of={
            "channel": CHANNELS,
            "direction": ("inbound", "outbound"),
            "contact_kind": ("question", "complaint", "order", "other"),
            "complexity": ("simple", "complex"),
        },
        not_before=(("first_response_at", "opened_at"), ("resolved_at", "opened_at")),
        sums={"handle_seconds": ("talk_seconds", "hold_seconds", "wrap_seconds")},
        counted_by="opened_at",
    ),
    Fact(agents, key=("agent_id",), not_before=(("left_on", "hired_on"),)),
    Fact(agent_days, key=("agent_id", "day"), counted_by="day"),
    Fact(
        surveys,
        key=("survey_id",),
        one_of={
            "kind": ("csat", "nps", "ces"),
            "purpose": ("contact", "relationship"),
            "channel": CHANNELS,
        },
        not_before=(("answered_at", "sent_at"),),
        implied={"purpose": ("contact_id", "contact")},
        ranges=(
            Range("score", 1, 5, of=("kind", "csat")),
            Range("score", 0, 10, of=("kind", "nps")),
            Range("score", 1, 7, of=("kind", "ces")),
        ),
        counted_by="sent_at",
    ),
    Fact(
        qa_reviews,
        key=("review_id",),
        one_of={"channel": CHANNELS, "purpose": ("live", "calibration")},
        ranges=(Range("score", 0, 100), Range("first_score", 0, 100)),
        not_before=(("read_at", "sent_at"),),
        counted_by="reviewed_at",
    ),
    Fact(qa_answers, key=("review_id", "criterion")),
    Fact(help_sessions, key=("session_id",), counted_by="started_at"),
    Fact(
        customers,
        key=("customer_id", "started_on"),
        not_before=(("ended_on", "started_on"),),
    ),
    Fact(
        costs,
        key=("cost_id",),
        one_of={"channel": CHANNELS},
        signed=("amount",),
        codes={"currency": 3},
        counted_by="day",
    ),
)


def find_fact(name: str) -> Fact:
    for fact in FACTS:
        if fact.name == name.strip().lower():
            return fact
    known = tuple(fact.name for fact in FACTS)
    raise UnknownWordError(
        f'I can\'t load "{name}".', f"What can be loaded: {', '.join(known)}.", known
    )


def _kind(column: Column[object]) -> ColumnKind:
    kinds = (
        (DateTime, ColumnKind.TIME),
        (Date, ColumnKind.DAY),
        (Double, ColumnKind.NUMBER),
        (Integer, ColumnKind.WHOLE_NUMBER),
        (Boolean, ColumnKind.YES_OR_NO),
    )
    return next(
        (kind for kind_type, kind in kinds if isinstance(column.type, kind_type)), ColumnKind.TEXT
    )
