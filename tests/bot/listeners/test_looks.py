"""Who looks at an agent's figures stands in the audit trail, with where and whose."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.operations.engine import reading
from storage.operations.models import AuditEntry
from tests.bot.listeners.conftest import Office


def looks(office: Office) -> list[tuple[str, str, str, str]]:
    wanted = ("figures looked at", "survey answers looked at")
    chosen = select(AuditEntry).where(AuditEntry.what.in_(wanted)).order_by(AuditEntry.id)
    with reading(office.stores.operations) as session:
        return [(e.who, e.what, e.about, e.details) for e in session.scalars(chosen)]


@pytest.mark.parametrize(
    ("asked", "about", "details"),
    [
        ("volume 2026-05 agent:a2", "agent:a2", "volume 2026-05, from /kpi"),
        (
            "volume 2026-05 by agent channel:phone",
            "team:billing",
            "volume 2026-05 by agent, from /kpi",
        ),
        ("why volume 2026-05 team:billing", "team:billing", "volume 2026-05 by agent, from /kpi"),
    ],
)
def test_lead_who_is_shown_agents_is_written_down(
    office: Office, asked: str, about: str, details: str
) -> None:
    office.ask(office.lead, asked)
    assert looks(office) == [(office.lead.id, "figures looked at", about, details)]


def test_mention_is_told_apart_from_a_command(office: Office) -> None:
    office.workspace.mention(office.lead, office.care, "volume 2026-05 agent:a2")
    (look,) = office.workspace.wait_for(lambda: looks(office))
    assert look[-1] == "volume 2026-05, from event app_mention"


def test_own_figures_totals_and_refusals_are_no_look_at_an_agent(office: Office) -> None:
    office.ask(office.agent, "volume 2026-05 agent:me")
    office.ask(office.agent, "volume 2026-05 agent:a2")
    office.ask(office.lead, "volume 2026-05 team:billing")
    office.ask(office.executive, "volume 2026-05 by agent")
    office.ask(office.newcomer, "volume 2026-05 by agent")
    assert looks(office) == []


def test_answers_to_surveys_one_by_one_are_a_look(office: Office) -> None:
    place = office.care
    office.answer_to(
        office.lead,
        place,
        lambda: office.workspace.command(office.lead, place, "/survey results nps 2026-05"),
    )
    assert [each[:3] for each in looks(office)] == [
        (office.lead.id, "survey answers looked at", "team:billing")
    ]
