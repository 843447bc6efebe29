"""What each kind of rule finds in made-up contacts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import update
from sqlalchemy.engine import Connection

from storage.alerts.kinds import KINDS
from storage.alerts.rule import Standing
from storage.alerts.standings import to_usual
from storage.facts.tables import coverage
from storage.metrics.answer import Change, Row
from storage.metrics.baseline import baselines
from storage.metrics.catalog import VOLUME
from storage.metrics.compare import change_of
from storage.metrics.definition import Aggregation
from storage.metrics.sample import Sample
from storage.metrics.target import Target, TargetInForce
from tests.storage.alerts.seed import (
    MONDAY,
    NOW,
    fill,
    judged,
    opened,
    resolved_in_week,
    standings,
    store,
)

CROSSED, CLEAR, UNSURE = Standing.CROSSED, Standing.CLEAR, Standing.UNSURE
AT_MOST_10_PERCENT = (TargetInForce((), Target(high=0.1)),)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = store()
    with engine.begin() as opened_one:
        yield opened_one
    engine.dispose()


def test_target_is_crossed_where_it_is_surely_missed_and_clear_where_met(
    connection: Connection,
) -> None:
    fill(
        connection,
        [
            *resolved_in_week(1, 100, 30, "missing"),
            *resolved_in_week(1, 100, 1, "meeting"),
            *resolved_in_week(1, 100, 11, "near"),
            *resolved_in_week(1, 20, 19, "small"),
        ],
    )
    found = judged(connection, "reopens target by team", targets=AT_MOST_10_PERCENT)
    assert standings(found) == {
        "missing": CROSSED,
        "meeting": CLEAR,
        "near": UNSURE,
        "small": UNSURE,
    }


def test_without_a_target_nothing_is_found(connection: Connection) -> None:
    fill(connection, resolved_in_week(1, 100, 50, "billing"))
    assert standings(judged(connection, "reopens target")) == {"": UNSURE}


def test_withheld_figure_is_never_crossed(connection: Connection) -> None:
    lonely = [{**row, "agent_id": "a1"} for row in resolved_in_week(1, 100, 50, "billing")]
    fill(connection, lonely)
    found = judged(connection, "reopens target by team", targets=AT_MOST_10_PERCENT)
    assert standings(found) == {"billing": UNSURE}
    assert [each.value for each in found.findings] == [None]


def test_nothing_is_judged_before_the_data_of_the_period_is_there(connection: Connection) -> None:
    rows = resolved_in_week(1, 100, 50, "billing")
    fill(connection, rows, until=MONDAY - timedelta(days=1))
    assert judged(connection, "reopens target", targets=AT_MOST_10_PERCENT).findings == ()


def test_source_that_is_long_gone_is_waited_for_no_more(connection: Connection) -> None:
    fill(connection, resolved_in_week(1, 100, 50, "billing"))
    gone = (NOW - timedelta(weeks=30)).replace(tzinfo=None)
    told = {"source": "old", "fact": "contacts", "until": gone, "longest_gap_seconds": 60.0}
    connection.execute(coverage.insert(), [told])
    found = judged(connection, "reopens target", targets=AT_MOST_10_PERCENT)
    assert standings(found) == {"": CROSSED}


def weekly(connection: Connection, counts: list[int]) -> Standing:
    """How the newest of some weeks' volumes, oldest first, stands to what is usual."""
    fill(
        connection,
        [
            row
            for weeks_ago, many in enumerate(reversed(counts), start=1)
            for row in opened(MONDAY - timedelta(weeks=weeks_ago) + 30 * HOUR, many)
        ],
    )
    (finding,) = judged(connection, "volume outside").findings
    return finding.standing


USUAL = [10, 12, 8, 11, 9, 10, 12, 8, 11, 9, 10, 10]


def test_volume_outside_its_limits_is_crossed(connection: Connection) -> None:
    assert weekly(connection, [*USUAL, 20]) is CROSSED
    assert weekly(connection, [*USUAL, 10]) is CLEAR


def test_at_the_edge_of_its_range_a_figure_has_neither_left_nor_come_back(
    connection: Connection,
) -> None:
    assert [weekly(connection, [*USUAL, many]) for many in (6, 15)] == [CLEAR, UNSURE]


def test_eighth_week_above_the_usual_level_is_a_shift(connection: Connection) -> None:
    low, high = [8, 6, 8, 6, 8], [12, 13, 12, 13, 12, 13, 12]
    assert weekly(connection, [*low, *high, 13]) is CROSSED
    assert weekly(connection, [*low[1:], *high[1:], 9, 13]) is not CROSSED


def test_with_little_history_nothing_is_usual_yet(connection: Connection) -> None:
    assert weekly(connection, [10, 11, 12, 10, 11, 12, 60]) is UNSURE


def open_since(days: list[int]) -> list[dict[str, object]]:
    """Contacts that stay open, opened over the days before today, oldest first."""
    midnight = NOW.replace(hour=0)
    return [
        row
        for days_ago, many in enumerate(reversed(days), start=1)
        for row in opened(midnight - timedelta(days=days_ago) + 12 * HOUR, many, team="billing")
    ]


@pytest.mark.parametrize(
    ("days", "standing"),
    [
        ([30, 0, 5, 5, 5], CROSSED),
        ([30, 5, 5, 0, 5], UNSURE),
        ([40, 0, 0, 0, 0], CLEAR),
        ([3, 1, 1, 1, 1], UNSURE),
    ],
)
def test_backlog_is_crossed_when_it_grows_each_day_and_is_no_small_sample(
    connection: Connection, days: list[int], standing: Standing
) -> None:
    fill(connection, open_since(days))
    found = judged(connection, "backlog growing 3 days team:billing")
    assert standings(found) == {"": standing}


def test_growth_is_told_from_where_it_began(connection: Connection) -> None:
    fill(connection, open_since([30, 0, 5, 5, 5]))
    (finding,) = judged(connection, "backlog growing 3 days").findings
    assert (finding.since, finding.value) == (30.0, 45.0)


def lost(days_ago: int, hour: int, many: int, channel: str = "phone") -> list[dict[str, object]]:
    at = NOW.replace(hour=hour) - timedelta(days=days_ago)
    given = {"abandoned": True, "wait_seconds": 60.0, "channel": channel, "agent_id": None}
    return [{"opened_at": at, **given} for _ in range(many)]


def test_hour_with_calls_lost_is_crossed_by_channel(connection: Connection) -> None:
    fill(connection, [*lost(0, 8, 5), *lost(0, 9, 7), *lost(1, 9, 4, "chat")])
    found = judged(connection, "calls lost 5")
    assert standings(found) == {"phone": CROSSED, "chat": CLEAR}
    worst = next(each for each in found.findings if each.standing is CROSSED)
    assert (worst.hour, worst.value, worst.is_today) == ("09", 7.0, True)


def test_calls_lost_in_different_hours_are_not_added_up(connection: Connection) -> None:
    fill(connection, [*lost(0, 7, 4), *lost(0, 8, 4), *lost(1, 9, 4)])
    assert standings(judged(connection, "calls lost 5")) == {"phone": CLEAR}


def test_yesterdays_hour_keeps_it_crossed_until_a_whole_day_is_clear(
    connection: Connection,
) -> None:
    fill(connection, lost(1, 15, 6))
    assert standings(judged(connection, "calls lost 5")) == {"phone": CROSSED}
    fill(connection, [*lost(2, 15, 6), *opened(NOW)])
    found = judged(connection, "calls lost 5")
    assert (standings(found), found.absent) == ({"phone": CLEAR}, CLEAR)


def test_hours_without_data_are_not_clear(connection: Connection) -> None:
    fill(connection, lost(2, 15, 6), until=NOW - timedelta(days=2))
    assert judged(connection, "calls lost 5").absent is UNSURE


def until(connection: Connection, silent: timedelta) -> None:
    connection.execute(update(coverage).values(until=(NOW - silent).replace(tzinfo=None)))


def test_source_is_crossed_once_it_is_silent_for_longer_than_ever(connection: Connection) -> None:
    fill(connection, opened(NOW))
    found = []
    for hours in (1, 12, 13, 14):
        until(connection, timedelta(hours=hours))
        found.append(standings(judged(connection, "data stopped"))["desk"])
    assert found == [CLEAR, CLEAR, CLEAR, CROSSED]


def test_source_that_is_loaded_once_a_night_is_awaited_that_long(connection: Connection) -> None:
    fill(connection, opened(NOW))
    until(connection, timedelta(hours=26))
    nightly: dict[tuple[str, str], float | None] = {("desk", "contacts"): 30 * 3600.0}
    assert standings(judged(connection, "data stopped", loads=nightly)) == {"desk": CLEAR}
    until(connection, timedelta(hours=34))
    assert standings(judged(connection, "data stopped", loads=nightly)) == {"desk": CROSSED}


def test_source_that_was_loaded_once_or_twice_is_not_judged(connection: Connection) -> None:
    fill(connection, opened(NOW))
    until(connection, timedelta(days=30))
    once: dict[tuple[str, str], float | None] = {("desk", "contacts"): None}
    assert standings(judged(connection, "data stopped", loads=once)) == {"desk": UNSURE}


def test_only_the_sources_named_are_watched(connection: Connection) -> None:
    fill(connection, opened(NOW))
    assert standings(judged(connection, "data stopped source:calls")) == {}


def messages(found: list[Standing]) -> int:
    """How often a crossing opens where these are found one after the other."""
    number, is_open = 0, False
    for standing in found:
        if standing is CROSSED and not is_open:
            number, is_open = number + 1, True
        elif standing is CLEAR:
            is_open = False
    return number


def usual_standings(weeks: list[float]) -> list[Standing]:
    """How each week stands to the 12 before it."""
    found = []
    for week in range(12, len(weeks)):
        before, now = weeks[week - 12 : week], weeks[week]
        (usual,) = baselines([before])
        assert usual is not None
        figures = [Sample(round(value), is_zero=True) for value in (now, before[-1])]
        change = change_of(Aggregation.COUNT, figures[0], figures[1], usual, 30)
        row = Row((), now, round(now), change=change, usual_range=(usual.low, usual.high))
        found.append(to_usual(row, VOLUME))
    return found


def test_process_in_control_raises_fewer_than_3_alerts_in_100_weeks() -> None:
    random = np.random.default_rng(11)
    processes = random.poisson(200, (300, 64)).astype(float).tolist()
    raised = sum(messages(usual_standings(weeks)) for weeks in processes)
    assert 0 < raised / (300 * 52) < 0.03


def test_series_that_flaps_at_the_edge_is_one_alert() -> None:
    steady = Row((), 50.0, 50, usual_range=(40.0, 60.0))
    flapping = [61.0, 59.5, 60.5, 59.0, 61.0, 59.9]
    found = [to_usual(_moved(steady, value), VOLUME) for value in flapping]
    assert found == [CROSSED, UNSURE, CROSSED, UNSURE, CROSSED, UNSURE]
    assert messages(found) == 1
    back = [*found, to_usual(_moved(steady, 55.0), VOLUME), CROSSED]
    assert messages(back) == 2


def _moved(row: Row, value: float) -> Row:
    is_out = value > 60
    return replace(row, value=value, change=Change.UP if is_out else Change.FLAT)


def test_every_kind_says_what_it_needs_and_no_two_share_a_word() -> None:
    words = [word for kind in KINDS for word in kind.words]
    assert len(set(words)) == len(words)
    assert all(kind.needs and kind.description.endswith(".") for kind in KINDS)
    assert [kind.key for kind in KINDS if kind.sources] == ["stopped"]
