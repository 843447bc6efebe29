"""Who may be asked: each reason, nights, days between, and that nothing rare is starved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.surveys.eligibility import (
    Asked,
    Candidate,
    Earlier,
    LeftOut,
    Reason,
    Verdict,
    decide,
)
from storage.surveys.manners import CONTACT, RELATIONSHIP, Manners

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MANNERS = Manners(daily_cap=2)


def candidate(
    kind: str = "csat",
    purpose: str = CONTACT,
    at: datetime = NOON,
    *earlier: Earlier,
    person: str = "T1:U1",
    organisation: str = "",
    timezone: str = "",
) -> Candidate:
    return Candidate(person, kind, purpose, at, organisation, timezone, earlier)


def verdict(one: Candidate, manners: Manners = MANNERS) -> Verdict:
    (found,) = decide([one], {}, manners, "UTC")
    return found


def csat(days_ago: float) -> Earlier:
    return Earlier("csat", CONTACT, NOON - days_ago * DAY)


def nps(days_ago: float) -> Earlier:
    return Earlier("nps", RELATIONSHIP, NOON - days_ago * DAY)


def test_somebody_never_asked_is_asked_at_once() -> None:
    assert verdict(candidate()) == Asked(NOON)


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (csat(29.9), Reason.ASKED_RECENTLY),
        (nps(29.9), Reason.ASKED_RECENTLY),
        (Earlier("ces", CONTACT, NOON), Reason.ASKED_RECENTLY),
        (csat(-1), Reason.ASKED_RECENTLY),
        (nps(-20), Reason.ROOM_FOR_RARER),
        (nps(160), Reason.ROOM_FOR_RARER),
        (Earlier("nps", CONTACT, NOON - 61 * DAY), Reason.ROOM_FOR_RARER),
    ],
)
def test_contact_is_not_asked_about(before: Earlier, reason: Reason) -> None:
    assert verdict(candidate("csat", CONTACT, NOON, before)) == LeftOut(reason)


@pytest.mark.parametrize(
    "before",
    [csat(30), nps(30), nps(150), nps(180), nps(-30), Earlier("ces", CONTACT, NOON - 30 * DAY)],
)
def test_contact_is_asked_about_again(before: Earlier) -> None:
    assert verdict(candidate("csat", CONTACT, NOON, before)) == Asked(NOON)


def test_kind_has_a_clock_of_its_own() -> None:
    again = candidate("nps", CONTACT, NOON, Earlier("nps", CONTACT, NOON - 89 * DAY))
    assert verdict(again) == LeftOut(Reason.SAME_KIND)
    other = candidate("ces", CONTACT, NOON, csat(31))
    assert verdict(other) == Asked(NOON)


def test_relationship_waits_for_its_turn() -> None:
    assert verdict(candidate("nps", RELATIONSHIP, NOON, csat(10))) == Asked(NOON + 20 * DAY)
    assert verdict(candidate("nps", RELATIONSHIP, NOON, nps(170))) == Asked(NOON + 10 * DAY)
    assert verdict(candidate("nps", RELATIONSHIP, NOON, nps(100))) == LeftOut(Reason.SAME_KIND)


@pytest.mark.parametrize(
    ("timezone", "at", "asked_at"),
    [
        ("", NOON, NOON),
        ("Asia/Tokyo", NOON, datetime(2026, 3, 3, 0, tzinfo=UTC)),
        ("America/Los_Angeles", NOON, datetime(2026, 3, 2, 17, tzinfo=UTC)),
        (
            "Europe/Berlin",
            datetime(2026, 3, 28, 17, tzinfo=UTC),
            datetime(2026, 3, 29, 7, tzinfo=UTC),
        ),
        ("", datetime(2026, 3, 2, 18, tzinfo=UTC), datetime(2026, 3, 3, 9, tzinfo=UTC)),
        ("", datetime(2026, 3, 2, 17, 59, tzinfo=UTC), datetime(2026, 3, 2, 17, 59, tzinfo=UTC)),
    ],
)
def test_night_in_their_zone_is_waited_out(timezone: str, at: datetime, asked_at: datetime) -> None:
    assert verdict(candidate("csat", CONTACT, at, timezone=timezone)) == Asked(asked_at)


def test_organisation_is_not_flooded() -> None:
    people = [candidate(person=f"T2:U{number}", organisation="O1") for number in range(4)]
    other = candidate(person="T3:U9", organisation="O2")
    full = LeftOut(Reason.ORGANISATION_FULL)
    assert decide([*people, other], {("O1", NOON.date()): 1}, MANNERS, "UTC") == [
        Asked(NOON),
        full,
        full,
        full,
        Asked(NOON),
    ]


def test_relationship_is_spread_over_days() -> None:
    people = [
        candidate("nps", RELATIONSHIP, person=f"T2:U{number}", organisation="O1")
        for number in range(5)
    ]
    morning = datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert decide(people, {}, MANNERS, "UTC") == [
        Asked(NOON),
        Asked(NOON),
        Asked(morning),
        Asked(morning),
        Asked(morning + DAY),
    ]


def test_what_is_known_beforehand_is_the_reason() -> None:
    barred = Candidate("T1:U1", "csat", CONTACT, NOON, barred=Reason.OPTED_OUT)
    assert decide([barred, candidate()], {}, MANNERS, "UTC") == [
        LeftOut(Reason.OPTED_OUT),
        Asked(NOON),
    ]


def test_second_contact_of_one_batch_is_asked_recently() -> None:
    assert decide([candidate(), candidate()], {}, MANNERS, "UTC") == [
        Asked(NOON),
        LeftOut(Reason.ASKED_RECENTLY),
    ]


WANTED = st.tuples(
    st.integers(0, 400 * 24),
    st.sampled_from([("csat", CONTACT), ("ces", CONTACT), ("nps", CONTACT), ("nps", RELATIONSHIP)]),
    st.sampled_from(["T1:U1", "T1:U2"]),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(WANTED, max_size=60),
    st.integers(1, 40),
    st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"]),
)
def test_nobody_is_asked_twice_within_the_days_and_nothing_rare_is_starved(
    wanted: list[tuple[int, tuple[str, str], str]], days_between: int, timezone: str
) -> None:
    manners = Manners(days_between=days_between)
    asked: dict[str, list[Earlier]] = {"T1:U1": [], "T1:U2": []}
    for hours, (kind, purpose), person in sorted(wanted):
        at = NOON + timedelta(hours=hours)
        one = Candidate(person, kind, purpose, at, "", timezone, tuple(asked[person]))
        found = verdict(one, manners)
        clock = manners.clock_days(kind, purpose) * DAY
        same = [each.at for each in asked[person] if (each.kind, each.purpose) == (kind, purpose)]
        if isinstance(found, Asked):
            assert at <= found.at
            assert all(abs(found.at - other) >= clock for other in same)
            asked[person].append(Earlier(kind, purpose, found.at))
        if purpose == RELATIONSHIP and all(abs(at - other) >= clock for other in same):
            assert isinstance(found, Asked)
            assert found.at - at <= (days_between + 1) * DAY
    for times in asked.values():
        ordered = sorted(each.at for each in times)
        gaps = [later - earlier for earlier, later in pairwise(ordered)]
        assert all(gap >= days_between * DAY for gap in gaps)
