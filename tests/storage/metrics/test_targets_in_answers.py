"""Targets and the usual level in an answer from the seed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.engine import Connection

from storage.metrics.answer import Answer, Query
from storage.metrics.definition import Segment
from storage.metrics.query import answer
from storage.metrics.target import Target, TargetInForce, Verdict
from storage.periods import Grain, period_of
from storage.settings import Settings
from tests.bot.blocks.answers import metric
from tests.storage.metrics.seed import NOW

WEEK = period_of(Grain.WEEK, date(2026, 6, 10), "Europe/Berlin")
MONTH = period_of(Grain.MONTH, date(2026, 5, 10), "Europe/Berlin")
SETTINGS = Settings(timezone="Europe/Berlin")
STRICT, MILD = Target(high=0.01), Target(high=0.5)
TARGETS = (
    TargetInForce((), STRICT),
    TargetInForce(((Segment.TEAM, "care"),), MILD),
)


def of(connection: Connection, query: Query, *, withhold: bool = False) -> Answer:
    return answer(connection, query, NOW, SETTINGS, withhold_small_groups=withhold, targets=TARGETS)


def test_rows_stand_beside_their_targets(connection: Connection) -> None:
    rows = of(connection, Query(metric("Reopens"), MONTH, by=(Segment.TEAM,))).rows
    assert {row.segment[0][1]: (row.target, row.verdict) for row in rows} == {
        "billing": (STRICT, Verdict.MISSED),
        "care": (MILD, Verdict.MET),
    }


def test_withheld_row_gives_nothing_away_by_its_verdict(connection: Connection) -> None:
    query = Query(metric("Reopens"), MONTH, by=(Segment.TEAM,))
    rows = of(connection, query, withhold=True).rows
    (withheld,) = (row for row in rows if row.withheld)
    assert (withheld.target, withheld.verdict) == (None, None)


def test_running_period_has_no_verdict_beside_a_complete_one(connection: Connection) -> None:
    found = of(connection, Query(metric("Reopens"), WEEK))
    assert found.running is not None
    assert [row.target for row in found.running.rows] == [None]


def test_usual_level_is_the_mean_of_the_periods_before(connection: Connection) -> None:
    found = of(connection, Query(metric("Volume"), WEEK))
    (row,) = found.rows
    before = [p.value for p in found.trend[:-1] if p.value is not None]
    known = [*_older(connection, 1), *before]
    assert row.usual_level == pytest.approx(sum(known) / len(known))
    assert row.usual_range is not None
    assert row.usual_range[0] < (row.usual_level or 0) < row.usual_range[1]


def test_run_counts_the_newest_periods_on_one_side(connection: Connection) -> None:
    found = of(connection, Query(metric("Volume"), WEEK))
    (row,) = found.rows
    level = row.usual_level or 0
    sides = [(p.value or 0) > level for p in reversed(found.trend) if p.value is not None]
    run = next((n for n, side in enumerate(sides) if side is not sides[0]), len(sides))
    assert row.run == run


def _older(connection: Connection, periods: int) -> list[float]:
    """The values of the weeks before the trend's first one that the baseline still holds."""
    first = of(connection, Query(metric("Volume"), WEEK)).trend[0].period
    found = [
        of(connection, Query(metric("Volume"), first.shifted(-n))) for n in range(1, periods + 1)
    ]
    return [each.rows[0].value for each in found if each.rows[0].value is not None]
