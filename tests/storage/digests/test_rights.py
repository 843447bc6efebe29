from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from storage.access import Destination, Refused
from storage.cadences.cadence import Cadence, EveryDay
from storage.digests.rights import (
    check_filters,
    refusal_to_change_digest,
    refusal_to_make_digest,
    refusal_to_tell,
    sees_digest,
)
from storage.errors import UserError
from storage.metrics.answer import Filter
from storage.metrics.definition import Audience, Segment
from storage.operations.digest_models import PlanState
from storage.operations.digests import Digest, DigestOrder
from storage.periods import Grain
from storage.roles import Member
from tests.storage.people import (
    ADMIN,
    AGENT,
    ALONE,
    BILLING_CHANNEL,
    EVERYTHING_CHANNEL,
    EXECUTIVE,
    GUEST,
    LEAD,
    MEMBERS,
    NOBODY,
    REVIEWER,
    SHARED_CHANNEL,
    STRANGER,
    UNLINKED_AGENT,
    UNNAMED_CHANNEL,
)

NOW = datetime(2026, 6, 17, 10, tzinfo=UTC)
CHANNEL = "C0CARE"
TEAM_BILLING = (Filter(Segment.TEAM, ("Billing",)),)
SHARED = (
    "This channel is shared with another organisation, or about to be, so no figure is posted here."
)
NAMES = {
    id(NOBODY): "nobody",
    id(ADMIN): "admin",
    id(EXECUTIVE): "executive",
    id(LEAD): "lead",
    id(REVIEWER): "reviewer",
    id(AGENT): "agent",
    id(GUEST): "guest",
    id(STRANGER): "stranger",
}


def order(
    audience: Audience = Audience.TEAM,
    channel_id: str = "",
    filters: tuple[Filter, ...] = (),
    metrics: tuple[str, ...] = (),
) -> DigestOrder:
    cadence = Cadence(EveryDay(), time(9), "UTC")
    return DigestOrder("Care", audience, cadence, Grain.WEEK, channel_id, metrics, filters)


def digest(order: DigestOrder, owner: str = "U0SOMEBODY") -> Digest:
    return Digest(1, order, PlanState.ACTIVE, owner, 1, NOW, NOW, owner, NOW)


def those(seeing: Digest, here: str = "") -> list[str]:
    people = (NOBODY, ADMIN, EXECUTIVE, LEAD, REVIEWER, AGENT, GUEST, STRANGER)
    return [NAMES[id(each)] for each in people if sees_digest(each, seeing, here)]


def those_who_make(wanted: DigestOrder) -> list[str]:
    people = (NOBODY, ADMIN, EXECUTIVE, LEAD, REVIEWER, AGENT, GUEST, STRANGER)
    return [NAMES[id(each)] for each in people if refusal_to_make_digest(each, wanted) is None]


def test_digest_of_a_conversation_is_seen_by_admins_and_where_it_goes() -> None:
    posted = digest(order(channel_id=CHANNEL))
    assert those(posted) == ["admin"]
    assert those(posted, here="C0OTHER") == ["admin"]
    assert those(posted, here=CHANNEL) == [
        "nobody",
        "admin",
        "executive",
        "lead",
        "reviewer",
        "agent",
    ]


def test_digest_is_seen_by_its_owner_and_by_who_gets_it() -> None:
    assert those(digest(order(Audience.OWN), LEAD.slack_user_id)) == ["admin", "lead"]
    assert those(digest(order(channel_id=AGENT.slack_user_id))) == ["admin", "agent"]


def test_outsider_sees_none_even_an_own_one() -> None:
    for outsider in (GUEST, STRANGER):
        own = digest(order(channel_id=CHANNEL), outsider.slack_user_id)
        assert not sees_digest(outsider, own, CHANNEL)
        assert refusal_to_change_digest(outsider, own) == Refused(
            "CareKPI answers members of its own organisation only."
        )


@pytest.mark.parametrize(
    ("audience", "seen_by"),
    [
        (Audience.EXECUTIVE, ["admin", "executive"]),
        (Audience.TEAM, ["admin", "lead"]),
        (Audience.AGENTS, ["admin", "agent"]),
        (Audience.OWN, ["admin"]),
    ],
)
def test_digest_to_each_is_seen_by_its_audience(audience: Audience, seen_by: list[str]) -> None:
    assert those(digest(order(audience))) == seen_by


def test_digest_of_another_teams_agents_is_not_seen() -> None:
    others = digest(order(Audience.AGENTS, filters=(Filter(Segment.TEAM, ("care",)),)))
    assert those(others) == ["admin"]
    assert those(digest(order(Audience.AGENTS, filters=TEAM_BILLING))) == ["admin", "agent"]


def test_only_owner_and_admins_change_it() -> None:
    owned = digest(order(channel_id=CHANNEL), LEAD.slack_user_id)
    allowed = [each for each in MEMBERS if refusal_to_change_digest(each, owned) is None]
    expected = [ADMIN, LEAD]
    assert [m for m in allowed if m.slack_user_id != LEAD.slack_user_id or m == LEAD] == expected
    assert refusal_to_change_digest(EXECUTIVE, owned) == Refused(
        "A digest is changed by its owner and by admins.", "Ask one of them."
    )


@pytest.mark.parametrize(
    ("wanted", "made_by"),
    [
        (order(Audience.OWN), ["admin", "executive", "lead", "reviewer", "agent"]),
        (order(channel_id=CHANNEL), ["admin", "executive", "lead", "reviewer"]),
        (order(Audience.EXECUTIVE), ["admin"]),
        (order(Audience.TEAM), ["admin"]),
        (order(Audience.AGENTS), ["admin"]),
        (order(Audience.AGENTS, filters=TEAM_BILLING), ["admin", "lead"]),
        (order(Audience.AGENTS, filters=(Filter(Segment.TEAM, ("billing", "care")),)), ["admin"]),
        (order(channel_id=AGENT.slack_user_id), ["admin", "agent"]),
    ],
)
def test_who_makes_which(wanted: DigestOrder, made_by: list[str]) -> None:
    assert those_who_make(wanted) == made_by


@pytest.mark.parametrize("member", [NOBODY, UNLINKED_AGENT])
def test_who_sees_no_figure_makes_none(member: Member) -> None:
    assert refusal_to_make_digest(member, order(Audience.OWN)) == Refused(
        "You have no role in CareKPI yet.", "Ask an admin to give you one."
    )


def test_lead_hears_which_agents_are_theirs() -> None:
    assert refusal_to_make_digest(LEAD, order(Audience.AGENTS)) == Refused(
        "You make digests for the agents of your own teams.", "Add team:billing."
    )


@pytest.mark.parametrize(
    ("member", "to", "sentence"),
    [
        (EXECUTIVE, ALONE, None),
        (EXECUTIVE, EVERYTHING_CHANNEL, None),
        (EXECUTIVE, BILLING_CHANNEL, None),
        (
            EXECUTIVE,
            UNNAMED_CHANNEL,
            "No admin has named a team for this channel yet, so no figure is posted here.",
        ),
        (
            EXECUTIVE,
            SHARED_CHANNEL,
            SHARED,
        ),
        (ADMIN, ALONE, "You are an admin, which is about settings and shows no figures."),
    ],
)
def test_digest_that_would_tell_nothing_is_refused(
    member: Member, to: Destination, sentence: str | None
) -> None:
    refused = refusal_to_tell(order(), member, to)
    assert (refused and refused.sentence) == sentence


def test_digest_is_about_nobody_by_name() -> None:
    by_name = (Filter(Segment.AGENT, ("me", "ann")),)
    with pytest.raises(UserError, match="A digest is about no agent by name"):
        check_filters(order(), by_name)
    check_filters(order(), (Filter(Segment.AGENT, ("me",)),))


def test_agents_days_are_narrowed_by_team_alone() -> None:
    wanted = replace(order(), audience=Audience.AGENTS)
    check_filters(wanted, TEAM_BILLING)
    with pytest.raises(UserError, match="narrowed by team only"):
        check_filters(wanted, (Filter(Segment.CHANNEL, ("phone",)),))
