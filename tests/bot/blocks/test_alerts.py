"""What an alert says of each kind of finding, read as the channel reads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from bot.blocks.alert_findings import crossing_sentence, reasons
from bot.blocks.alert_questions import asking
from storage.alerts.explaining import explained
from storage.alerts.rule import Finding, Sight, Standing
from storage.metrics.target import Target, TargetInForce
from tests.storage.alerts.seed import (
    MONDAY,
    NOW,
    SETTINGS,
    fill,
    opened,
    resolved_in_week,
    store,
    watch_of,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = store()
    with engine.begin() as opened_one:
        yield opened_one
    engine.dispose()


def told(
    connection: Connection, text: str, standing: Standing, bound: Target | None = None
) -> tuple[str, list[str], str]:
    """What is said of the first segment that stands so, why, and what asks on."""
    watch = watch_of(text)
    targets = (TargetInForce((), bound),) if bound else ()
    sight = Sight(connection, NOW, SETTINGS, watch, watch.question, targets)
    found = watch.kind.judge(sight)
    finding: Finding = next(each for each in found.findings if each.standing is standing)
    why = reasons(finding, found, explained(finding, sight))
    return crossing_sentence(finding, found, sight), why, asking(finding, found, sight)


def test_missed_target_is_told_with_what_it_was_before(connection: Connection) -> None:
    rows = resolved_in_week(1, 100, 30, "billing") + resolved_in_week(2, 100, 28, "billing")
    fill(connection, rows)
    assert told(connection, "reopens target by team", Standing.CROSSED, Target(high=0.1)) == (
        (
            "Reopen rate, team billing: 30.0 % misses its target (at most 10 %),"
            " week 24 (8 to 14 Jun), n = 100 contacts."
        ),
        ["28.0 % the week before: no clear change."],
        "why reopens 2026-W24 team:billing",
    )


def test_met_target_is_told_as_met_again(connection: Connection) -> None:
    fill(connection, resolved_in_week(1, 100, 1, "billing"))
    said, _, _ = told(connection, "reopens target", Standing.CLEAR, Target(high=0.1))
    assert said == (
        "Reopen rate: 1.0 % meets its target again (at most 10 %),"
        " week 24 (8 to 14 Jun), n = 100 contacts."
    )


def test_figure_outside_its_range_is_told_with_the_parts_of_its_change(
    connection: Connection,
) -> None:
    weeks = [10, 12, 8, 11, 9, 10, 12, 8, 11, 9, 10, 10]
    rows = [
        row
        for weeks_ago, many in enumerate(reversed(weeks), start=2)
        for row in opened(MONDAY - timedelta(weeks=weeks_ago) + HOUR, many, issue_type="login")
    ]
    last = MONDAY - timedelta(weeks=1) + HOUR
    rows += opened(last, 10, issue_type="login") + opened(last, 15, issue_type="invoice")
    fill(connection, rows)
    assert told(connection, "volume outside", Standing.CROSSED) == (
        (
            "Ticket volume, week 24 (8 to 14 Jun): rose to 25 from 10, above its usual range"
            " (4 to 16)."
        ),
        ["Invoice rose from 0 to 15; that is the whole change."],
        "why volume 2026-W24",
    )


def test_backlog_that_grows_is_told_from_where_it_began(connection: Connection) -> None:
    midnight = NOW.replace(hour=0)
    rows = opened(midnight - 5 * DAY, 30, team="care")
    for days_ago in (3, 2, 1):
        rows += opened(midnight - days_ago * DAY + 12 * HOUR, 5, team="billing")
    fill(connection, rows)
    said, _, words = told(connection, "backlog growing 3 days", Standing.CROSSED)
    assert said == "Ticket backlog: 45, higher every day for 3 days (from 30), Tue 16 Jun."
    assert words == "why backlog from 2026-06-14 to 2026-06-16"


def test_calls_lost_are_told_by_their_hour_and_day(connection: Connection) -> None:
    gone = {"abandoned": True, "wait_seconds": 60.0, "agent_id": None}
    rows = [{"opened_at": NOW - 26 * HOUR, **gone} for _ in range(7)]
    fill(connection, [*rows, *[{"opened_at": NOW - HOUR, **gone} for _ in range(2)]])
    assert told(connection, "calls lost 5", Standing.CROSSED) == (
        "Calls lost, phone: 7 between 08:00 and 09:00, Tue 16 Jun.",
        ["7 in that whole day, 2 today so far."],
        "abandoned 2026-06-16 channel:phone by hour",
    )


def test_silent_source_is_told_with_how_long_it_was_silent_at_most(
    connection: Connection,
) -> None:
    fill(connection, opened(NOW), until=NOW - 20 * HOUR)
    assert told(connection, "data stopped", Standing.CROSSED) == (
        "Data stopped arriving from desk: no contacts since yesterday 14:00, 20 h ago.",
        ["It was never awaited for longer than 12 h in the 8 weeks before."],
        "",
    )
