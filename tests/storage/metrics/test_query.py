"""Each answer against SQL written by hand.

What a whole answer shows is asked of the embedded engine; test_engines compares both engines'
whole answers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from scipy import stats
from sqlalchemy import event, text
from sqlalchemy.engine import Connection

from storage.metrics.answer import (
    ALL_CHANNELS,
    Answer,
    Change,
    Filter,
    Note,
    Query,
    Row,
    TrendPoint,
)
from storage.metrics.catalog import METRICS, find
from storage.metrics.definition import Aggregation, Metric, Segment
from storage.metrics.intervals import SMALLEST_PERCENTILE_SAMPLE
from storage.metrics.query import answer
from storage.metrics.segments import WEEKDAYS
from storage.periods import Grain, Period, local_day, local_midnight, period_of, range_of
from storage.settings import Settings
from tests.storage.metrics.checks import CHECKS, GROSS_FIRST_CONTACT, seconds
from tests.storage.metrics.conftest import Remembered
from tests.storage.metrics.fact_checks import FACT_CHECKS
from tests.storage.metrics.periods import BERLIN, PERIODS, WEEK
from tests.storage.metrics.seed import NOW

MIXED = Filter(Segment.CHANNEL, (ALL_CHANNELS,))
keys = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)


def ask(
    connection: Connection,
    metric: Metric,
    period: Period = WEEK,
    *filters: Filter,
    by: tuple[Segment, ...] = (),
    now: datetime = NOW,
    withhold: bool = False,
    settings: Settings | None = None,
) -> Answer:
    return answer(
        connection,
        Query(metric, period, filters, by),
        now,
        settings or Settings(),
        withhold_small_groups=withhold,
    )


def check(
    connection: Connection, metric: Metric, start: datetime, end: datetime, filters: str = ""
) -> tuple[Any, int]:
    last_day = local_day(end, BERLIN)
    ends_within = local_midnight(last_day, BERLIN) < end
    every_bound = {
        "start": start.replace(tzinfo=None),
        "end": end.replace(tzinfo=None),
        "first_day": local_day(start, BERLIN),
        "last_day": last_day,
        "after_day": last_day + timedelta(days=ends_within),
    }
    query = {**CHECKS, **FACT_CHECKS}[metric.key].replace("{filters}", filters)
    bounds = {name: each for name, each in every_bound.items() if f":{name}" in query}
    value, n = connection.execute(text(query), bounds).one()
    return (None if value is None else pytest.approx(float(value), abs=1e-9)), n


def counted(metric: Metric, found: Row | TrendPoint) -> tuple[float | None, int]:
    """A count of 0 as the check queries give it: whether data was there is another test's."""
    counts = {Aggregation.COUNT, Aggregation.STOCK, Aggregation.SUM, Aggregation.PER_HUNDRED}
    is_count = metric.aggregation in counts
    return (None if is_count and not found.n else found.value), found.n


def over_channels(metric: Metric, period: Period = WEEK) -> Query:
    """What gives one row over all channels."""
    return Query(metric, period, (MIXED,) if metric.channels_apart else ())


def mixed(connection: Connection, metric: Metric, period: Period) -> Row:
    (row,) = ask(connection, metric, period, *over_channels(metric).filters).rows
    return row


SETTLED = {name: each for name, each in PERIODS.items() if name != "running week"}


@keys
def test_answer_equals_its_check_query(
    embedded: Connection, remembered: Remembered, metric: Metric
) -> None:
    """In every period."""
    rows = {name: remembered(over_channels(metric, each)).rows for name, each in SETTLED.items()}
    found = {name: counted(metric, row) for name, (row,) in rows.items()}
    assert found == {
        name: check(embedded, metric, each.start, each.end) for name, each in SETTLED.items()
    }


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
@keys
def test_answer_of_a_server_equals_its_check_query(server: Connection, metric: Metric) -> None:
    """For all other periods it is the embedded engine's answer, which test_engines looks at.

    The checks are in words that ClickHouse does not know; test_engines holds its answers.
    """
    periods = [PERIODS[name] for name in ("week", "week of the clock change")]
    assert [counted(metric, mixed(server, metric, period)) for period in periods] == [
        check(server, metric, period.start, period.end) for period in periods
    ]


@pytest.mark.parametrize(
    "metric",
    [metric for metric in METRICS if Segment.CHANNEL in metric.segments],
    ids=lambda metric: metric.key,
)
def test_answer_by_channel_equals_a_check_for_each(
    embedded: Connection, remembered: Remembered, metric: Metric
) -> None:
    found = remembered(Query(metric, WEEK, by=(Segment.CHANNEL,))).rows
    for row in found:
        ((_, channel),) = row.segment
        expected = check(embedded, metric, WEEK.start, WEEK.end, f"AND channel = '{channel}'")
        assert (row.value, row.n) == expected
    live = metric.key in {"service_level", "average_speed_of_answer", "abandonment_rate"}
    assert {row.segment[0][1] for row in found} == {"phone", "chat"} | (
        set() if live else {"email"}
    )


@keys
def test_previous_and_trend_equal_a_check_of_each_period(
    embedded: Connection, remembered: Remembered, metric: Metric
) -> None:
    found = remembered(over_channels(metric))
    before = WEEK.shifted(-1)
    previous = found.rows[0].previous
    assert previous is not None
    assert (previous.value, previous.n) == check(embedded, metric, before.start, before.end)
    assert [point.period for point in found.trend] == [WEEK.shifted(-n) for n in range(11, -1, -1)]
    for point in found.trend:
        expected = check(embedded, metric, point.period.start, point.period.end)
        assert counted(metric, point) == expected


@keys
def test_running_week_is_compared_with_the_same_stretch(
    embedded: Connection, remembered: Remembered, metric: Metric
) -> None:
    running = remembered(over_channels(metric)).running
    assert running is not None
    (row,) = running.rows
    assert running.period == WEEK.shifted(1)
    assert (row.value, row.n) == check(embedded, metric, running.period.start, NOW)
    assert row.previous is not None
    assert (row.previous.value, row.previous.n) == check(
        embedded, metric, WEEK.start, NOW - timedelta(days=7)
    )


@keys
def test_asking_for_the_running_week_itself_stops_at_now(
    embedded: Connection, remembered: Remembered, metric: Metric
) -> None:
    (row,) = remembered(over_channels(metric, WEEK.shifted(1))).rows
    assert (row.value, row.n) == check(embedded, metric, WEEK.end, NOW)


@keys
def test_an_answer_before_any_data_has_no_value(connection: Connection, metric: Metric) -> None:
    found = ask(connection, metric, PERIODS["before any data"])
    assert [(row.value, row.n, row.interval, row.previous, row.change) for row in found.rows] == [
        (None, 0, None, None, None)
    ]
    assert all(point.value is None for point in found.trend)


@keys
def test_segments_of_a_metric_add_up_to_it(remembered: Remembered, metric: Metric) -> None:
    (whole,) = remembered(over_channels(metric)).rows
    for segment in metric.segments:
        filters = () if segment is Segment.CHANNEL else over_channels(metric).filters
        rows = remembered(Query(metric, WEEK, filters, (segment,))).rows
        unnamed = 0 if segment is not Segment.CUSTOMER else whole.n - sum(row.n for row in rows)
        if metric.parts:
            first = metric.parts[0].key
            named = sum(row.aside_samples[first] for row in rows)
            assert named == whole.aside_samples[first], segment
        else:
            assert sum(row.n for row in rows) + unnamed == whole.n, segment
        assert len({row.segment for row in rows}) == len(rows), segment


def test_hours_are_local_and_sorted_by_the_clock(connection: Connection) -> None:
    rows = ask(connection, find("ticket_volume"), by=(Segment.HOUR,)).rows
    hours = [value for row in rows for _, value in row.segment]
    assert hours == sorted(str(hour) for hour in hours)
    expected: dict[str, int] = dict(
        connection.execute(
            text(
                "SELECT lpad(extract(hour FROM opened_at + INTERVAL '2 hours')::VARCHAR, 2, '0'),"
                " count(*) FROM contacts WHERE direction = 'inbound'"
                " AND opened_at >= :start AND opened_at < :end GROUP BY 1"
            ),
            {"start": WEEK.start.replace(tzinfo=None), "end": WEEK.end.replace(tzinfo=None)},
        ).all()
    )
    assert {str(row.segment[0][1]): row.n for row in rows if row.n} == expected


def test_hour_that_happens_twice_is_one_hour_of_the_clock(connection: Connection) -> None:
    day = PERIODS["hour that happens twice"]
    rows = ask(connection, find("ticket_volume"), day, by=(Segment.HOUR,)).rows
    assert [(row.segment[0][1], row.n) for row in rows] == [("02", 2)]


def test_agent_who_changed_team_counts_for_the_team_of_then(connection: Connection) -> None:
    rows = ask(
        connection,
        find("ticket_volume"),
        PERIODS["one row"],
        Filter(Segment.AGENT, ("a1",)),
        by=(Segment.TEAM,),
    ).rows
    assert [(row.segment[0][1], row.n) for row in rows] == [("care", 1)]


def test_weekdays_follow_the_zone_over_a_clock_change(connection: Connection) -> None:
    quarter = period_of(Grain.QUARTER, date(2026, 3, 1), BERLIN)
    rows = ask(connection, find("ticket_volume"), quarter, by=(Segment.WEEKDAY,)).rows
    expected = connection.execute(
        text(
            "SELECT extract(isodow FROM timezone('Europe/Berlin', timezone('UTC', opened_at))),"
            " count(*) FROM contacts WHERE direction = 'inbound'"
            " AND opened_at >= :start AND opened_at < :end GROUP BY 1"
        ),
        {"start": quarter.start.replace(tzinfo=None), "end": quarter.end.replace(tzinfo=None)},
    ).all()
    assert {str(row.segment[0][1]): row.n for row in rows} == {
        WEEKDAYS[int(number) - 1]: count for number, count in expected
    }
    assert [row.segment[0][1] for row in rows][:2] == ["monday", "tuesday"]


def test_tenure_turns_on_the_ninetieth_day(connection: Connection) -> None:
    rows = ask(connection, find("ticket_volume"), by=(Segment.TENURE,)).rows
    expected = connection.execute(
        text(
            "SELECT CASE WHEN agent_id = 'a4' THEN 'new' WHEN agent_id IN ('a1', 'a2')"
            " THEN 'experienced' END, count(*) FROM contacts WHERE direction = 'inbound'"
            " AND opened_at >= :start AND opened_at < :end GROUP BY 1"
        ),
        {"start": WEEK.start.replace(tzinfo=None), "end": WEEK.end.replace(tzinfo=None)},
    ).all()
    assert {row.segment[0][1]: row.n for row in rows} == dict(expected)


def test_channels_are_kept_apart_unless_mixed_is_asked_for(connection: Connection) -> None:
    metric = find("first_response_time")
    assert {row.segment[0][0] for row in ask(connection, metric).rows} == {Segment.CHANNEL}
    both = ask(connection, metric, WEEK, Filter(Segment.CHANNEL, ("phone", "chat")))
    assert {row.segment[0][1] for row in both.rows} == {"phone", "chat"}
    mixed_answer = ask(connection, metric, WEEK, MIXED)
    assert [row.segment for row in mixed_answer.rows] == [()]
    assert Note.MIXED_CHANNELS in mixed_answer.notes


def test_count_in_an_empty_week_between_others_is_zero(connection: Connection) -> None:
    (row,) = ask(connection, find("ticket_volume"), PERIODS["empty week"]).rows
    assert (row.value, row.n) == (0.0, 0)


def test_rate_in_an_empty_week_has_no_value(connection: Connection) -> None:
    found = ask(connection, find("reopen_rate"), PERIODS["empty week"])
    assert [(row.value, row.n) for row in found.rows] == [(None, 0)]


def test_groups_of_fewer_than_three_agents_are_withheld(connection: Connection) -> None:
    metric = find("ticket_volume")
    found = ask(connection, metric, by=(Segment.TEAM,), withhold=True)
    shown = {row.segment[0][1]: row for row in found.rows}
    care, billing = shown["care"], shown["billing"]
    assert (care.value, care.n, care.previous, care.withheld) == (None, 0, None, True)
    assert billing.value == float(billing.n) != 0
    points = {point.value for point in found.trend if point.segment == care.segment}
    assert points == {None, 0.0}
    assert Note.SOME_WITHHELD in found.notes


def test_small_backlog_groups_are_withheld_too(connection: Connection) -> None:
    found = ask(connection, find("ticket_backlog"), by=(Segment.TEAM,), withhold=True)
    values = {row.segment[0][1]: row.value for row in found.rows}
    assert values["care"] is None
    assert values["billing"] is not None
    assert all(p.value is None for p in found.trend if p.segment[0][1] == "care")


def test_a_period_is_incomplete_only_beyond_its_sources_usual_silence(
    connection: Connection,
) -> None:
    metric = find("ticket_volume")
    day = period_of(Grain.DAY, date(2026, 6, 17), "UTC")
    later = datetime(2026, 6, 18, 8, tzinfo=UTC)
    assert not ask(connection, metric, day, now=later).complete
    assert Note.INCOMPLETE in ask(connection, metric, day, now=later).notes
    assert ask(connection, metric, WEEK).complete
    assert ask(connection, metric).fresh_until == datetime(2026, 6, 17, 8, tzinfo=UTC)
    desk = ask(connection, metric, WEEK, Filter(Segment.SOURCE, ("desk",)))
    assert desk.fresh_until == datetime(2026, 6, 17, 9, tzinfo=UTC)


def test_derived_resolution_of_the_last_week_is_provisional(connection: Connection) -> None:
    metric = find("first_contact_resolution")
    assert Note.PROVISIONAL in ask(connection, metric, WEEK).notes
    assert Note.PROVISIONAL not in ask(connection, metric, WEEK.shifted(-2)).notes


def test_backlog_ages_and_flow_add_up(connection: Connection) -> None:
    (row,) = ask(connection, find("ticket_backlog")).rows
    ages = [value for key, value in row.asides.items() if key.startswith("age_")]
    assert sum(value or 0 for value in ages) == row.value
    assert row.previous is not None
    assert row.asides["net_flow"] == (row.value or 0) - (row.previous.value or 0)
    assert (
        row.asides["oldest_seconds"]
        == (WEEK.end - datetime(2026, 3, 2, tzinfo=UTC)).total_seconds()
    )


def test_response_asides_are_mean_percentile_and_waiting(connection: Connection) -> None:
    row = mixed(connection, find("first_response_time"), WEEK)
    response = seconds("opened_at", "first_response_at")
    mean, percentile, waiting = connection.execute(
        text(
            f"SELECT avg({response}), percentile_cont(0.9) WITHIN GROUP (ORDER BY {response}),"
            " count(*) FILTER (WHERE first_response_at IS NULL AND resolved_at IS NULL)"
            " FROM contacts WHERE direction = 'inbound' AND NOT abandoned"
            " AND opened_at >= :start AND opened_at < :end"
        ),
        {"start": WEEK.start.replace(tzinfo=None), "end": WEEK.end.replace(tzinfo=None)},
    ).one()
    assert row.asides == {
        "mean": pytest.approx(mean),
        "percentile_90": pytest.approx(percentile),
        "waiting": float(waiting),
    }


@pytest.mark.parametrize(
    ("key", "beside", "began", "ended"),
    [
        ("first_response_time", {"percentile_90": 0.9}, "opened_at", "first_response_at"),
        (
            "average_resolution_time",
            {"median": 0.5, "percentile_90": 0.9},
            "opened_at",
            "resolved_at",
        ),
    ],
)
def test_percentile_has_the_interval_of_the_order_statistics_that_hold_it(
    connection: Connection, key: str, beside: dict[str, float], began: str, ended: str
) -> None:
    """Where the ranks come from the binomial's own quantiles they are at most one further out."""
    row = mixed(connection, find(key), PERIODS["quarter"])
    period = PERIODS["quarter"]
    by = began if key == "first_response_time" else ended
    statement = (
        f"SELECT {seconds(began, ended)} AS duration FROM contacts"
        f" WHERE direction = 'inbound' AND NOT abandoned AND {ended} IS NOT NULL"
        f" AND {by} >= :start AND {by} < :end ORDER BY duration"
    )
    bounds = {"start": period.start.replace(tzinfo=None), "end": period.end.replace(tzinfo=None)}
    values = [float(each) for each in connection.execute(text(statement), bounds).scalars()]
    assert (len(values), set(row.aside_intervals)) == (row.n, set(beside))
    for name, share in beside.items():
        low, high = row.aside_intervals[name]
        first, last = (int(stats.binom.ppf(each, row.n, share)) for each in (0.025, 0.975))
        assert low in values[first - 2 : first + 1]
        assert high in values[last - 1 : last + 2]


def test_percentile_of_few_rows_has_no_interval(connection: Connection) -> None:
    row = mixed(connection, find("first_response_time"), PERIODS["day of the clock change"])
    assert 0 < row.n < SMALLEST_PERCENTILE_SAMPLE
    assert row.asides["percentile_90"] is not None
    assert row.aside_intervals == {}


def test_gross_resolution_counts_what_is_still_open(connection: Connection) -> None:
    row = mixed(connection, find("first_contact_resolution"), WEEK)
    statement = text(GROSS_FIRST_CONTACT)
    bounds = {"start": WEEK.start.replace(tzinfo=None), "end": WEEK.end.replace(tzinfo=None)}
    assert row.asides["gross"] == pytest.approx(connection.execute(statement, bounds).scalar())


def test_targets_by_priority_fill_in_what_the_source_does_not_say(
    connection: Connection,
) -> None:
    settings = Settings(resolution_target_hours={"high": 24.0, "*": 72.0})
    found = ask(connection, find("resolution_within_target"), settings=settings).rows[0]
    value, n = connection.execute(
        text(
            "SELECT avg(coalesce(resolved_within_target,"
            f" {seconds('opened_at', 'resolved_at')} <="
            " CASE WHEN priority = 'high' THEN 86400 ELSE 259200 END)::INTEGER), count(*)"
            " FROM contacts WHERE direction = 'inbound' AND resolved_at >= :start"
            " AND resolved_at < :end"
        ),
        {"start": WEEK.start.replace(tzinfo=None), "end": WEEK.end.replace(tzinfo=None)},
    ).one()
    assert found.value == pytest.approx(value)
    assert found.n == n


def test_repeats_about_any_issue_count_where_the_settings_say_so(connection: Connection) -> None:
    metric = find("first_contact_resolution")
    customers = Filter(Segment.CUSTOMER, ("repeats",))
    period = range_of(date(2026, 5, 25), date(2026, 6, 9), "UTC")
    same = ask(connection, metric, period, customers).rows[0]
    any_issue = ask(
        connection, metric, period, customers, settings=Settings(repeat_contact_any_issue=True)
    ).rows[0]
    assert same.value == pytest.approx(2 / 3)
    assert same.n == 3
    assert (any_issue.value, any_issue.n) == (0.5, 2)


def test_twins_of_one_instant_do_not_repeat_each_other(connection: Connection) -> None:
    period = range_of(date(2026, 5, 25), date(2026, 5, 25), "UTC")
    twins = Filter(Segment.CUSTOMER, ("twins",))
    row = ask(connection, find("first_contact_resolution"), period, twins).rows[0]
    assert (row.value, row.n) == (1.0, 2)


def test_an_abandoned_contact_is_no_contact_before(connection: Connection) -> None:
    period = range_of(date(2026, 5, 25), date(2026, 5, 25), "UTC")
    hasty = Filter(Segment.CUSTOMER, ("hasty",))
    row = ask(connection, find("first_contact_resolution"), period, hasty).rows[0]
    assert (row.value, row.n) == (1.0, 1)


def test_customers_are_cut_to_those_with_most_contacts(connection: Connection) -> None:
    rows = ask(connection, find("ticket_volume"), by=(Segment.CUSTOMER,)).rows
    assert [row.n for row in rows] == sorted((row.n for row in rows), reverse=True)
    assert None not in {row.segment[0][1] for row in rows}


def test_agents_in_an_answer_are_named(connection: Connection) -> None:
    found = ask(connection, find("ticket_volume"), by=(Segment.AGENT,))
    assert found.agent_names == {f"a{number}": f"Agent a{number}" for number in range(1, 6)}
    own = ask(connection, find("ticket_volume"), WEEK, Filter(Segment.AGENT, ("a2",)))
    assert own.agent_names == {"a2": "Agent a2"}


def test_agents_stand_in_the_order_of_their_names(connection: Connection) -> None:
    found = ask(connection, find("ticket_volume"), by=(Segment.AGENT,))
    assert found.running is not None
    for rows in (found.rows, found.running.rows):
        agents = [value for row in rows for _, value in row.segment]
        assert agents == sorted(str(agent) for agent in agents)
        assert [row.n for row in rows] != sorted((row.n for row in rows), reverse=True)


def test_change_is_unclear_on_a_small_sample(connection: Connection) -> None:
    rows = ask(connection, find("first_contact_resolution"), by=(Segment.TEAM,)).rows
    small = [row for row in rows if row.n < 30]
    assert small
    assert {row.change for row in small} == {Change.UNCLEAR}
    assert all(row.small_sample for row in small)


@pytest.mark.parametrize("key", ["average_handle_time", "first_contact_resolution"])
def test_statement_is_the_same_for_a_period_asked_twice(connection: Connection, key: str) -> None:
    first, second = (ask(connection, find(key)) for _ in range(2))
    assert first == second
    assert replace(first, asked_at=NOW) == first


@keys
def test_one_grouped_query_whatever_is_asked(connection: Connection, metric: Metric) -> None:
    def grouped(period: Period, *by: Segment) -> int:
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            statements.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        ask(connection, metric, period, by=by)
        event.remove(connection, "before_cursor_execute", note)
        return sum("GROUP BY" in each for each in statements)

    asked = [grouped(WEEK, *metric.segments[1:3])]
    # Without a segment, or for a range, the same is asked with other words: on any engine.
    if connection.dialect.name == "duckdb":
        asked += [grouped(WEEK), grouped(PERIODS["range"], *metric.segments[:1])]
    assert set(asked) == {1}


def test_backlog_of_a_week_to_come_is_not_known(connection: Connection) -> None:
    for weeks in (2, 30):
        found = ask(connection, find("ticket_backlog"), WEEK.shifted(weeks))
        (row,) = found.rows
        assert (row.value, row.n, row.change) == (None, 0, None)
        assert set(row.asides.values()) == {None}
        to_come = [point for point in found.trend if point.period.start > NOW]
        assert [point.value for point in to_come] == [None] * len(to_come)


def test_backlog_is_known_as_far_as_the_data_goes_where_the_clock_is_set_back(
    connection: Connection,
) -> None:
    earlier = NOW - timedelta(weeks=8)
    now = ask(connection, find("ticket_backlog"), WEEK)
    then = ask(connection, find("ticket_backlog"), WEEK, now=earlier)
    assert [row.value for row in then.rows] == [row.value for row in now.rows]


def test_fall_to_nothing_is_a_change(connection: Connection) -> None:
    (empty,) = ask(connection, find("ticket_volume"), PERIODS["empty week"]).rows
    assert (empty.value, empty.n, empty.change) == (0.0, 0, Change.DOWN)
    (after,) = ask(connection, find("ticket_volume"), PERIODS["empty week"].shifted(1)).rows
    assert after.previous is not None
    assert (after.previous.value, after.change) == (0.0, Change.FLAT)


def test_share_of_other_rows_carries_its_own_sample(connection: Connection) -> None:
    (row,) = ask(connection, find("first_contact_resolution"), WEEK, MIXED).rows
    opened = row.aside_samples["gross"]
    assert 0 < opened != row.n
    assert (row.asides["gross"] or 0) * opened == pytest.approx(
        round((row.asides["gross"] or 0) * opened)
    )
