"""Periods of the seed that questions are asked for."""

from __future__ import annotations

from datetime import date

from storage.periods import Grain, period_of, range_of
from tests.storage.metrics.seed import EMPTY_WEEK

BERLIN = "Europe/Berlin"
WEEK = period_of(Grain.WEEK, date(2026, 6, 8), BERLIN)
PERIODS = {
    "day": period_of(Grain.DAY, date(2026, 6, 16), BERLIN),
    "week": WEEK,
    "week of the clock change": period_of(Grain.WEEK, date(2026, 3, 23), BERLIN),
    "day of the clock change": period_of(Grain.DAY, date(2026, 3, 29), BERLIN),
    "month": period_of(Grain.MONTH, date(2026, 5, 1), BERLIN),
    "quarter": period_of(Grain.QUARTER, date(2026, 3, 1), BERLIN),
    "range": range_of(date(2026, 5, 20), date(2026, 6, 3), BERLIN),
    "empty week": period_of(Grain.WEEK, EMPTY_WEEK, BERLIN),
    "one row": period_of(Grain.WEEK, date(2025, 11, 4), BERLIN),
    "no value at all": period_of(Grain.WEEK, date(2025, 12, 3), BERLIN),
    "hour that happens twice": period_of(Grain.DAY, date(2025, 10, 26), BERLIN),
    "running week": WEEK.shifted(1),
    "before any data": period_of(Grain.WEEK, date(2023, 1, 2), BERLIN),
}
