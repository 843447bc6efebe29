from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert

from storage.facts.tables import coverage
from storage.insights.reasons import Arrivals, Busiest, FoundReasons, Reason, find_reasons
from storage.insights.scope import Scope
from storage.metrics.answer import Change, Filter
from storage.metrics.definition import Segment
from storage.periods import Grain, period_of
from storage.settings import Settings
from tests.storage.insights.conftest import PHONE, Facts, of

WEEK = period_of(Grain.WEEK, date(2026, 11, 9), "Europe/Berlin")
FEW = Settings(timezone="Europe/Berlin", small_sample=2)


def find(store: Facts, *filters: Filter, withhold: bool = False) -> FoundReasons:
    return find_reasons(store.connection, asked(*filters, withhold=withhold))


def asked(*filters: Filter, withhold: bool = False) -> Scope:
    return of(WEEK, *filters, withhold=withhold, settings=FEW)


def covered(store: Facts) -> None:
    row = {"source": "calls", "fact": "contacts", "longest_gap_seconds": 0.0}
    until = datetime(2026, 11, 18, 9, tzinfo=UTC).replace(tzinfo=None)
    store.connection.execute(insert(coverage), row | {"until": until})


def earlier(store: Facts, weeks: int, issue: str | None = "login", times: int = 1) -> None:
    """So many contacts in each of the weeks before."""
    for number in range(1, weeks + 1):
        day = WEEK.first_day - timedelta(weeks=number)
        for _ in range(times):
            store.contact(f"{day} 10:00:00", issue_type=issue)


def named(found: FoundReasons) -> dict[str | None, Reason]:
    return {each.issue_type: each for each in found.reasons}


def test_reasons_have_volume_share_and_the_week_before(store: Facts) -> None:
    covered(store)
    for issue in ("invoice", "invoice", "login", None):
        store.contact("2026-11-10 10:00:00", issue_type=issue)
    store.contact("2026-11-03 10:00:00", issue_type="invoice")
    found = find(store)
    assert [(each.issue_type, each.row.n, each.share) for each in found.reasons] == [
        ("invoice", 2, 0.5),
        (None, 1, 0.25),
        ("login", 1, 0.25),
    ]
    before = named(found)["invoice"].row.previous
    assert (found.total, before and before.value) == (4, 1)


def test_reason_outside_of_its_usual_range_has_changed(store: Facts) -> None:
    covered(store)
    earlier(store, 12, "login", times=2)
    for _ in range(9):
        store.contact("2026-11-10 10:00:00", issue_type="login")
    assert named(find(store))["login"].row.change is Change.UP


def test_abandoned_counts_and_outbound_does_not(store: Facts) -> None:
    store.contact("2026-11-10 10:00:00", None, issue_type="login", abandoned=True)
    store.contact("2026-11-10 10:00:00", issue_type="login", direction="outbound")
    assert find(store).total == 1


def test_new_is_what_the_weeks_before_had_not(store: Facts) -> None:
    earlier(store, 12)
    store.contact("2026-11-10 10:00:00", issue_type="login")
    store.contact("2026-11-12 09:00:00", issue_type="invoice format")
    store.contact("2026-11-11 09:00:00", issue_type="invoice format")
    store.contact("2026-11-11 09:00:00", issue_type=None)
    found = find(store)
    assert [(each.issue_type, each.first_seen) for each in found.new] == [
        ("invoice format", datetime(2026, 11, 11, 8, tzinfo=UTC))
    ]
    assert found.periods_before == 12


def test_reason_last_seen_longer_ago_is_new_again(store: Facts) -> None:
    earlier(store, 12)
    store.contact("2026-08-16 23:59:59", issue_type="recall")
    store.contact("2026-11-10 10:00:00", issue_type="recall")
    assert [each.issue_type for each in find(store).new] == ["recall"]


def test_reason_of_the_twelfth_week_before_is_not_new(store: Facts) -> None:
    earlier(store, 12)
    store.contact("2026-08-17 00:00:00", issue_type="recall")
    store.contact("2026-11-10 10:00:00", issue_type="recall")
    assert find(store).new == ()


def test_too_little_history_calls_nothing_new(store: Facts) -> None:
    earlier(store, 3)
    store.contact("2026-11-10 10:00:00", issue_type="invoice format")
    found = find(store)
    assert (found.new, found.periods_before) == ((), 0)


def test_arrivals_are_by_local_weekday_and_hour(store: Facts) -> None:
    store.contact("2026-11-09 00:30:00", issue_type="login")
    store.contact("2026-11-15 23:30:00", issue_type="login")
    store.contact("2026-11-15 22:30:00", issue_type="app")
    found = find(store)
    assert found.hours == (Arrivals(0, 0, 1), Arrivals(6, 22, 1), Arrivals(6, 23, 1))
    assert found.bands == (Arrivals(0, 0, 1), Arrivals(6, 21, 2))


def test_busiest_is_told_of_enough_contacts(store: Facts) -> None:
    for local in ("2026-11-10 10:00:00", "2026-11-10 09:00:00", "2026-11-12 09:30:00"):
        store.contact(local, issue_type="login")
    store.contact("2026-11-11 09:00:00", issue_type="app")
    reasons = named(find(store))
    assert reasons["login"].busiest == Busiest(1, 9)
    assert reasons["app"].busiest is None


def test_filters_keep_one_team_and_channel(store: Facts) -> None:
    store.contact("2026-11-10 10:00:00", issue_type="login", team="billing")
    store.contact("2026-11-10 10:00:00", issue_type="app", team="care")
    store.contact("2026-11-10 10:00:00", issue_type="setup", team="billing", channel="chat")
    found = find(store, PHONE, Filter(Segment.TEAM, ("billing",)))
    assert [each.issue_type for each in found.reasons] == ["login"]
    assert found.hours == (Arrivals(1, 10, 1),)


def test_small_groups_are_withheld_in_every_table(store: Facts) -> None:
    for agent in ("a1", "a2", "a3"):
        store.contact("2026-11-10 10:00:00", agent, issue_type="login")
        store.contact("2026-11-10 12:00:00", "a1", issue_type="app")
    earlier(store, 12)
    found = find(store, withhold=True)
    app = named(found)["app"]
    assert (app.row.withheld, app.share, app.first_seen, app.busiest) == (True, None, None, None)
    assert (found.total, named(found)["login"].share) == (3, 1.0)
    assert found.hours == (Arrivals(1, 10, 3), Arrivals(1, 12, None))


def test_band_of_three_agents_is_shown_though_its_hours_are_not(store: Facts) -> None:
    for agent, hour in (("a1", "09"), ("a2", "10"), ("a3", "11")):
        store.contact(f"2026-11-10 {hour}:00:00", agent, issue_type="login")
    found = find(store, withhold=True)
    assert [each.count for each in found.hours] == [None, None, None]
    assert found.bands == (Arrivals(1, 9, 3),)


def test_no_contacts_are_no_reasons(store: Facts) -> None:
    found = find(store)
    assert (found.reasons, found.total, found.hours) == ((), 0, ())
