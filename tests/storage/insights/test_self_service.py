from __future__ import annotations

from typing import Any

import pytest

from storage.errors import NotAllowedError, UserError
from storage.insights.scope import Scope
from storage.insights.self_service import (
    FoundSelfService,
    HelpCentre,
    Issue,
    find_self_service,
)
from storage.metrics.answer import Filter
from storage.metrics.definition import Segment
from storage.settings import Settings
from tests.storage.insights.conftest import Facts, scope

TWO = Settings(timezone="Europe/Berlin", small_sample=2)
RESOLVED = "2026-11-12 12:00:00"


def asked(*filters: Filter, withhold: bool = False) -> Scope:
    return scope("2026-11-02", "2026-11-15", *filters, withhold=withhold, settings=TWO)


def find(store: Facts, *filters: Filter, withhold: bool = False) -> FoundSelfService:
    return find_self_service(store.connection, asked(*filters, withhold=withhold))


def contact(store: Facts, issue: str | None, seconds: float | None, **given: Any) -> None:
    defaults = {"resolved_at": RESOLVED, "reopen_count": 0, "reassignment_count": 0}
    row: dict[str, Any] = (
        defaults | {"agent": "a1", "issue_type": issue, "handle_seconds": seconds} | given
    )
    store.contact("2026-11-10 10:00:00", **row)


def named(found: FoundSelfService) -> dict[str, Issue]:
    return {issue.issue_type: issue for issue in found.issues}


def test_quick_and_frequent_issues_come_first_by_the_time_saved(store: Facts) -> None:
    for issue, seconds, times in (
        ("login", 100.0, 3),
        ("address", 50.0, 4),
        ("setup", 900.0, 3),
        ("rare", 40.0, 1),
    ):
        for number in range(times):
            contact(store, issue, seconds, customer_id=f"{issue}{number}")
    found = find(store)
    assert found.median_seconds == 100.0
    assert [(each.issue_type, each.saved_seconds) for each in found.candidates] == [
        ("login", 300.0),
        ("address", 200.0),
    ]
    assert [each.issue_type for each in found.issues[2:]] == ["setup", "rare"]


@pytest.mark.parametrize(
    "more",
    [
        {"reopen_count": 1},
        {"reassignment_count": 1},
        {"resolved_on_first_contact": False},
        {"resolved_at": None},
    ],
)
def test_saved_is_the_time_of_contacts_settled_in_one_go(
    store: Facts, more: dict[str, Any]
) -> None:
    contact(store, "login", 100.0)
    contact(store, "login", 120.0, reopen_count=None, resolved_on_first_contact=True)
    contact(store, "login", 140.0, **more)
    issue = named(find(store))["login"]
    assert (issue.contacts, issue.at_once, issue.saved_seconds) == (3, 2, 220.0)
    assert (issue.median_seconds, issue.mean_seconds) == (120.0, 120.0)


def test_abandoned_and_outbound_are_not_counted(store: Facts) -> None:
    contact(store, "login", 100.0)
    contact(store, "login", 100.0, direction="outbound")
    contact(store, "login", None, abandoned=True)
    assert named(find(store))["login"].contacts == 1


def test_one_customer_who_asks_often_is_not_many(store: Facts) -> None:
    for _ in range(3):
        contact(store, "login", 100.0, customer_id="K1")
        contact(store, "app", 100.0)
    issues = named(find(store))
    assert (issues["login"].customers, issues["login"].is_candidate) == (1, False)
    assert (issues["app"].customers, issues["app"].is_candidate) == (0, True)


def test_help_centre_is_found_by_the_articles_attached_and_by_name(store: Facts) -> None:
    for article in ("Reset it", "Reset it", None):
        contact(store, "login", 100.0, article_id=article)
    contact(store, "refund", 100.0, article_id="Reset it")
    contact(store, "refund", 100.0)
    contact(store, "app", 100.0)
    store.visit("2026-11-10 10:00:00", "reset it", contacted_after=True)
    store.visit("2026-11-10 10:00:00", "Reset it")
    store.visit("2026-11-10 10:00:00", "Refund", contacted_after=None)
    store.visit("2026-11-16 10:00:00", "Refund", contacted_after=True)
    issues = named(find(store))
    assert issues["login"].help_centre == HelpCentre(("Reset it",), 2, 1)
    assert issues["refund"].help_centre == HelpCentre((), 1, 0)
    assert issues["app"].help_centre is None


def test_no_visits_loaded_are_not_an_empty_help_centre(store: Facts) -> None:
    contact(store, "login", 100.0)
    assert not find(store).has_help_centre


def test_filter_keeps_one_team(store: Facts) -> None:
    contact(store, "login", 100.0, team="accounts")
    contact(store, "refund", 100.0, team="billing")
    assert list(named(find(store, Filter(Segment.TEAM, ("billing",))))) == ["refund"]


def test_issue_with_fewer_than_three_agents_is_withheld(store: Facts) -> None:
    for agent in ("a1", "a2", "a3"):
        contact(store, "login", 100.0, agent=agent)
        contact(store, "refund", 100.0)
    found = find(store, withhold=True)
    assert (list(named(found)), found.withheld) == (["login"], 1)


def test_two_agents_are_withheld_altogether(store: Facts) -> None:
    for agent in ("a1", "a2"):
        contact(store, "login", 100.0, agent=agent)
    with pytest.raises(NotAllowedError, match="Fewer than 3 agents"):
        find(store, withhold=True)


@pytest.mark.parametrize(
    ("issue", "seconds", "sentence"),
    [
        (None, 100.0, "No contact from 2026-11-02 to 2026-11-15 says what it was about."),
        ("login", None, "No contact of this period has a handle time"),
    ],
)
def test_what_cannot_be_ranked_is_one_sentence(
    store: Facts, issue: str | None, seconds: float | None, sentence: str
) -> None:
    contact(store, issue, seconds)
    with pytest.raises(UserError) as raised:
        find(store)
    assert raised.value.sentence.startswith(sentence)
