"""What each recipient of a digest is told: rights, what is left out, what is new."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from storage.digests.compose import metrics_of
from storage.digests.told import Contacted, Figures, OwnDay, Recipient, Told
from storage.metrics.answer import Filter
from storage.metrics.definition import Audience, Segment
from storage.roles import Member
from tests.storage.digests.orders import (
    AMY,
    EXECUTIVE,
    LEAD,
    MONDAY,
    THIRD_WORKING_DAY,
    WEDNESDAY_EVENING,
    alone,
    channel,
    composed,
    order,
)

BILLING = Filter(Segment.TEAM, ("billing",))
TEAM, BOARD = order(Audience.TEAM), order(Audience.EXECUTIVE)


def keys(told: Told) -> set[str]:
    figures = told.parts[0]
    assert isinstance(figures, Figures)
    return {answer.query.metric.key for answer in figures.answers}


def test_channel_is_told_the_totals_of_its_teams_alone(seeded_facts: Engine) -> None:
    told = composed(seeded_facts, TEAM, [channel("billing")], MONDAY).told["C0CARE"]
    figures, contacted = told.parts
    assert isinstance(figures, Figures)
    assert isinstance(contacted, Contacted)
    filters = {answer.query.filters for answer in figures.answers}
    assert filters == {(BILLING,)} == {contacted.reasons.scope.filters}
    assert told.filters == (BILLING,)


def test_channel_with_the_whole_organisation_is_told_all_of_it(seeded_facts: Engine) -> None:
    told = composed(seeded_facts, BOARD, [channel("*")], THIRD_WORKING_DAY).told["C0CARE"]
    assert keys(told) == {metric.key for metric in metrics_of(BOARD)[0]}
    assert (told.filters, told.left_out) == ((), ())


def test_what_is_not_kept_by_team_is_left_out_of_a_teams_channel(seeded_facts: Engine) -> None:
    told = composed(seeded_facts, BOARD, [channel("billing")], THIRD_WORKING_DAY).told["C0CARE"]
    assert told.left_out == ("Churn rate",)


@pytest.mark.parametrize(
    ("recipient", "sentence"),
    [
        (
            channel("*", is_shared=True),
            "This channel is shared with another organisation, or about to be,",
        ),
        (
            channel(),
            "No admin has named a team for this channel yet, so no figure is posted here.",
        ),
    ],
    ids=["shared", "no team named"],
)
def test_channel_that_may_get_nothing_is_told_nothing(
    seeded_facts: Engine, recipient: Recipient, sentence: str
) -> None:
    found = composed(seeded_facts, TEAM, [recipient], MONDAY)
    assert found.told == {}
    assert found.refused["C0CARE"].startswith(sentence)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Filter(Segment.AGENT, ("a1",)), "Agents are shown by name only to the leads"),
        (Filter(Segment.CUSTOMER, ("K1",)), "A channel gets totals only, no figure of a customer."),
    ],
    ids=["agent", "customer"],
)
def test_no_named_agent_and_no_customer_comes_into_a_channel(
    seeded_facts: Engine, asked: Filter, sentence: str
) -> None:
    wanted = replace(order(Audience.OWN, metrics=("ticket_volume",)), filters=(asked,))
    found = composed(seeded_facts, wanted, [channel("*")], MONDAY)
    assert found.told == {}
    assert found.refused["C0CARE"].startswith(sentence)


def test_small_groups_are_withheld_in_a_channel_and_shown_to_their_lead(
    seeded_facts: Engine,
) -> None:
    own = alone(LEAD, BILLING)
    found = composed(seeded_facts, TEAM, [channel("billing"), own], MONDAY).told
    withheld = {
        who: [
            row.withheld
            for part in told.parts
            if isinstance(part, Figures)
            for answer in part.answers
            for row in answer.rows
        ]
        for who, told in found.items()
    }
    assert (any(withheld["C0CARE"]), any(withheld["U0LEO"])) == (True, False)


def test_each_is_told_what_that_person_may_see(seeded_facts: Engine) -> None:
    newcomer = Member("T1", "U0NICK")
    recipients = [alone(EXECUTIVE), alone(AMY), alone(newcomer)]
    found = composed(seeded_facts, TEAM, recipients, MONDAY)
    assert {who: told.filters for who, told in found.told.items()} == {
        "U0EVA": (),
        "U0AMY": (BILLING,),
    }
    assert found.refused == {
        "U0NICK": "You have no role in CareKPI yet. Ask an admin to give you one."
    }


def test_other_teams_are_not_told_to_an_agent_whatever_the_digest_says(
    seeded_facts: Engine,
) -> None:
    care = order(Audience.TEAM, filters=(Filter(Segment.TEAM, ("care",)),))
    found = composed(seeded_facts, care, [alone(AMY)], MONDAY)
    assert (found.told, list(found.refused)) == ({}, ["U0AMY"])


def test_agents_are_told_their_own_day_alone(seeded_facts: Engine) -> None:
    ben = Member("T1", "U0BEN", agent_ids=frozenset({"a2"}))
    nobody = Member("T1", "U0NICK")
    guest = replace(AMY, slack_user_id="U0GUS", is_guest=True)
    recipients = [alone(each) for each in (AMY, ben, nobody, guest)]
    wanted = order(Audience.AGENTS)
    found = composed(seeded_facts, wanted, recipients, WEDNESDAY_EVENING).told
    days = {
        who: part.day.pending
        for who, told in found.items()
        for part in told.parts
        if isinstance(part, OwnDay)
    }
    assert days == {"U0AMY": 15, "U0BEN": 26}


def test_retired_metric_is_left_out_and_named(seeded_facts: Engine) -> None:
    wanted = order(Audience.OWN, metrics=("ticket_volume", "ticket_mood"))
    found = composed(seeded_facts, wanted, [alone(EXECUTIVE)], MONDAY)
    assert keys(found.told["U0EVA"]) == {"ticket_volume"}
    assert found.retired == ("ticket_mood",)


def test_digest_of_retired_metrics_alone_tells_nothing(seeded_facts: Engine) -> None:
    wanted = order(Audience.OWN, metrics=("ticket_mood",))
    found = composed(seeded_facts, wanted, [alone(EXECUTIVE)], MONDAY)
    assert found.refused == {
        "U0EVA": "There is nothing to tell: none of the digest's metrics is there any more."
    }


def test_fingerprint_is_of_what_moved_and_empty_where_nothing_did(seeded_facts: Engine) -> None:
    moved = order(Audience.OWN, metrics=("ticket_backlog",))
    still = order(Audience.OWN, metrics=("churn_rate",))
    first, again, nothing = (
        composed(seeded_facts, each, [channel("*")], MONDAY).fingerprint
        for each in (moved, replace(moved, name="Other"), still)
    )
    assert first == again != ""
    assert nothing == ""
