"""Who sees what: each role on each surface."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.access import (
    Allowed,
    Decision,
    Destination,
    Reduced,
    Refused,
    decide,
    refusal_to_set_target,
    refusal_to_set_targets,
)
from storage.metrics.answer import Filter
from storage.metrics.definition import Segment
from storage.roles import Member
from tests.storage.people import (
    ADMIN,
    AGENT,
    AGENT_OF_NO_TEAM,
    ALONE,
    BILLING_CHANNEL,
    EVERYTHING_CHANNEL,
    EXECUTIVE,
    EXECUTIVE_WHO_ANSWERS_TOO,
    GUEST,
    LEAD,
    LEAD_WHO_ANSWERS_TOO,
    NOBODY,
    REVIEWER,
    SHARED_CHANNEL,
    STRANGER,
    UNLINKED_AGENT,
    UNNAMED_CHANNEL,
    question,
)


def in_words(decision: Decision) -> str:
    """``shown``, ``reduced`` with what is answered, or ``refused``; ``~`` withholds groups."""
    if isinstance(decision, Refused):
        return "refused"
    values = [
        f"{chosen.segment.value}:{','.join(chosen.values)}" for chosen in decision.question.filters
    ]
    verdict = "shown" if isinstance(decision, Allowed) else "reduced"
    mark = "~" if decision.withhold_small_groups else ""
    return " ".join([f"{verdict}{mark}", *values])


@pytest.mark.parametrize(
    ("member", "filters", "by", "expected"),
    [
        (NOBODY, "", (), "refused"),
        (GUEST, "", (), "refused"),
        (GUEST, "team:billing", (Segment.AGENT,), "refused"),
        (STRANGER, "", (), "refused"),
        (ADMIN, "", (), "refused"),
        (UNLINKED_AGENT, "", (), "refused"),
        (UNLINKED_AGENT, "agent:me", (), "refused"),
        (EXECUTIVE, "", (), "shown~"),
        (EXECUTIVE, "", (Segment.TEAM,), "shown~"),
        (EXECUTIVE, "", (Segment.TENURE,), "shown~"),
        (EXECUTIVE, "team:billing", (), "shown~ team:billing"),
        (EXECUTIVE, "", (Segment.AGENT,), "refused"),
        (EXECUTIVE, "agent:bob", (), "refused"),
        (EXECUTIVE, "agent:me", (), "refused"),
        (EXECUTIVE, "customer:acme", (), "shown~ customer:acme"),
        (LEAD, "", (), "shown~"),
        (LEAD, "", (Segment.TEAM,), "shown~"),
        (LEAD, "team:billing", (), "shown team:billing"),
        (LEAD, "team:Billing", (Segment.TENURE,), "shown team:Billing"),
        (LEAD, "team:sales", (), "shown~ team:sales"),
        (LEAD, "team:billing,sales", (Segment.TEAM,), "shown~ team:billing,sales"),
        (LEAD, "", (Segment.AGENT,), "reduced team:billing"),
        (LEAD, "team:billing", (Segment.AGENT,), "shown team:billing"),
        (LEAD, "team:billing,sales", (Segment.AGENT,), "reduced team:billing"),
        (LEAD, "team:sales", (Segment.AGENT,), "refused"),
        (LEAD, "agent:bob", (), "reduced agent:bob team:billing"),
        (LEAD, "agent:bob team:sales", (), "refused"),
        (LEAD, "agent:me", (), "refused"),
        (REVIEWER, "", (Segment.AGENT,), "reduced team:billing"),
        (REVIEWER, "team:sales", (), "shown~ team:sales"),
        (AGENT, "", (), "reduced~ team:billing"),
        (AGENT, "team:billing", (), "shown~ team:billing"),
        (AGENT, "team:billing", (Segment.TENURE,), "shown~ team:billing"),
        (AGENT, "", (Segment.TEAM,), "reduced~ team:billing"),
        (AGENT, "team:sales", (), "refused"),
        (AGENT, "team:billing,sales", (), "reduced~ team:billing"),
        (AGENT, "agent:me", (), "shown agent:ann"),
        (AGENT, "agent:ann", (), "shown agent:ann"),
        (AGENT, "", (Segment.AGENT,), "reduced agent:ann"),
        (AGENT, "team:billing", (Segment.AGENT,), "reduced team:billing agent:ann"),
        (AGENT, "agent:bob", (), "refused"),
        (AGENT, "agent:me,bob", (), "reduced agent:ann"),
        (AGENT_OF_NO_TEAM, "", (), "reduced agent:ann"),
        (AGENT_OF_NO_TEAM, "team:billing", (), "reduced team:billing agent:ann"),
        (LEAD_WHO_ANSWERS_TOO, "agent:me", (), "shown agent:lea"),
        (LEAD_WHO_ANSWERS_TOO, "", (Segment.AGENT,), "reduced team:billing"),
        (LEAD_WHO_ANSWERS_TOO, "agent:me,bob", (), "reduced agent:bob,lea team:billing"),
        (LEAD_WHO_ANSWERS_TOO, "team:sales", (), "shown~ team:sales"),
        (EXECUTIVE_WHO_ANSWERS_TOO, "", (), "shown~"),
        (EXECUTIVE_WHO_ANSWERS_TOO, "", (Segment.AGENT,), "reduced agent:exa"),
        (EXECUTIVE_WHO_ANSWERS_TOO, "agent:bob", (), "refused"),
    ],
)
def test_decision_alone(
    member: Member, filters: str, by: tuple[Segment, ...], expected: str
) -> None:
    assert in_words(decide(member, question(filters, by), ALONE)) == expected


@pytest.mark.parametrize(
    ("member", "filters", "by", "destination", "expected"),
    [
        (LEAD, "", (), EVERYTHING_CHANNEL, "shown~"),
        (LEAD, "team:billing", (), EVERYTHING_CHANNEL, "shown~ team:billing"),
        (LEAD, "", (), BILLING_CHANNEL, "reduced~ team:billing"),
        (LEAD, "", (Segment.TEAM,), BILLING_CHANNEL, "reduced~ team:billing"),
        (LEAD, "team:Billing", (), BILLING_CHANNEL, "shown~ team:Billing"),
        (LEAD, "team:sales", (), BILLING_CHANNEL, "refused"),
        (LEAD, "team:billing,sales", (), BILLING_CHANNEL, "reduced~ team:billing"),
        (LEAD, "team:billing", (), UNNAMED_CHANNEL, "refused"),
        (LEAD, "team:billing", (), SHARED_CHANNEL, "refused"),
        (LEAD, "team:billing", (Segment.AGENT,), BILLING_CHANNEL, "refused"),
        (LEAD, "agent:bob", (), EVERYTHING_CHANNEL, "refused"),
        (LEAD, "", (Segment.CUSTOMER,), EVERYTHING_CHANNEL, "refused"),
        (LEAD, "customer:acme", (), EVERYTHING_CHANNEL, "refused"),
        (AGENT, "", (), BILLING_CHANNEL, "reduced~ team:billing"),
        (AGENT, "", (), EVERYTHING_CHANNEL, "reduced~ team:billing"),
        (AGENT, "team:sales", (), EVERYTHING_CHANNEL, "refused"),
        (AGENT, "agent:me", (), BILLING_CHANNEL, "refused"),
        (EXECUTIVE, "", (), BILLING_CHANNEL, "reduced~ team:billing"),
        (ADMIN, "", (), EVERYTHING_CHANNEL, "refused"),
        (NOBODY, "", (), EVERYTHING_CHANNEL, "refused"),
        (GUEST, "", (), EVERYTHING_CHANNEL, "refused"),
    ],
)
def test_decision_in_channel(
    member: Member,
    filters: str,
    by: tuple[Segment, ...],
    destination: Destination,
    expected: str,
) -> None:
    assert in_words(decide(member, question(filters, by), destination)) == expected


def test_reduction_says_what_is_shown_instead() -> None:
    asked = question()
    own_team = Filter(Segment.TEAM, ("billing",))
    assert decide(AGENT, asked, ALONE) == Reduced(
        replace(asked, filters=(own_team,)),
        withhold_small_groups=True,
        sentence="You see the total of your team, billing. For your own figures, add agent:me.",
        filters=(own_team,),
    )


@pytest.mark.parametrize(
    ("member", "filters", "destination", "told"),
    [
        (NOBODY, "", ALONE, "You have no role in CareKPI yet. Ask an admin to give you one."),
        (STRANGER, "", ALONE, "CareKPI answers members of its own organisation only."),
        (
            ADMIN,
            "",
            ALONE,
            (
                "You are an admin, which is about settings and shows no figures."
                " Give yourself a role that does, such as executive or lead of a team."
            ),
        ),
        (
            AGENT,
            "team:sales",
            ALONE,
            (
                "You see the totals of your own team and your own figures."
                " Ask with team:billing or agent:me."
            ),
        ),
        (
            EXECUTIVE,
            "agent:bob",
            ALONE,
            (
                "Agents are shown by name only to the leads and reviewers of their team."
                " Leave out the agents, or ask by team."
            ),
        ),
        (
            LEAD,
            "team:sales",
            BILLING_CHANNEL,
            "This channel gets the totals of billing only. Ask with team:billing.",
        ),
        (
            LEAD,
            "",
            UNNAMED_CHANNEL,
            (
                "No admin has named a team for this channel yet, so no figure is posted here."
                " Ask an admin to name one."
            ),
        ),
        (
            LEAD,
            "",
            SHARED_CHANNEL,
            (
                "This channel is shared with another organisation, or about to be,"
                " so no figure is posted here. Share it in a channel of your own organisation."
            ),
        ),
    ],
)
def test_refusal_is_a_sentence_with_a_next_step(
    member: Member, filters: str, destination: Destination, told: str
) -> None:
    decision = decide(member, question(filters), destination)
    assert isinstance(decision, Refused)
    assert f"{decision.sentence} {decision.next_step}".strip() == told


@pytest.mark.parametrize(
    ("member", "is_admin"), [(ADMIN, True), (LEAD, False), (replace(ADMIN, is_guest=True), False)]
)
def test_only_an_admin_of_our_own_may_change_roles(member: Member, is_admin: bool) -> None:
    assert member.is_admin == is_admin


OWN_TEAM, BY_ROLE, OUTSIDE = (
    "You set targets for billing only.",
    "Targets are set by admins, and by leads for their own teams.",
    "CareKPI answers members of its own organisation only.",
)


@pytest.mark.parametrize(
    ("member", "filters", "refused"),
    [
        (ADMIN, "", None),
        (ADMIN, "team:sales", None),
        (LEAD, "", OWN_TEAM),
        (LEAD, "team:billing", None),
        (LEAD, "team:Billing", None),
        (LEAD, "team:sales", OWN_TEAM),
        (LEAD, "team:billing,sales", OWN_TEAM),
        (LEAD_WHO_ANSWERS_TOO, "team:billing", None),
        (LEAD_WHO_ANSWERS_TOO, "team:sales", OWN_TEAM),
        (EXECUTIVE, "", BY_ROLE),
        (EXECUTIVE, "team:billing", BY_ROLE),
        (REVIEWER, "team:billing", BY_ROLE),
        (AGENT, "team:billing", BY_ROLE),
        (NOBODY, "team:billing", BY_ROLE),
        (GUEST, "team:billing", OUTSIDE),
        (STRANGER, "", OUTSIDE),
        (replace(ADMIN, is_guest=True), "", OUTSIDE),
    ],
)
def test_target_is_set_by_admins_and_by_leads_for_their_own_teams(
    member: Member, filters: str, refused: str | None
) -> None:
    found = refusal_to_set_target(member, question(filters))
    assert (found.sentence if found else None) == refused


@pytest.mark.parametrize(
    ("member", "refused"),
    [(ADMIN, None), (LEAD, None), (EXECUTIVE, BY_ROLE), (REVIEWER, BY_ROLE), (GUEST, OUTSIDE)],
)
def test_form_for_targets_opens_for_who_may_set_any(member: Member, refused: str | None) -> None:
    found = refusal_to_set_targets(member)
    assert (found.sentence if found else None) == refused
