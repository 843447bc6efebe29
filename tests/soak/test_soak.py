"""A day of a small company, by hours: all that is due arrives once, and nothing is left over."""

from __future__ import annotations

from datetime import timedelta

from tests.soak.company import Company
from tests.soak.table import head, remarks, row
from tests.soak.trial import Order, soak
from tests.soak.verdict import growing
from tests.soak.week import Pace

SMALL = Company(
    agents=6,
    teams=2,
    executives=1,
    reviewers=1,
    customers=8,
    contacts=60,
    questions=20,
    homes=1,
    reviews=1,
    history_days=3,
)
BY_HOURS = Pace(timedelta(hours=1), timedelta(hours=3))


def test_day_of_a_small_company_leaves_nothing_over() -> None:
    told: list[str] = []
    outcome = soak(Order(SMALL, 1, BY_HOURS), lambda *day: told.append(row(*day)))
    assert outcome.problems == ()
    assert str(outcome) == "digests due 7, lost 0, doubled 0"
    assert growing(outcome.readings) == []
    (reading,) = outcome.readings
    assert (reading.checked_out, reading.pooled, reading.outbox) == (0, 10, 0)
    assert 0 < reading.memory_megabytes <= reading.peak_megabytes
    told_of = {name: n for name, n in outcome.tally.items() if not name.startswith("deliveries")}
    assert told_of == {"surveys answered": 8, "notes read": 1}
    (line,) = told
    assert line.count("|") == head().splitlines()[0].count("|")
    assert line.startswith("| 1 | ")
    assert "notes read 1" in "\n".join(remarks(outcome))
