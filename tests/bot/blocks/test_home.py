"""What stands on a Home, and that it fits Slack's limits for the largest organisation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.blocks.answer import answer_message
from bot.blocks.home import Home, Managed, OwnDigest, home_view, outsider_view
from bot.blocks.home_cards import opened
from bot.blocks.home_modals import answer_modal, pins_form
from bot.blocks.role_forms import channel_form, role_form, roles_page
from bot.playground.blockkit.reading import read_blocks
from bot.playground.blockkit.surfaces import check_view
from storage.access import Refused
from storage.dashboards import Whose
from storage.metrics.answer import Row
from storage.metrics.catalog import METRICS
from storage.metrics.target import Target, Verdict
from storage.roles import Role, RoleGrant
from tests.bot.blocks.answers import (
    BERLIN,
    FRESH,
    NOW,
    PHONE,
    answered,
    reference,
    trend,
)
from tests.bot.blocks.homes import TEAMS, dashboard, full_answer, largest_home, section
from tests.storage.people import ADMIN, AGENT, EXECUTIVE, LEAD, NOBODY


def test_home_of_the_largest_organisation_fits() -> None:
    home = home_view(largest_home())
    assert check_view(home) == []
    assert len(home["blocks"]) <= 100
    shown = read_blocks(home["blocks"])
    assert "Digest 7" in shown
    assert "Digest 8" not in shown
    assert "32 more are not shown here. See and change them with /digest." in shown
    assert "6,000 people have a role. 900 channels may get figures." in shown
    assert "50 teams" in shown


def test_card_says_value_change_target_and_trend() -> None:
    row = replace(reference().rows[0], target=Target(low=0.75), verdict=Verdict.MISSED)
    answer = answered("FCR", row, points=trend(PHONE, [0.77, 0.76, 0.74, 0.712]))
    home = home_view(Home(dashboard(section(Whose.WHOLE, answer)), FRESH))
    (card,) = [
        block for block in home["blocks"] if block["type"] == "section" and "fields" in block
    ]
    assert read_blocks([card]).splitlines() == [
        "*First contact resolution*",
        "phone 71.2 % ↓ worse, before 74.3 %",
        "usual 72 to 77 %",
        "target 75 % ✗ missed",
        "█▇▄▁",
        "4 weeks, 71 to 77 %, now the lowest",
        "[Open]",
    ]
    assert opened(card["accessory"]["value"]) == (Whose.WHOLE, "fcr 2026-W46")


def test_card_shows_four_channels_and_says_how_many_more() -> None:
    home = home_view(Home(dashboard(section(Whose.WHOLE, full_answer("FCR")))))
    assert "2 more when opened" in read_blocks(home["blocks"])


def test_card_withholds_what_few_agents_stand_behind() -> None:
    answer = answered("Volume", Row((), None, 0, withheld=True))
    home = home_view(Home(dashboard(section(Whose.TEAMS, answer, teams=("care",)))))
    assert "withheld: fewer than 3 agents" in read_blocks(home["blocks"])


def test_home_says_which_period_and_marks_it_in_words() -> None:
    home = home_view(Home(dashboard(section(Whose.WHOLE, reference())), FRESH, ("billing", "care")))
    lines = read_blocks(home["blocks"]).splitlines()
    assert lines[0] == "Week 46 (9 to 15 Nov)"
    assert lines[1].startswith("[Day] [✓ Week] [Month] [Quarter] [Whole organisation]")


@pytest.mark.parametrize(
    ("whose", "teams", "member", "heading"),
    [
        (Whose.OWN, (), AGENT, "Your own figures"),
        (Whose.TEAMS, ("billing",), AGENT, "Your team, billing, as a whole"),
        (Whose.TEAMS, ("billing", "care"), LEAD, "billing and care"),
        (Whose.WHOLE, (), EXECUTIVE, "The whole organisation"),
    ],
)
def test_section_says_whose_figures_they_are(
    whose: Whose, teams: tuple[str, ...], member: Any, heading: str
) -> None:
    found = dashboard(section(whose, reference(), teams=teams), member=member)
    assert heading in read_blocks(home_view(Home(found))["blocks"]).splitlines()


def test_metrics_without_a_figure_are_named() -> None:
    left_out = replace(section(Whose.OWN, reference()), left_out=METRICS[-2:])
    shown = read_blocks(home_view(Home(dashboard(left_out)))["blocks"])
    assert "Not loaded, or not kept by agent: Customer retention and Churn rate." in shown


def test_who_has_no_role_reads_how_to_get_one_and_from_whom() -> None:
    refused = Refused("You have no role in CareKPI yet.", "Ask an admin to give you one.")
    home = home_view(Home(dashboard(member=NOBODY, refused=refused), admins=("U0ADA", "U0BOB")))
    assert read_blocks(home["blocks"]).splitlines()[:3] == [
        "You have no role in CareKPI yet. Ask an admin to give you one.",
        "Admins: @U0ADA, @U0BOB",
        "How to ask",
    ]


def test_outsider_reads_one_sentence() -> None:
    home = outsider_view(Refused("CareKPI answers members of its own organisation only."))
    assert check_view(home) == []
    assert read_blocks(home["blocks"]) == "CareKPI answers members of its own organisation only."


@pytest.mark.parametrize(
    ("next_at", "told"),
    [
        (NOW + timedelta(hours=2), "next today 17:05 (Europe/Berlin)"),
        (NOW + timedelta(days=5), "next Mon 23 Nov 15:05 (Europe/Berlin)"),
        (None, "paused"),
    ],
)
def test_own_digest_says_when_it_is_due(next_at: datetime | None, told: str) -> None:
    digest = OwnDigest("Day", next_at, BERLIN)
    home = home_view(Home(dashboard(section(Whose.WHOLE, reference())), digests=(digest,)))
    assert f"- Day  {told}" in read_blocks(home["blocks"]).splitlines()


def test_answer_in_a_modal_has_its_table_in_lines_and_buttons_that_work_there() -> None:
    modal = answer_modal(answer_message(reference()), "fcr weekly")
    assert check_view(modal) == []
    shown = read_blocks(modal["blocks"])
    assert "phone: FCR 71.2 % ↓ worse, before 74.3 %" in shown
    assert "Share" not in shown
    assert "phone  " in shown
    ids = [e["action_id"] for b in modal["blocks"] for e in b.get("elements", ()) if "value" in e]
    assert {each.partition(".")[0] for each in ids} == {"kpi_home_ask", "kpi_home_send"}


def test_forms_fit_with_many_teams_and_metrics() -> None:
    lead = RoleGrant(Role.LEAD, frozenset(TEAMS))
    everyone = [(f"U0{number:04}", lead) for number in range(60)]
    views = [
        role_form(TEAMS),
        channel_form(TEAMS),
        role_form(()),
        pins_form(METRICS),
        pins_form(()),
    ]
    pages = [roles_page(everyone, number) for number in (0, 2, 9)] + [roles_page([], 0)]
    assert [problem for each in (*views, *pages) for problem in check_view(each)] == []
    assert [read_blocks(each["blocks"]).splitlines()[0] for each in pages] == [
        "1 to 25 of 60",
        "51 to 60 of 60",
        "51 to 60 of 60",
        "Nobody has been given a role yet.",
    ]


def test_admin_finds_the_settings() -> None:
    home = home_view(Home(dashboard(member=ADMIN), managed=Managed(1, 1)))
    lines = read_blocks(home["blocks"]).splitlines()
    assert lines[:3] == [
        "Settings",
        "1 person has a role. 1 channel may get figures.",
        "[Give or take a role] [Everybody's roles] [Many roles at once] [Totals in a channel]",
    ]
