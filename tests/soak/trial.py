"""The whole soak: the town, the bot, the days, and what is to be said of them."""

from __future__ import annotations

import gc
import logging
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import monotonic

from tests.soak.beginnings import load_history, organise, warnings_wanted
from tests.soak.company import Company
from tests.soak.expected import due_digests
from tests.soak.office import SteppedClock, opened
from tests.soak.readings import Reading
from tests.soak.town import Came, founded
from tests.soak.week import A_DAY, Week

FIRST_DAY = date(2026, 6, 1)
"""A Monday; the third working day of the month comes within the week."""
BEGINS = time(5)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reading at each day's end, and what came of it all."""

    readings: tuple[Reading, ...]
    seconds: tuple[float, ...]
    due: int
    lost: int
    doubled: int
    acts: int
    rounds: int
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"digests due {self.due}, lost {self.lost}, doubled {self.doubled}"


class Complaints(logging.Handler):
    """What the bot logs as a warning or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines[f"{record.levelname} {record.name}: {record.getMessage()}"[:300]] += 1


def soak(company: Company, days: int, tell: Callable[[str], None] = print) -> Outcome:
    """Lives through so many days; ``tell`` is told of each day when it is over."""
    begins_at = datetime.combine(FIRST_DAY, BEGINS, UTC)
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    with ExitStack() as stack:
        stack.callback(logging.getLogger().removeHandler, complaints)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="carekpi-soak-")))
        town = stack.enter_context(founded(begins_at))
        people = town.call("populate", company)
        office = stack.enter_context(opened(folder, town, SteppedClock(begins_at, town)))
        load_history(office, company, people)
        organise(office, company, people)
        week = Week(company, people, office, town)
        office.pass_time(begins_at)
        week.do(warnings_wanted(company, people))
        # As the bot does once it runs.
        gc.freeze()
        readings, seconds = _live(week, days, tell)
        found = _digests(week.came)
        due = due_digests(company, people, FIRST_DAY, days)
        problems = (*week.problems, *office.rounds.failed, *_logged(complaints))
        return Outcome(
            readings=tuple(readings),
            seconds=tuple(seconds),
            due=due.total(),
            lost=(due - found).total(),
            doubled=(found - due).total(),
            acts=week.asked,
            rounds=office.rounds.number,
            problems=problems,
        )


def _live(week: Week, days: int, tell: Callable[[str], None]) -> tuple[list[Reading], list[float]]:
    readings, seconds = [], []
    for number in range(days):
        began = monotonic()
        readings.append(week.live_through(FIRST_DAY + number * A_DAY))
        seconds.append(monotonic() - began)
        tell(f"day {number + 1} of {days} in {seconds[-1]:.0f} s")
    return readings, seconds


def _digests(came: Sequence[Came]) -> Counter[tuple[str, str]]:
    """How often each digest is there, by recipient and heading."""
    return Counter((each.recipient, each.title) for each in came if each.title)


def _logged(complaints: Complaints) -> list[str]:
    return [f"{number} times {line}" for line, number in complaints.lines.most_common()]
