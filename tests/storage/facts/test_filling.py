"""Surveys that say less of themselves than the contact that they are about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.storage.engines import ENGINES
from tests.storage.facts.conftest import Store, address_on

CONTACTS = (
    "contact_id,channel,opened_at,issue_type,team,agent_id,customer_id\n"
    "c1,chat,2026-03-02T10:00:00Z,refund,billing,a1,k1\n"
)
BARE = "survey_id,kind,contact_id,sent_at\ns1,csat,c1,2026-03-03T10:00:00Z\n"
FILLED = ("chat", "refund", "billing", "a1", "k1")
KEPT = "SELECT channel, issue_type, team, agent_id, customer_id FROM surveys ORDER BY survey_id"


@pytest.fixture(scope="module", params=ENGINES)
def address(request: pytest.FixtureRequest) -> Iterator[str | None]:
    yield from address_on(request, request.param)


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


def load_contacts(store: Store, content: str = CONTACTS, source: str = "helpdesk") -> None:
    store.load_text(content, fact="contacts", source=source)


def load_surveys(store: Store, content: str = BARE, source: str = "surveys") -> None:
    store.load_text(content, fact="surveys", source=source)


def test_survey_takes_what_it_lacks_from_its_contact(store: Store) -> None:
    load_contacts(store)
    load_surveys(store)
    assert store.rows(KEPT) == [FILLED]


def test_contact_that_arrives_after_its_survey_fills_it(store: Store) -> None:
    load_surveys(store)
    assert store.rows(KEPT) == [(None,) * 5]
    load_contacts(store)
    assert store.rows(KEPT) == [FILLED]


def test_what_a_contact_says_later_is_taken_too_and_what_was_taken_stays(store: Store) -> None:
    load_surveys(store)
    load_contacts(store, CONTACTS.replace("billing,a1", "billing,"))
    assert store.rows(KEPT) == [("chat", "refund", "billing", None, "k1")]
    load_contacts(store, CONTACTS.replace("billing", "care"))
    assert store.rows(KEPT) == [("chat", "refund", "billing", "a1", "k1")]


def test_what_a_survey_says_itself_stays(store: Store) -> None:
    own = (
        "survey_id,kind,contact_id,sent_at,team,channel\n"
        "s1,csat,c1,2026-03-03T10:00:00Z,care,\n"
        "s2,csat,,2026-03-03T10:00:00Z,,phone\n"
    )
    load_surveys(store, own)
    load_contacts(store)
    assert store.rows(KEPT) == [
        ("chat", "refund", "care", "a1", "k1"),
        ("phone", None, None, None, None),
    ]


def test_contact_of_the_surveys_own_source_is_meant(store: Store) -> None:
    load_contacts(store)
    load_contacts(store, CONTACTS.replace("billing", "care"), source="surveys")
    load_surveys(store)
    assert store.rows(KEPT) == [("chat", "refund", "care", "a1", "k1")]


def test_nothing_is_taken_where_two_other_sources_have_such_a_contact(store: Store) -> None:
    load_contacts(store)
    load_contacts(store, CONTACTS.replace("billing", "care"), source="phone")
    load_surveys(store)
    assert store.rows(KEPT) == [(None,) * 5]


def test_survey_that_is_loaded_again_is_filled_again(store: Store) -> None:
    load_contacts(store)
    load_surveys(store)
    load_contacts(store, CONTACTS.replace("billing", "care"))
    load_surveys(store)
    assert store.rows(KEPT) == [("chat", "refund", "care", "a1", "k1")]
