"""The whole soak: the town, the bot, the days, and what came of them."""

from __future__ import annotations

import gc
import logging
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import monotonic

from tests.soak.beginnings import load_history, organise, warnings_wanted
from tests.soak.company import Company
from tests.soak.expected import due_digests
from tests.soak.ledger import gone_astray, tally
from tests.soak.office import SteppedClock, opened
from tests.soak.readings import Reading
from tests.soak.town import founded
from tests.soak.week import A_DAY, Pace, Week

FIRST_DAY = date(2026, 6, 1)
"""A Monday; the third working day of the month comes within the week."""
BEGINS = time(5)
LONGEST_LINE = 300


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be lived through."""

    company: Company = field(default_factory=Company)
    days: int = 7
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reading at each day's end, and what came of it all.

    ``seconds`` are those that a day took, ``tally`` is of the operations database.
    """

    readings: tuple[Reading, ...]
    seconds: tuple[float, ...]
    due: int
    lost: int
    doubled: int
    acts: int
    rounds: int
    tally: Mapping[str, int]
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"digests due {self.due}, lost {self.lost}, doubled {self.doubled}"


class Complaints(logging.Handler):
    """What the bot logs as a warning or worse, counted."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.counted: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        line = f"{record.levelname} {record.name}: {record.getMessage()}"
        self.counted[line[:LONGEST_LINE]] += 1

    @property
    def lines(self) -> list[str]:
        return [f"{number} times {line}" for line, number in self.counted.most_common()]


def soak(order: Order, tell: Callable[[int, float, Reading], None]) -> Outcome:
    """Lives through it; ``tell`` is told of each day when it is over, and of its seconds."""
    with _listening() as complaints, _begun(order) as week:
        readings, seconds = [], []
        for number in range(order.days):
            began = monotonic()
            readings.append(week.live_through(FIRST_DAY + number * A_DAY))
            seconds.append(monotonic() - began)
            tell(number + 1, seconds[-1], readings[-1])
        operations, rounds = week.office.workplace.operations, week.office.rounds
        due = due_digests(order.company, week.people, FIRST_DAY, order.days)
        found: Counter[tuple[str, str]] = week.town.call("digests")
        return Outcome(
            readings=tuple(readings),
            seconds=tuple(seconds),
            due=due.total(),
            lost=(due - found).total(),
            doubled=(found - due).total(),
            acts=week.asked,
            rounds=rounds.number,
            tally=tally(operations),
            problems=(
                *week.problems,
                *rounds.failed,
                *complaints.lines,
                *gone_astray(operations),
            ),
        )


@contextmanager
def _listening() -> Iterator[Complaints]:
    complaints, root = Complaints(), logging.getLogger()
    root.addHandler(complaints)
    try:
        yield complaints
    finally:
        root.removeHandler(complaints)


@contextmanager
def _begun(order: Order) -> Iterator[Week]:
    """A bot that an organisation has set up, up to the first morning."""
    begins_at = datetime.combine(FIRST_DAY, BEGINS, UTC)
    company = order.company
    with tempfile.TemporaryDirectory(prefix="carekpi-soak-") as name, founded(begins_at) as town:
        people = town.call("populate", company)
        with opened(Path(name), town, SteppedClock(begins_at, town)) as office:
            load_history(office, company, people)
            organise(office, company, people)
            office.pass_time(begins_at)
            week = Week(company, people, office, town, order.pace)
            week.do(warnings_wanted(company, people))
            office.fill_pools()
            # As the bot does once it runs.
            gc.freeze()
            try:
                yield week
            finally:
                gc.unfreeze()
