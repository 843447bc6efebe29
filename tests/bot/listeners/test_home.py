"""People open their Home, choose what it shows, and open what stands behind a card."""

from __future__ import annotations

from datetime import date, timedelta

from slack_sdk import WebClient

from bot.home import showing_homes
from jobs.homes import refreshing_homes
from storage.cadences.cadence import Cadence, EveryDay
from storage.metrics.definition import Audience
from storage.metrics.target import Target
from storage.operations import digests, homes, members, targets
from storage.operations.digests import DigestOrder
from storage.operations.engine import reading, writing
from storage.operations.homes import Choice
from storage.operations.targets import Subject
from storage.periods import Grain
from storage.roles import Role, RoleGrant
from tests.bot.listeners.conftest import BY, Office

OWN, TEAM = "Your own figures", "Your team, billing, as a whole"


def headings(text: str) -> list[str]:
    known = {OWN, TEAM, "The whole organisation", "billing", "care", "Settings", "How to ask"}
    return [line for line in text.splitlines() if line in known]


def metrics(text: str) -> list[str]:
    return [line.strip("*") for line in text.splitlines() if line.startswith("*")]


def test_executive_sees_the_month_of_the_whole_organisation(office: Office) -> None:
    home = office.home_of(office.executive)
    assert home.splitlines()[0] == "May 2026"
    assert headings(home) == ["The whole organisation", "How to ask"]
    assert metrics(home) == [
        "Customer satisfaction",
        "Net promoter score",
        "Cost per contact",
        "Churn rate",
    ]


def test_lead_sees_the_week_of_the_own_teams(office: Office) -> None:
    home = office.home_of(office.lead)
    assert home.splitlines()[0] == "Week 24 (8 to 14 Jun)"
    assert headings(home) == ["billing", "How to ask"]
    assert "Whole organisation" not in home


def test_agent_sees_the_own_figures_and_the_totals_of_the_team(office: Office) -> None:
    home = office.home_of(office.agent)
    assert headings(home) == [OWN, TEAM, "How to ask"]
    own, team = home.split(TEAM)
    assert "Tickets resolved*\n7 ●" in own
    assert "Tickets resolved*\n30 ●" in team


def test_first_opening_says_that_figures_are_being_worked_out(office: Office) -> None:
    office.home_of(office.executive)
    published = [call for call in office.workspace.calls if call.method == "views.publish"]
    assert len(published) == 2
    office.home_of(office.executive)
    office.workspace.wait_for(
        lambda: len([c for c in office.workspace.calls if c.method == "views.publish"]) == 3
    )


def test_card_opens_the_full_answer_and_is_asked_on(office: Office) -> None:
    office.home_of(office.agent)
    opened = office.modal_of(office.agent, "Open Tickets resolved, your own")
    assert "Tickets resolved, agent Agent a1, week 24 (8 to 14 Jun)" in opened
    office.workspace.click(office.agent, "Why?")
    why = office.modal_once(office.agent, lambda text: "Why" in text and "Show" not in text)
    assert "agent Agent a1" in why


def test_answer_is_sent_with_its_chart(office: Office) -> None:
    office.home_of(office.lead)
    office.modal_of(office.lead, "Open Ticket backlog")
    office.workspace.click(office.lead, "Send it to me, with its chart")
    direct = office.workspace.direct(office.lead)
    (sent,) = office.workspace.wait_for(lambda: office.workspace.visible(office.lead, direct))
    assert "data_visualization" in {block["type"] for block in sent.blocks}
    told = office.modal_once(office.lead, lambda text: "stands in your" in text)
    assert len(office.workspace.visible(office.lead, direct)) == 1
    assert "It stands in your direct message with CareKPI" in told


def test_period_is_switched_and_kept(office: Office) -> None:
    office.home_of(office.lead)
    assert office.on_home(office.lead, "Month").splitlines()[0] == "May 2026"
    assert office.home_of(office.lead).splitlines()[0] == "May 2026"


def test_executive_looks_at_one_team(office: Office) -> None:
    office.home_of(office.executive)
    assert headings(office.on_home(office.executive, "kpi_home_team", "care"))[0] == "care"
    whole = office.on_home(office.executive, "kpi_home_team", "Whole organisation")
    assert headings(whole)[0] == "The whole organisation"


def test_metrics_are_pinned_and_given_up(office: Office) -> None:
    office.home_of(office.lead)
    before = office.workspace.home(office.lead)
    assert before is not None
    office.modal_of(office.lead, "Choose metrics")
    wanted = ["Ticket volume", "Churn rate"]
    office.workspace.submit(office.lead, {"Metrics on your Home": wanted})
    shown = office.workspace.wait_for(lambda: "Ticket volume" in before.read() and before.read())
    assert metrics(str(shown)) == ["Ticket volume"]
    assert "Not loaded, or not kept by team: Churn rate." in str(shown)
    office.modal_of(office.lead, "Choose metrics")
    office.workspace.submit(office.lead, {"Metrics on your Home": []})
    office.workspace.wait_for(lambda: "Ticket backlog" in before.read())


def test_target_stands_on_the_card(office: Office) -> None:
    with writing(office.stores.operations) as session:
        targets.set_target(
            session, Subject("ticket_backlog"), Target(high=10), date(2026, 6, 1), BY
        )
        homes.choose(session, office.executive.id, Choice(Grain.WEEK, ("ticket_backlog",)))
    assert "target 10 ✗ missed" in office.home_of(office.executive)


def test_own_digests_are_listed_and_those_of_others_not(office: Office) -> None:
    cadence = Cadence(EveryDay(), BY.at.time(), "UTC")
    with writing(office.stores.operations) as session:
        for name, who in (("Mine", office.lead.id), ("Theirs", office.executive.id)):
            order = DigestOrder(name, Audience.TEAM, cadence, Grain.WEEK)
            digests.make(session, order, type(BY)(who, BY.at))
    home = office.home_of(office.lead)
    assert "- Mine  next Thu 18 Jun 10:00 (UTC)" in home.splitlines()
    assert "Theirs" not in home
    assert "What it tells" in office.modal_of(office.lead, "New digest")


def test_choice_that_there_is_no_more_is_forgotten(office: Office) -> None:
    with writing(office.stores.operations) as session:
        homes.choose(session, office.lead.id, Choice(None, ("retired_metric",), "no such team"))
    assert headings(office.home_of(office.lead)) == ["billing", "How to ask"]


def test_newcomer_reads_how_to_get_a_role(office: Office) -> None:
    with writing(office.stores.operations) as session:
        members.grant(session, office.admin.id, RoleGrant(Role.ADMIN), BY)
    assert office.home_of(office.newcomer).splitlines()[:3] == [
        "You have no role in CareKPI yet. Ask an admin to give you one.",
        f"Admins: @{office.admin.id}",
        "How to ask",
    ]


def test_outsider_reads_one_sentence(office: Office) -> None:
    for person in (office.guest, office.stranger):
        said = "CareKPI answers members of its own organisation only."
        assert office.home_of(person) == said


def test_home_is_shown_anew_by_the_clock_once_a_role_changes(office: Office) -> None:
    operations, workspace = office.stores.operations, office.workspace
    client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
    show = showing_homes(client, office.stores, office.clock)
    job = refreshing_homes(operations, office.clock, show)
    assert office.home_of(office.newcomer).startswith("You have no role")
    office.clock.move(minutes=2)
    with writing(operations) as session:
        by = type(BY)("U0ADA", office.clock())
        members.grant(session, office.newcomer.id, RoleGrant(Role.EXECUTIVE), by)
    office.clock.move(minutes=2)
    job.run()
    view = workspace.home(office.newcomer)
    assert view is not None
    assert headings(view.read())[0] == "The whole organisation"


def test_home_that_slack_does_not_take_now_is_tried_again(office: Office) -> None:
    asked: list[str] = []

    def show(user_id: str) -> None:
        asked.append(user_id)
        raise ConnectionResetError

    with writing(office.stores.operations) as session:
        homes.note_opened(session, "U0EVA", office.clock())
    job = refreshing_homes(office.stores.operations, office.clock, show)
    job.run()
    job.run()
    assert asked == ["U0EVA", "U0EVA"]
    with reading(office.stores.operations) as session:
        now = office.clock() + timedelta(minutes=2)
        assert homes.claim_outdated(session, now, 40) == ["U0EVA"]
