"""Which contacts are sampled, and where somebody is asked."""

from __future__ import annotations

import pytest

from storage.surveys.rules import Place, Rule, Spot, is_sampled, rule_of, spot_of, thread_of


def test_share_is_kept_and_the_same_contacts_stay_in_it() -> None:
    ids = [f"ticket-{number}" for number in range(10_000)]
    third = {each for each in ids if is_sampled("helpdesk", each, 0.3)}
    assert len(third) == 2996
    assert third <= {each for each in ids if is_sampled("helpdesk", each, 0.5)}
    assert {each for each in ids if is_sampled("helpdesk", each, 1.0)} == set(ids)


def test_rule_is_kept_whole() -> None:
    rule = Rule(("email",), ("refund",), ("enterprise",), ("billing",), 0.25)
    assert rule_of(rule.content()) == rule


@pytest.mark.parametrize(
    ("contact_id", "spot"),
    [
        ("C0123ABC:1700000000.000100", Spot("C0123ABC", "1700000000.000100", is_shared=True)),
        (
            "https://x.slack.com/archives/C0123ABC/p1700000000000100",
            Spot("C0123ABC", "1700000000.000100", is_shared=True),
        ),
        ("D0123ABC:1700000000.000100", Spot("D0123ABC", "1700000000.000100")),
        ("ticket-1", None),
    ],
)
def test_thread_is_known_by_the_contacts_id(contact_id: str, spot: Spot | None) -> None:
    assert thread_of(contact_id) == spot


def test_place_decides_the_conversation() -> None:
    assert spot_of(Place.DIRECT, "U1", "C1", "t1") == Spot("U1")
    assert spot_of(Place.SHARED, "U1", "C1", "t1") == Spot("C1", is_shared=True)
    assert spot_of(Place.SHARED, "U1", "", "t1") is None
    assert spot_of(Place.THREAD, "U1", "C1", "t1") == Spot("U1")
