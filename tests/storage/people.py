"""People of every role, places to answer in, and questions that could leak."""

from __future__ import annotations

from dataclasses import replace

from storage.access import Destination, InChannel, OnlyThem, RowByRow
from storage.metrics.answer import Filter, Question
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Segment
from storage.periods import Grain, PeriodChoice
from storage.roles import Member, Role, RoleGrant

NOBODY = Member("T0", "U0NOBODY")
ADMIN = Member("T0", "U0ADMIN", frozenset({RoleGrant(Role.ADMIN)}))
EXECUTIVE = Member("T0", "U0EXEC", frozenset({RoleGrant(Role.EXECUTIVE)}))
LEAD = Member("T0", "U0LEAD", frozenset({RoleGrant(Role.LEAD, frozenset({"billing"}))}))
REVIEWER = Member("T0", "U0QA", frozenset({RoleGrant(Role.REVIEWER, frozenset({"billing"}))}))
AGENT = Member("T0", "U0ANN", agent_ids=frozenset({"ann"}), agent_teams=frozenset({"billing"}))
AGENT_OF_NO_TEAM = replace(AGENT, agent_teams=frozenset())
UNLINKED_AGENT = Member("T0", "U0NEW", frozenset({RoleGrant(Role.AGENT)}))
GUEST = replace(LEAD, is_guest=True)
STRANGER = replace(EXECUTIVE, slack_team_id="T9", is_own_organisation=False)
LEAD_WHO_ANSWERS_TOO = replace(LEAD, agent_ids=frozenset({"lea"}), agent_teams=frozenset({"sales"}))
EXECUTIVE_WHO_ANSWERS_TOO = replace(EXECUTIVE, agent_ids=frozenset({"exa"}))
MEMBERS = [
    NOBODY,
    ADMIN,
    EXECUTIVE,
    LEAD,
    REVIEWER,
    AGENT,
    AGENT_OF_NO_TEAM,
    UNLINKED_AGENT,
    GUEST,
    STRANGER,
    LEAD_WHO_ANSWERS_TOO,
    EXECUTIVE_WHO_ANSWERS_TOO,
]

ALONE = OnlyThem()
BILLING_CHANNEL = InChannel(frozenset({"billing"}))
EVERYTHING_CHANNEL = InChannel(frozenset({"*"}))
UNNAMED_CHANNEL = InChannel()
SHARED_CHANNEL = InChannel(frozenset({"*"}), is_shared_with_others=True)
ROW_BY_ROW = RowByRow()
DESTINATIONS: list[Destination] = [
    ALONE,
    ROW_BY_ROW,
    BILLING_CHANNEL,
    EVERYTHING_CHANNEL,
    UNNAMED_CHANNEL,
    SHARED_CHANNEL,
]

SPLITS: list[tuple[Segment, ...]] = [
    (),
    (Segment.TEAM,),
    (Segment.AGENT,),
    (Segment.TENURE,),
    (Segment.CUSTOMER,),
    (Segment.TEAM, Segment.AGENT),
]
FILTERS: dict[str, dict[Segment, tuple[str, ...]]] = {
    "": {},
    "team:billing": {Segment.TEAM: ("billing",)},
    "team:Billing": {Segment.TEAM: ("Billing",)},
    "team:sales": {Segment.TEAM: ("sales",)},
    "team:billing,sales": {Segment.TEAM: ("billing", "sales")},
    "agent:me": {Segment.AGENT: ("me",)},
    "agent:ann": {Segment.AGENT: ("ann",)},
    "agent:bob": {Segment.AGENT: ("bob",)},
    "agent:me,bob": {Segment.AGENT: ("me", "bob")},
    "agent:bob team:sales": {Segment.AGENT: ("bob",), Segment.TEAM: ("sales",)},
    "customer:acme": {Segment.CUSTOMER: ("acme",)},
}


def question(filters: str = "", by: tuple[Segment, ...] = ()) -> Question:
    return Question(
        METRICS[0],
        PeriodChoice(Grain.WEEK),
        tuple(Filter(segment, values) for segment, values in FILTERS[filters].items()),
        by,
    )
