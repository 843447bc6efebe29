"""Homes made by hand, the largest that there can be among them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.blocks.home import Home, Managed, OwnDigest
from storage.dashboards import Dashboard, Section, Whose
from storage.metrics.answer import Answer, Row
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Segment
from storage.metrics.target import Target, Verdict
from storage.operations.homes import Choice
from storage.roles import Role, RoleGrant
from storage.settings import Settings
from tests.bot.blocks.answers import BERLIN, FRESH, HOSTILE, NOW, WEEK_46, answered, trend
from tests.storage.people import EXECUTIVE, LEAD

SETTINGS = Settings(timezone=BERLIN)
TEAMS = tuple(f"Team {number:02} of a region with a long name, {HOSTILE}" for number in range(50))
SIX = tuple(((Segment.CHANNEL, name),) for name in ("phone", "chat", "email", "sms", "x", "y"))


def dashboard(*sections: Section, **changed: Any) -> Dashboard:
    found = Dashboard(EXECUTIVE, Choice(), WEEK_46, NOW, SETTINGS, sections)
    return replace(found, **changed)


def section(whose: Whose, *answers: Answer, teams: tuple[str, ...] = ()) -> Section:
    return Section(whose, teams, answers, ())


def full_answer(abbreviation: str) -> Answer:
    """Six channels, each with a target and a trend."""
    rows = [
        Row(each, 0.7, 500, target=Target(low=0.75), verdict=Verdict.MISSED, small_sample=True)
        for each in SIX
    ]
    points = tuple(point for each in SIX for point in trend(each, [0.6, 0.8] * 6))
    return answered(abbreviation, *rows, points=points)


def largest_home() -> Home:
    """A lead of 50 teams who is an agent and an admin too, with every metric pinned."""
    everything = [full_answer(metric.abbreviation) for metric in METRICS]
    roles = frozenset({RoleGrant(Role.LEAD, frozenset(TEAMS)), RoleGrant(Role.ADMIN)})
    own = section(Whose.OWN, *everything)
    whole = section(Whose.TEAMS, *everything, teams=TEAMS)
    digests = tuple(
        OwnDigest(f"Digest {number} {HOSTILE}", NOW + timedelta(days=number), BERLIN)
        for number in range(40)
    )
    member = replace(LEAD, roles=roles, agent_ids=frozenset({"a1"}))
    return Home(
        dashboard(own, whole, member=member), FRESH, TEAMS, digests, Managed(6000, 900), ("U0ADA",)
    )
