"""No role on no surface sees what it must not: every question put everywhere by everybody."""

from __future__ import annotations

from itertools import product

from storage.access import Decision, Destination, InChannel, OnlyThem, Refused, RowByRow, decide
from storage.metrics.answer import Question
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Segment
from storage.periods import Grain, PeriodChoice
from storage.roles import Member
from tests.storage.people import (
    AGENT,
    BILLING_CHANNEL,
    DESTINATIONS,
    FILTERS,
    LEAD,
    MEMBERS,
    SPLITS,
    question,
)

EVERY_CASE = list(product(MEMBERS, FILTERS, SPLITS, DESTINATIONS))


def values(answered: Question, segment: Segment) -> set[str]:
    return {
        value.casefold()
        for chosen in answered.filters
        if chosen.segment is segment
        for value in chosen.values
    }


def names_agents(answered: Question) -> bool:
    return Segment.AGENT in answered.by or bool(values(answered, Segment.AGENT))


def is_own(member: Member, answered: Question) -> bool:
    asked = values(answered, Segment.AGENT)
    return bool(asked) and asked <= member.agent_ids


def is_of(teams: frozenset[str], answered: Question) -> bool:
    asked = values(answered, Segment.TEAM)
    return bool(asked) and asked <= teams


def leak(member: Member, decision: Decision, destination: Destination) -> str | None:
    """What a decision shows that it must not, worked out apart from the code that decides."""
    if isinstance(decision, Refused):
        return None
    answered = decision.question
    own, of_named = is_own(member, answered), is_of(member.named_teams, answered)
    rules = {
        "outsider": member.is_guest or not member.is_own_organisation,
        "no role": not (member.agent_ids or member.sees_all_totals),
        "agent by name": names_agents(answered) and not (own or of_named),
        "other team": not (member.sees_all_totals or own)
        and not is_of(member.agent_teams, answered),
        "small group": not decision.withhold_small_groups and not (own or of_named),
    }
    if isinstance(destination, InChannel):
        rules |= {
            "other organisation": destination.is_shared_with_others,
            "not named": "*" not in destination.teams and not is_of(destination.teams, answered),
            "name in channel": names_agents(answered),
            "customer in channel": Segment.CUSTOMER in answered.by
            or bool(values(answered, Segment.CUSTOMER)),
            "small group in channel": not decision.withhold_small_groups,
        }
    if isinstance(destination, RowByRow):
        rules |= {"row of another": not (own or of_named)}
    return next((name for name, is_broken in rules.items() if is_broken), None)


def test_no_role_on_no_surface_leaks() -> None:
    leaks = {
        (member.slack_user_id, filters, by, destination): found
        for member, filters, by, destination in EVERY_CASE
        if (found := leak(member, decide(member, question(filters, by), destination), destination))
    }
    assert leaks == {}


def test_decision_adds_but_never_drops_what_was_asked() -> None:
    """Whatever is answered is split as asked, and each filter asked for still holds."""
    for member, filters, by, destination in EVERY_CASE:
        asked = question(filters, by)
        decision = decide(member, asked, destination)
        if isinstance(decision, Refused):
            continue
        assert decision.question.by == asked.by
        for segment in (Segment.TEAM, Segment.CUSTOMER):
            if wanted := values(asked, segment):
                assert values(decision.question, segment) <= wanted


def test_refusal_names_no_team_nor_agent_that_is_not_the_persons() -> None:
    for filters, by, destination in product(FILTERS, SPLITS, DESTINATIONS):
        decision = decide(AGENT, question(filters, by), destination)
        if isinstance(decision, Refused):
            assert "sales" not in f"{decision.sentence} {decision.next_step}"
            assert "bob" not in f"{decision.sentence} {decision.next_step}"


def test_every_metric_is_only_ever_narrowed_by_what_it_is_kept_by() -> None:
    """An agent gets no total that their team alone can't be told from."""
    for metric, member, destination in product(METRICS, MEMBERS, DESTINATIONS):
        asked = Question(metric, PeriodChoice(Grain.WEEK))
        decision = decide(member, asked, destination)
        if isinstance(decision, Refused):
            continue
        assert {chosen.segment for chosen in decision.question.filters} <= set(metric.segments)
        assert leak(member, decision, destination) is None


def test_metric_that_is_not_kept_by_team_is_refused_to_agents_and_teams_channels() -> None:
    retention = next(each for each in METRICS if each.name == "Customer retention")
    asked = Question(retention, PeriodChoice(Grain.MONTH))
    told = decide(AGENT, asked, OnlyThem())
    assert told == Refused(
        "Customer retention is not kept by team, and you see what is your own team's.",
        "Ask a lead or an executive for it.",
    )
    assert decide(LEAD, asked, BILLING_CHANNEL) == Refused(
        "This channel gets the totals of billing only. Customer retention is not kept by team.",
        "Share it in a channel that gets the whole organisation.",
    )
