"""The mappings that come with CareKPI, each against a small export in the system's own layout."""

from __future__ import annotations

from datetime import date

import pytest

from storage.facts.declared import FACTS, find_fact
from storage.facts.loading import LoadOrder
from storage.facts.mapping import SHIPPED, find_mapping, read_mapping, shipped_mappings
from tests.storage.facts.conftest import DATA, NOW, Store, rejected, stored

EXPORTS = DATA / "exports"


def test_mappings_shipped() -> None:
    assert shipped_mappings() == (
        "carekpi",
        "five9",
        "freshdesk",
        "hubspot",
        "medallia_agent_connect",
        "servicenow",
        "zendesk",
    )


@pytest.mark.parametrize("name", shipped_mappings())
def test_every_shipped_mapping_says_what_it_is_for(name: str) -> None:
    mapping = read_mapping(SHIPPED / f"{name}.toml")
    assert (bool(mapping.title), bool(mapping.notes)) == (True, True)


@pytest.mark.parametrize("fact", [fact.name for fact in FACTS])
def test_default_mapping_serves_every_fact(fact: str) -> None:
    assert find_mapping("carekpi", find_fact(fact)).fact is None


def test_zendesk_tickets(store: Store) -> None:
    report = store.load(
        EXPORTS / "zendesk.csv",
        LoadOrder("contacts", mapping="zendesk", timezone="Europe/Berlin"),
    )
    assert (report.source, report.loaded, report.rejected) == ("zendesk", 4, 0)
    assert store.rows(
        "SELECT contact_id, channel, direction, contact_kind, priority, team, agent_id,"
        " customer_id, status FROM contacts ORDER BY contact_id"
    ) == [
        ("501", "email", "inbound", "question", "High", "Billing", "Ben", "9001", "Closed"),
        ("502", "phone", "inbound", "other", None, "Delivery", "Dee", "9002", "Open"),
        ("503", "phone", "outbound", None, "Normal", "Delivery", "Dee", "9003", "Solved"),
        ("504", "other", "inbound", "other", "Low", None, None, "9004", "New"),
    ]
    assert store.rows(
        "SELECT opened_at, first_response_at, resolved_at, resolved_on_first_contact,"
        " reopen_count, reassignment_count FROM contacts ORDER BY contact_id LIMIT 2"
    ) == [
        (
            stored(2026, 3, 28, 22, 50),
            stored(2026, 3, 29, 2, 0),  # 190 minutes later, over the change of the clock
            stored(2026, 3, 29, 2, 0),
            True,
            0,
            0,
        ),
        (stored(2026, 3, 30, 7, 0), stored(2026, 3, 30, 7, 5), None, None, 1, 2),
    ]


def test_freshdesk_tickets(store: Store) -> None:
    report = store.load(EXPORTS / "freshdesk.csv", mapping="freshdesk")
    assert (report.loaded, report.rejected) == (3, 0)
    assert store.rows(
        "SELECT contact_id, channel, direction, team, customer_id, first_response_at, resolved_at,"
        " resolved_on_first_contact, resolved_within_target FROM contacts ORDER BY contact_id"
    ) == [
        (
            "1001",
            "email",
            "inbound",
            "Billing",
            "77001",
            stored(2026, 2, 2, 9, 20),
            stored(2026, 2, 2, 15, 30),
            True,
            True,
        ),
        (
            "1002",
            "web",
            "inbound",
            "Repairs",
            "77002",
            stored(2026, 2, 3, 12),
            stored(2026, 2, 5, 10),
            False,
            False,
        ),
        ("1003", "email", "outbound", "Billing", "eve@example.com", None, None, None, None),
    ]


def test_five9_calls(store: Store) -> None:
    report = store.load(EXPORTS / "five9.csv", mapping="five9", timezone="America/New_York")
    assert (report.loaded, report.rejected) == (4, 0)
    assert store.rows(
        "SELECT contact_id, channel, direction, team, agent_id, customer_id, wait_seconds,"
        " talk_seconds, hold_seconds, wrap_seconds, handle_seconds, abandoned, reassignment_count"
        " FROM contacts ORDER BY contact_id"
    ) == [
        (
            *("24381", "phone", "inbound", "Orders", "ben@example.com", "5550001"),
            *(20.0, 300.0, 30.0, 60.0, 390.0, False, 1),
        ),
        (
            *("24382", "phone", "inbound", "Orders", None, "5550002"),
            *(55.0, 0.0, 0.0, 0.0, 0.0, True, 0),
        ),
        (
            *("24383", "phone", "outbound", None, "dee@example.com", "5550003"),
            *(0.0, 110.0, 0.0, 20.0, 130.0, False, None),
        ),
        (
            *("24384", "phone", "inbound", "Orders", "dee@example.com", "5550004"),
            *(4.0, 3660.0, 0.0, 0.0, 3660.0, False, 0),
        ),
    ]
    assert store.rows(
        "SELECT opened_at, first_response_at, resolved_at FROM contacts ORDER BY contact_id LIMIT 2"
    ) == [
        (
            stored(2016, 10, 27, 18, 51, 34),
            stored(2016, 10, 27, 18, 51, 54),
            stored(2016, 10, 27, 18, 57, 44),
        ),
        (stored(2016, 10, 27, 18, 52), None, None),
    ]


def test_hubspot_companies(store: Store) -> None:
    report = store.load(EXPORTS / "hubspot.csv", LoadOrder("customers", mapping="hubspot"))
    assert (report.source, report.loaded, report.until) == ("hubspot", 5, NOW)
    assert rejected(report) == ["7,started_on,,no value"]  # only looking: never a customer
    assert store.rows(
        "SELECT customer_id, started_on, ended_on, name, segment, owner_agent_id FROM customers"
        " ORDER BY customer_id"
    ) == [
        ("9001", date(2024, 2, 1), None, "Bluebay Ltd", "Computer Software", "Sam Sales"),
        (
            *("9002", date(2023, 6, 1), date(2025, 3, 31), "Harbour & Sons"),
            *("Logistics and Supply Chain", "Dee Deal"),
        ),
        # An evangelist has left the stage, yet is a customer.
        ("9003", date(2022, 4, 4), None, "Kestrel AG", None, "Sam Sales"),
        # Left and came back: the day of leaving is of the stay before.
        ("9004", date(2025, 9, 1), None, "Back Again BV", "Retail", None),
        ("9005", date(2015, 2, 3), None, "Before Stages Inc", "Retail", "Dee Deal"),
    ]


def test_hubspot_customer_who_comes_back_has_two_stays(store: Store) -> None:
    stage = '""Customer (Lifecycle Stage Pipeline)""'
    header = f'Record ID,Lifecycle Stage,"Date entered {stage}","Date exited {stage}"\n'
    store.load_text(
        f"{header}1,Former customer,2021-02-01 10:00,2024-12-31 18:00\n",
        fact="customers",
        mapping="hubspot",
    )
    report = store.load_text(
        f"{header}1,Customer,2025-09-01 10:00,2024-12-31 18:00\n",
        fact="customers",
        mapping="hubspot",
    )
    assert report.replaced == 0
    assert store.rows("SELECT started_on, ended_on FROM customers ORDER BY 1") == [
        (date(2021, 2, 1), date(2024, 12, 31)),
        (date(2025, 9, 1), None),
    ]


def test_medallia_agent_connect_feedback(store: Store) -> None:
    report = store.load(
        EXPORTS / "medallia_agent_connect.csv",
        LoadOrder(
            "surveys", mapping="medallia_agent_connect", organisation_timezone="Europe/Berlin"
        ),
    )
    assert rejected(report) == ["4,sent_at,,no value"]  # never sent, so not to be answered
    assert store.rows(
        "SELECT survey_id, kind, purpose, contact_id, respondent_id, channel, agent_id, sent_at,"
        " answered_at, score FROM surveys ORDER BY survey_id"
    ) == [
        (
            *("11", "csat", "contact", "501", "ann@example.com", "email", "b1"),
            *(stored(2026, 3, 1, 10), stored(2026, 3, 1, 11, 30), 5.0),
        ),
        (
            *("12", "csat", "contact", "502", "cem@example.com", "phone", "dee@example.com"),
            *(stored(2026, 3, 1, 12), None, None),
        ),
        (
            *("14", "csat", "contact", "504", "eve@example.com", "other", "dee@example.com"),
            *(stored(2026, 3, 2, 9), stored(2026, 3, 2, 9, 1), 2.0),
        ),
    ]
