"""Alerts in the pretend workspace: made, told, acknowledged, muted and changed by people."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient
from sqlalchemy import select

from bot.channels import Channels
from bot.playground import Message, Person
from jobs.alerts import NO_MORE, AlertDesk, checking_alerts, telling_owner
from jobs.calls import client_for_jobs
from jobs.courier import Courier, Manner
from jobs.posting import Posting
from storage.operations import alerts, channels
from storage.operations.alert_models import AlertRule
from storage.operations.alerts import Alert
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.operations.outbox_models import Delivery
from storage.operations.paces import Pacing
from tests.bot.listeners.conftest import Office

MISSED = "alert reopens below target monthly team:billing"
"""The seed's billing team reopens more than 5 % of its contacts in May."""
NOT_ALLOWED = (
    "Alerts are made by admins and executives, and by leads for their own teams."
    " Ask one of them to make it."
)


def kept(office: Office) -> list[Alert]:
    with reading(office.stores.operations) as session:
        return alerts.standing(session)


def look(office: Office) -> None:
    """What the clock does every minute."""
    stores, workspace = office.stores, office.workspace
    client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
    desk = AlertDesk(
        stores.facts,
        stores.operations,
        stores.settings,
        office.clock,
        Channels(client, stores.operations).destination,
    )
    checking_alerts(desk).run()


def waiting(office: Office) -> list[Delivery]:
    """What was ever put into the outbox."""
    with reading(office.stores.operations) as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.made_at)))


def deliver(office: Office) -> None:
    """Brings what waits in the outbox."""
    workspace, operations = office.workspace, office.stores.operations
    client = client_for_jobs(workspace.bot_token, workspace.api_url)
    manner = Manner(Pacing(60_000), {}, [telling_owner(office.clock, frozenset())])
    Courier(operations, Posting(client), office.clock, manner).deliver_due()


def direct(office: Office, person: Person) -> list[str]:
    """What CareKPI has written to somebody."""
    place = office.workspace.direct(person)
    return [message.read() for message in office.workspace.visible(person, place)]


def crossed(office: Office) -> Message:
    """The alert of a missed target, as it stands in the channel."""
    office.ask(office.admin, "target reopens 5% team:billing")
    office.ask(office.lead, MISSED, office.billing)
    look(office)
    deliver(office)
    return office.workspace.visible(office.executive, office.billing)[-1]


def test_lead_makes_an_alert_where_it_is_typed(office: Office) -> None:
    told = office.ask(office.lead, MISSED, office.billing).read()
    assert told.splitlines()[0] == (
        "Alert made: Reopen rate misses its target, monthly, team billing."
        f" It is posted in #{office.billing.id}. No target is set yet: set one with"
        " /kpi target reopens. Looked at every hour; told at most once a day,"
        " quiet from 20:00 to 07:00 in Europe/Berlin."
        " It needs a target, and a figure that is no small sample."
    )
    (alert,) = kept(office)
    assert (alert.owner, alert.channel_id) == (office.lead.id, office.billing.id)


def test_the_same_alert_made_twice_is_one(office: Office) -> None:
    office.ask(office.lead, MISSED, office.billing)
    again = office.ask(office.executive, MISSED, office.billing).read()
    assert again.startswith("This alert is there already: Reopen rate misses its target")
    assert [each.owner for each in kept(office)] == [office.lead.id]


@pytest.mark.parametrize("text", [MISSED, "alert data stopped", "alert"])
def test_who_may_have_no_alert_makes_and_lists_none(office: Office, text: str) -> None:
    for person in (office.agent, office.newcomer):
        assert office.ask(person, text).read() == NOT_ALLOWED
    assert office.ask(office.guest, text).read().startswith("CareKPI answers members of its own")
    assert kept(office) == []


def test_lead_makes_none_for_others(office: Office) -> None:
    refused = "You make alerts for billing only. Add team:billing, or ask an admin."
    for text in ("alert data stopped", "alert csat outside", "alert csat outside team:care"):
        assert office.ask(office.lead, text).read() == refused
    assert kept(office) == []


def test_channel_that_gets_no_figure_gets_no_alert(office: Office) -> None:
    shared = office.ask(office.executive, "alert data stopped", office.shared).read()
    assert shared.startswith("This channel is shared with another organisation, or about to be")
    outside = office.ask(office.executive, "alert data stopped", office.elsewhere).read()
    assert outside == "I am not in this channel, so I can't post here. Type /invite @CareKPI."
    foreign = office.ask(office.executive, "alert csat outside team:care", office.billing).read()
    assert foreign == "This channel gets the totals of billing only. Ask with team:billing."
    with writing(office.stores.operations) as session:
        channels.name_teams(session, office.care.id, frozenset(), By("test", office.clock()))
    unnamed = office.ask(office.executive, "alert data stopped").read()
    assert unnamed.startswith("No admin has named a team for this channel yet")
    assert kept(office) == []


def test_team_that_the_data_does_not_have_is_not_watched(office: Office) -> None:
    told = office.ask(office.admin, "alert csat outside team:biling").read()
    assert told == 'I don\'t know a team "biling". Did you mean "billing"?'
    assert kept(office) == []


def test_alert_leads_with_what_happened_and_why(office: Office) -> None:
    told = crossed(office)
    first, *rest = told.read().splitlines()
    assert first.startswith("Reopen rate, team billing: ")
    assert "misses its target (at most 5 %), May 2026, n = " in first
    assert rest[-2].startswith(
        "Alert: Reopen rate misses its target, monthly, team billing. At most once a day,"
    )
    assert rest[-1] == (
        "[Acknowledge] [See why] [Mute until tomorrow] [Mute until Monday] [Change the alert]"
    )
    assert "Agent a" not in told.read() + told.text


def test_looking_again_tells_nothing_new(office: Office) -> None:
    crossed(office)
    for _ in range(10):
        office.clock.move(hours=3)
        look(office)
    assert len(waiting(office)) == 1


def test_acknowledging_is_seen_by_all_and_by_one_alone(office: Office) -> None:
    crossed(office)
    told = office.click(office.lead, "Acknowledge", office.billing).read()
    assert f"@{office.lead.id} takes care of it since today 12:00." in told
    assert "[Acknowledge]" not in told
    seen = office.workspace.visible(office.executive, office.billing)[-1].read()
    assert f"@{office.lead.id} takes care of it since today 12:00." in seen


def test_see_why_is_answered_under_the_rights_of_who_asks(office: Office) -> None:
    crossed(office)
    lead = office.click(office.lead, "See why", office.billing)
    assert lead.ephemeral_for == office.lead.id
    assert lead.read().startswith("Why reopen rate moved, team billing, all channels together")
    newcomer = office.click(office.newcomer, "See why", office.billing)
    assert newcomer.read().startswith("You have no role in CareKPI yet.")


def test_muted_alert_says_so_until_it_is_unmuted(office: Office) -> None:
    crossed(office)
    told = office.click(office.lead, "Mute until Monday", office.billing).read()
    assert told.startswith("Muted until 22 Jun 08:00: Reopen rate misses its target")
    listed = office.ask(office.lead, "alert").read()
    assert "Muted until 22 Jun 08:00. Crossed since today 12:00." in listed
    assert office.click(office.lead, "Unmute").read().startswith("Unmuted: Reopen rate misses")
    assert kept(office)[0].told.muted_until is None


def test_who_may_not_change_an_alert_mutes_and_changes_nothing(office: Office) -> None:
    crossed(office)
    muted = office.click(office.newcomer, "Mute until tomorrow", office.billing)
    assert muted.read() == NOT_ALLOWED
    assert office.click(office.agent, "Change the alert", office.billing).read() == NOT_ALLOWED
    assert not office.workspace.has_modal(office.agent)
    assert kept(office)[0].told.muted_until is None


def test_list_shows_how_each_stands_and_pauses_and_deletes(office: Office) -> None:
    empty = office.ask(office.lead, "alert").read()
    assert empty.startswith("There is no alert yet. Make one with the button")
    crossed(office)
    listed = office.ask(office.lead, "alerts").read().splitlines()
    assert listed[1:4] == [
        f"Reopen rate misses its target, monthly, team billing in #{office.billing.id}",
        listed[2],
        "[Change] [Pause] [Delete]",
    ]
    assert listed[2].startswith("Active. Crossed since today 12:00. Reopen rate, team billing: ")
    paused = office.click(office.lead, "Pause").read()
    assert paused.startswith("Paused: Reopen rate misses its target, monthly, team billing.")
    office.ask(office.lead, "alerts")
    office.click(office.lead, "Resume")
    office.ask(office.lead, "alerts")
    deleted = office.answer_to(
        office.lead,
        office.care,
        lambda: office.workspace.click(office.lead, "Delete", confirm=True),
    )
    assert deleted.read().startswith("Deleted: Reopen rate misses its target")
    assert kept(office) == []


def test_admin_without_a_role_for_figures_sees_none_in_the_list(office: Office) -> None:
    crossed(office)
    listed = office.ask(office.admin, "alert").read()
    assert "Active. Crossed since today 12:00." in listed
    assert "misses its target (" not in listed


def test_others_alerts_are_listed_for_who_may_change_them(office: Office) -> None:
    office.ask(office.executive, "alert data stopped")
    office.ask(office.lead, MISSED, office.billing)
    for person, shown in [(office.lead, 1), (office.executive, 2), (office.admin, 2)]:
        assert office.ask(person, "alert").read().count("[Change]") == shown


def open_form(office: Office, person: Person, button: str) -> None:
    assert office.workspace.click(person, button).is_acknowledged
    office.workspace.wait_for(lambda: office.workspace.has_modal(person))


def test_form_is_filled_in_corrected_and_saved(office: Office) -> None:
    office.ask(office.lead, "alert", office.billing)
    open_form(office, office.lead, "New alert")
    office.workspace.submit(
        office.lead,
        {
            "Alert when": "The backlog grows day after day",
            "How many": "many",
            "Only for": "tem:billing",
            "Quiet hours": "nights",
            "Time zone": "Berlin",
        },
    )
    assert office.workspace.modal(office.lead).errors == {
        "field-number": "This is no whole number. Write one, such as 3, or leave it empty.",
        "field-scope": 'I don\'t know a way to split by "tem". Did you mean team?',
        "field-quiet": "I can't read these quiet hours. Write them like 20:00-07:00.",
        "field-zone": 'I don\'t know a time zone "Berlin". Use a name like Europe/Berlin or UTC.',
    }
    mended = {"How many": "4", "Quiet hours": "", "Time zone": "America/New_York"}
    office.workspace.submit(office.lead, {**mended, "Only for": "team:care"})
    assert office.workspace.modal(office.lead).errors == {
        "field-channel": "You make alerts for billing only. Add team:billing, or ask an admin."
    }
    assert kept(office) == []
    office.workspace.submit(
        office.lead, {"Only for": "team:Billing", "Each by itself": ["Channel"]}
    )
    assert (
        office.workspace.modal(office.lead)
        .read()
        .splitlines()[1]
        .startswith(
            "Alert made: Ticket backlog grows day after day, 4 days, team billing, by channel."
            f" It is posted in #{office.billing.id}."
        )
    )
    (alert,) = kept(office)
    assert (alert.told.timezone, alert.told.quiet) == ("America/New_York", "")


def test_form_holds_what_there_is_and_changes_it(office: Office) -> None:
    office.ask(office.lead, MISSED, office.billing)
    open_form(office, office.lead, "Change")
    office.workspace.submit(office.lead, {"Periods": "weekly"})
    assert (
        office.workspace.modal(office.lead)
        .read()
        .splitlines()[1]
        .startswith("Alert saved: Reopen rate misses its target, weekly, team billing.")
    )
    (alert,) = kept(office)
    assert (alert.version, alert.told.quiet) == (2, "20:00-07:00")


def test_of_two_who_change_it_at_once_the_second_hears_of_the_first(office: Office) -> None:
    office.ask(office.lead, MISSED, office.billing)
    open_form(office, office.lead, "Change")
    office.ask(office.executive, "alert")
    open_form(office, office.executive, "Change")
    office.workspace.submit(office.executive, {"Quiet hours": "22-6"})
    office.workspace.submit(office.lead, {"Quiet hours": ""})
    assert list(office.workspace.modal(office.lead).errors) == ["field-channel"]
    assert "was changed meanwhile" in office.workspace.modal(office.lead).errors["field-channel"]
    assert [each.told.quiet for each in kept(office)] == ["22:00-06:00"]


def test_rule_on_a_metric_that_is_no_more_tells_its_owner_and_pauses(office: Office) -> None:
    office.ask(office.lead, MISSED, office.billing)
    with writing(office.stores.operations) as session:
        session.scalars(select(AlertRule)).one().metric_key = "retired"
    for _ in range(3):
        look(office)
        deliver(office)
        office.clock.move(days=2)
    (told,) = direct(office, office.lead)
    assert told.splitlines() == [
        f"Your alert is paused: Reopens target monthly team:billing. {NO_MORE}",
        "[My alerts]",
    ]
    listed = office.ask(office.lead, "alert").read()
    assert "Paused: what it watched is measured no more." in listed


def test_channel_whose_teams_are_taken_away_gets_no_more(office: Office) -> None:
    office.ask(office.lead, MISSED, office.billing)
    with writing(office.stores.operations) as session:
        channels.name_teams(session, office.billing.id, frozenset(), By("test", office.clock()))
    look(office)
    deliver(office)
    (told,) = direct(office, office.lead)
    assert "No admin has named a team for this channel yet" in told


def test_channel_shared_with_others_since_gets_nothing(office: Office) -> None:
    office.ask(office.admin, "target reopens 5% team:billing")
    office.ask(office.lead, MISSED, office.billing)
    office.workspace.state.conversations[office.billing.id].shared_with = ("T0OTHER",)
    look(office)
    deliver(office)
    (told,) = direct(office, office.lead)
    assert "This channel is shared with another organisation" in told
    assert [row.recipient for row in waiting(office)] == [office.lead.id]


def test_archived_channel_is_told_to_the_owner(office: Office) -> None:
    office.ask(office.admin, "target reopens 5% team:billing")
    office.ask(office.lead, MISSED, office.billing)
    office.workspace.state.conversations[office.billing.id].is_archived = True
    look(office)
    deliver(office)
    (told,) = direct(office, office.lead)
    assert "This channel is archived." in told


def test_alert_that_slack_does_not_take_is_told_to_the_owner(office: Office) -> None:
    office.ask(office.admin, "target reopens 5% team:billing")
    office.ask(office.lead, MISSED, office.billing)
    look(office)
    office.workspace.state.conversations[office.billing.id].is_archived = True
    deliver(office)
    deliver(office)
    (told,) = direct(office, office.lead)
    assert told.startswith(
        f"Your alert could not be posted in #{office.billing.id}: Reopen rate misses its target,"
        " monthly, team billing. This conversation is archived."
    )


def test_while_slack_can_not_be_asked_nothing_is_lost(office: Office) -> None:
    office.ask(office.admin, "target reopens 5% team:billing")
    office.ask(office.lead, MISSED, office.billing)
    office.workspace.trouble.fail_next("conversations.info", "fatal_error")
    look(office)
    assert waiting(office) == []
    office.clock.move(minutes=5)
    look(office)
    deliver(office)
    assert "misses its target" in office.workspace.visible(office.lead, office.billing)[-1].text


def test_alert_found_in_quiet_hours_is_told_in_the_morning(office: Office) -> None:
    office.ask(office.admin, "target reopens 5% team:billing")
    office.ask(office.lead, MISSED, office.billing)
    office.clock.move(hours=9)
    look(office)
    assert waiting(office) == []
    office.clock.move(hours=10)
    look(office)
    assert [row.recipient for row in waiting(office)] == [office.billing.id]


def test_target_that_is_met_again_is_told_as_back_within(office: Office) -> None:
    crossed(office)
    office.ask(office.admin, "target reopens 90% team:billing")
    office.clock.move(days=1)
    look(office)
    deliver(office)
    told = office.workspace.visible(office.lead, office.billing)[-1].read().splitlines()
    assert told[0].startswith("Back within: Reopen rate, team billing: ")
    assert "meets its target again (at most 90 %), May 2026" in told[0]
    assert told[-1] == "[Change the alert]"
    listed = office.ask(office.lead, "alert").read()
    assert "Last crossed yesterday 12:00, back within today 12:00." in listed


def test_source_that_is_silent_is_told_of_and_when_it_arrives_again(office: Office) -> None:
    office.ask(office.executive, "alert data stopped source:desk")
    look(office)
    assert waiting(office) == []
    office.clock.move(hours=22)
    look(office)
    deliver(office)
    told = office.workspace.visible(office.lead, office.care)[-1].read().splitlines()
    assert told[0] == (
        "Data stopped arriving from desk: no contacts since yesterday 11:00, 23 h ago."
    )
    assert told[1] == ("It was never awaited for longer than 13 h 53 min in the 8 weeks before.")


def test_team_of_one_agent_is_withheld_from_the_channel(office: Office) -> None:
    office.ask(office.admin, "target reopens 5%")
    office.ask(office.executive, "alert reopens below target monthly by team")
    look(office)
    deliver(office)
    (told,) = [message.read() for message in office.workspace.visible(office.lead, office.care)]
    assert told.startswith("Reopen rate, team billing: ")
    assert "care" not in told


def test_channels_that_miss_together_are_one_message_with_a_why_each(office: Office) -> None:
    """Chat, with fewer than 30 contacts, is a small sample."""
    office.ask(office.admin, "target art 1h")
    office.ask(office.executive, "alert art below target monthly")
    look(office)
    deliver(office)
    (told,) = [message.read() for message in office.workspace.visible(office.lead, office.care)]
    lines = told.splitlines()
    assert [line.partition(":")[0] for line in lines if "misses its target" in line] == [
        "Average resolution time, phone",
        "Average resolution time, e-mail",
        "Alert",
    ]
    assert lines[-1].startswith("[Acknowledge] [See why: phone] [See why: e-mail] [Mute until")
