from __future__ import annotations

import pytest

from bot.playground import Person
from storage.operations import targets
from storage.operations.audit import newest
from storage.operations.engine import reading
from storage.operations.targets import Entry
from tests.bot.listeners.conftest import Office

SET_REOPENS = "target reopens 5% team:billing"
NOT_ALLOWED = (
    "Targets are set by admins, and by leads for their own teams. Ask one of them to set it."
)


def history(office: Office, metric_key: str = "reopen_rate") -> list[Entry]:
    with reading(office.stores.operations) as session:
        entries = targets.entries_in_force(session, office.clock().date(), metric_key)
        return [each for entry in entries for each in targets.history(session, entry.subject)]


def open_form(office: Office, person: Person, button: str = "Set a target") -> str:
    assert office.workspace.click(person, button).is_acknowledged
    office.workspace.wait_for(lambda: office.workspace.has_modal(person))
    return office.workspace.modal(person).read()


def test_lead_sets_a_target_and_the_answer_shows_it_as_missed(office: Office) -> None:
    given = office.ask(office.lead, SET_REOPENS)
    assert given.read().splitlines()[0] == (
        "Target set: reopen rate, team billing, at most 5 % from 1 May."
    )
    answer = office.ask(office.executive, "reopens monthly team:billing")
    assert "That misses the target of at most 5 %." in answer.text
    assert "| target | 5 % ✗ missed |" in answer.read()
    assert "target: " in answer.read()


def test_most_specific_target_is_the_one_a_row_is_held_against(office: Office) -> None:
    office.ask(office.lead, SET_REOPENS)
    office.ask(office.admin, "target reopens 30%")
    answer = office.ask(office.lead, "reopens monthly by team").read()
    assert "| billing |" in answer
    billing = next(line for line in answer.splitlines() if line.startswith("| billing |"))
    assert "| 5 % ✗ missed |" in billing
    whole = office.ask(office.executive, "reopens monthly").read()
    assert "| target | 30 % ✓ met |" in whole


def test_target_that_begins_later_is_no_target_yet(office: Office) -> None:
    office.ask(office.lead, f"{SET_REOPENS} from 2026-07-01")
    assert "target" not in office.ask(office.lead, "reopens monthly team:billing").read()
    shown = office.ask(office.lead, "target reopens team:billing").read()
    assert "No target is in force." in shown
    assert f"Planned: at most 5 % from 1 Jul, set by @{office.lead.id} today 12:00." in shown
    office.clock.move(days=45)
    answer = office.ask(office.lead, "reopens july team:billing").read()
    assert "There is no data for July 2026" in answer
    assert "In force: at most 5 %" in office.ask(office.lead, "target reopens team:billing").read()


def test_history_is_kept_with_who_and_when(office: Office) -> None:
    office.ask(office.lead, SET_REOPENS)
    office.clock.move(days=1)
    replaced = office.ask(office.admin, "target reopens 4% team:Billing")
    assert replaced.read().splitlines()[1] == (
        f"It takes the place of at most 5 % from 1 May, set by @{office.lead.id} yesterday 12:00."
    )
    office.clock.move(days=1)
    office.ask(office.lead, "target remove reopens team:billing")
    shown = office.ask(office.lead, "target reopens team:billing").read()
    assert "No target is in force." in shown
    assert [line for line in shown.splitlines() if line.startswith("- ")] == [
        f"- Today 12:00, @{office.lead.id}: removed from 19 Jun",
        f"- Yesterday 12:00, @{office.admin.id}: at most 4 % from 1 May",
        f"- 17 Jun 12:00, @{office.lead.id}: at most 5 % from 1 May",
    ]
    with reading(office.stores.operations) as session:
        written = [(entry.who, entry.what, entry.about) for entry in newest(session)[:3]]
    assert written == [
        (office.lead.id, "target removed", "reopen_rate team:billing"),
        (office.admin.id, "target set", "reopen_rate team:billing"),
        (office.lead.id, "target set", "reopen_rate team:billing"),
    ]


@pytest.mark.parametrize("text", [SET_REOPENS, "target remove reopens team:billing"])
def test_who_may_not_set_a_target_changes_nothing(office: Office, text: str) -> None:
    for person in (office.executive, office.agent, office.newcomer):
        assert office.ask(person, text).read() == NOT_ALLOWED
    assert office.ask(office.guest, text).read().startswith("CareKPI answers members of its own")
    assert history(office) == []


def test_lead_sets_none_for_other_teams_nor_for_everybody(office: Office) -> None:
    refused = "You set targets for billing only. Add team:billing, or ask an admin."
    for text in ("target reopens 5%", "target reopens 5% team:care"):
        assert office.ask(office.lead, text).read() == refused
    assert history(office) == []


def test_team_that_the_data_does_not_have_is_not_kept(office: Office) -> None:
    told = office.ask(office.admin, "target reopens 5% team:biling").read()
    assert told.startswith('I don\'t know a team "biling". Did you mean "billing"?')
    assert history(office) == []


def test_targets_are_seen_by_who_sees_their_metric(office: Office) -> None:
    office.ask(office.admin, "target reopens 5% team:care")
    office.ask(office.lead, SET_REOPENS)
    billing, care = "Reopen rate, team billing: ", "Reopen rate, team care: "
    for person, sees in [
        (office.executive, {billing, care}),
        (office.admin, {billing, care}),
        (office.agent, {billing}),
        (office.newcomer, set()),
    ]:
        listed = office.ask(person, "targets").read()
        assert {name for name in (billing, care) if name in listed} == sees
    refused = office.ask(office.agent, "target reopens team:care")
    assert refused.read().startswith("You see the totals of your own team")
    assert office.ask(office.newcomer, "target reopens").read().startswith("You have no role")


def test_suggestion_is_set_by_one_click_once(office: Office) -> None:
    shown = office.ask(office.lead, "target resolved team:billing")
    assert "Realistic: the better quarter of the last 12 weeks reached 32." in shown.read()
    done = office.click(office.lead, "Set 32")
    assert done.read().splitlines()[0] == (
        "Target set: tickets resolved, team billing, at least 32 a week from 1 May."
    )
    office.ask(office.lead, "target resolved team:billing")
    office.click(office.lead, "Set 32")
    assert len(history(office, "tickets_resolved")) == 1


def test_suggestion_of_others_is_not_set_by_who_may_not(office: Office) -> None:
    shown = office.ask(office.executive, "target resolved team:billing").read()
    assert "Set 32" not in shown
    assert "Targets are set by admins, and by leads for their own teams." in shown


def test_form_is_filled_in_corrected_and_saved(office: Office) -> None:
    office.ask(office.lead, "targets")
    form = open_form(office, office.lead)
    assert form.startswith("Set a target\nMetric\n")
    office.workspace.submit(
        office.lead,
        {"Metric": "Reopen rate", "Value or band": "soon", "Only for": "tem:billing"},
    )
    assert office.workspace.modal(office.lead).errors == {
        "field-bounds": 'I can\'t read "soon" as a target. Write it like 75% or 75-85%.',
        "field-scope": 'I don\'t know a way to split by "tem". Did you mean team?',
    }
    office.workspace.submit(office.lead, {"Value or band": "5%", "Only for": "team:care"})
    assert office.workspace.modal(office.lead).errors == {
        "field-scope": "You set targets for billing only. Add team:billing, or ask an admin."
    }
    assert history(office) == []
    office.workspace.submit(office.lead, {"Only for": "team:Billing", "From": "2026-06-01"})
    assert office.workspace.modal(office.lead).read() == (
        "Set a target\nTarget set: reopen rate, team billing, at most 5 % from 1 Jun."
    )
    assert [entry.by.who for entry in history(office)] == [office.lead.id]


def test_form_of_a_lead_holds_the_own_team_already(office: Office) -> None:
    office.ask(office.lead, "targets")
    open_form(office, office.lead)
    office.workspace.submit(office.lead, {"Metric": "Ticket backlog", "Value or band": "40"})
    assert office.workspace.modal(office.lead).read() == (
        "Set a target\nTarget set: ticket backlog, team billing, at most 40 from 1 May."
    )


def test_form_says_that_a_metric_without_a_better_takes_a_band(office: Office) -> None:
    office.ask(office.admin, "targets")
    open_form(office, office.admin)
    filled = {"Metric": "Average handle time", "Value or band": "5 min"}
    office.workspace.submit(office.admin, filled)
    assert office.workspace.modal(office.admin).errors == {
        "field-bounds": "Average handle time is better neither higher nor lower,"
        " so one bound is no target. Give a band, such as 2h-4h."
    }
    office.workspace.submit(office.admin, {"Value or band": "4-6 min"})
    assert "average handle time, 4 min to 6 min from" in office.workspace.modal(office.admin).read()


def test_form_does_not_open_for_who_may_set_nothing(office: Office) -> None:
    office.ask(office.executive, "targets")
    assert office.click(office.executive, "Set a target").read() == NOT_ALLOWED
    assert not office.workspace.has_modal(office.executive)


def test_of_two_people_at_once_the_second_hears_of_the_first(office: Office) -> None:
    office.ask(office.lead, "target reopens team:billing")
    open_form(office, office.lead)
    office.ask(office.admin, "target reopens team:billing")
    open_form(office, office.admin)
    office.workspace.submit(office.admin, {"Value or band": "4%"})
    office.workspace.submit(office.lead, {"Value or band": "6%"})
    told = office.workspace.modal(office.lead).read()
    assert (
        f"Meanwhile: at most 4 % from 1 May, set by @{office.admin.id} today 12:00."
        " Save again to put yours in its place."
    ) in told
    assert len(history(office)) == 1
    office.workspace.submit(office.lead, {})
    assert office.workspace.modal(office.lead).read().splitlines()[1:] == [
        "Target set: reopen rate, team billing, at most 6 % from 1 May.",
        f"It takes the place of at most 4 % from 1 May, set by @{office.admin.id} today 12:00.",
    ]
    assert [entry.by.who for entry in history(office)] == [office.admin.id, office.lead.id]


def test_form_sent_twice_is_one_entry(office: Office) -> None:
    office.ask(office.lead, "target reopens team:billing")
    open_form(office, office.lead)
    first = office.workspace.submit(office.lead, {"Value or band": "6%"})
    assert first.problem is None
    office.ask(office.lead, "target reopens 6% team:billing")
    assert len(history(office)) == 1


def test_fault_while_saving_is_told_and_nothing_is_kept(office: Office) -> None:
    office.ask(office.lead, "target reopens team:billing")
    open_form(office, office.lead)
    office.clock.move(minutes=6)
    office.workspace.trouble.fail_next("users.info", "internal_error")
    saved = office.workspace.submit(office.lead, {"Value or band": "6%"})
    assert saved.is_acknowledged
    direct = office.workspace.direct(office.lead)
    (told,) = office.workspace.wait_for(lambda: office.workspace.visible(office.lead, direct))
    assert told.read().startswith("Something went wrong on our side, and it has been written down.")
    assert history(office) == []


def test_right_taken_while_the_form_is_open_keeps_nothing(office: Office) -> None:
    office.ask(office.lead, "target reopens team:billing")
    open_form(office, office.lead)
    office.ask(office.admin, "role remove @leo")
    office.workspace.submit(office.lead, {"Value or band": "6%"})
    assert office.workspace.modal(office.lead).errors == {"field-scope": NOT_ALLOWED}
    assert history(office) == []
