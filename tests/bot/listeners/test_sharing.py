from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.playground import Message
from bot.replying import open_view
from storage.operations import channels
from storage.operations.engine import writing
from tests.bot.listeners.conftest import BY, Office

SHARE = "Share in channel"


def open_confirmation(office: Office) -> str:
    assert office.workspace.click(office.executive, SHARE).is_acknowledged
    office.workspace.wait_for(lambda: office.workspace.has_modal(office.executive))
    return office.workspace.modal(office.executive).read()


def posted(office: Office, channel: object) -> list[Message]:
    """What everybody sees there."""
    return [
        message
        for message in office.workspace.visible(office.newcomer, channel)  # type: ignore[arg-type]
        if message.ephemeral_for is None
    ]


def test_sharing_says_who_will_see_it_and_posts_once_confirmed(office: Office) -> None:
    office.ask(office.executive, "volume weekly")
    text = open_confirmation(office)
    assert "7 people in the channel #care will see it." in text
    assert posted(office, office.care) == []
    office.workspace.submit(office.executive)
    (shared,) = office.workspace.wait_for(lambda: posted(office, office.care))
    assert shared.read().splitlines()[:2] == [
        f"@{office.executive.id} shared this.",
        "Ticket volume, week 24 (8 to 14 Jun)",
    ]


@pytest.mark.parametrize("failure", [{"cut": True}, {"status": 503}, {"error": "fatal_error"}])
def test_share_that_slack_does_not_confirm_is_posted_once(
    office: Office, failure: dict[str, Any]
) -> None:
    office.ask(office.executive, "volume weekly")
    open_confirmation(office)
    office.workspace.trouble.fail_next("chat.postMessage", after=True, **failure)
    office.workspace.submit(office.executive)
    direct = office.workspace.direct(office.executive)
    (told,) = office.workspace.wait_for(lambda: office.workspace.visible(office.executive, direct))
    assert told.read() == (
        "Slack broke off without saying whether the message was posted."
        " Look whether it is there before you try again."
    )
    assert len(posted(office, office.care)) == 1


def test_word_that_a_share_is_unsure_survives_a_cut_connection(office: Office) -> None:
    office.ask(office.executive, "volume weekly")
    open_confirmation(office)
    office.workspace.trouble.fail_next("chat.postMessage", cut=True, times=2)
    office.workspace.submit(office.executive)
    direct = office.workspace.direct(office.executive)
    (told,) = office.workspace.wait_for(lambda: office.workspace.visible(office.executive, direct))
    assert told.read().startswith("Slack broke off without saying")


def test_dialog_that_is_open_already_is_no_error(office: Office) -> None:
    office.ask(office.executive, "volume weekly")
    clicked = office.workspace.click(office.executive, SHARE)
    office.workspace.wait_for(lambda: office.workspace.has_modal(office.executive))
    client = WebClient(token=office.workspace.bot_token, base_url=office.workspace.api_url)
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Share"}, "blocks": []}
    open_view(client, clicked.payload["trigger_id"], view)
    assert "will see it." in office.workspace.modal(office.executive).read()


def test_dialog_that_comes_too_late_says_to_click_again(office: Office) -> None:
    office.ask(office.executive, "volume weekly")
    office.workspace.trouble.fail_next("views.open", "expired_trigger_id")
    assert office.click(office.executive, SHARE).read() == (
        "That took too long, so Slack no longer opens the dialog. Click again."
    )


def test_cancelling_posts_nothing(office: Office) -> None:
    office.ask(office.executive, "volume weekly")
    open_confirmation(office)
    office.workspace.close(office.executive)
    office.ask(office.executive, "help")
    assert posted(office, office.care) == []


def test_channel_of_one_team_gets_that_teams_total_alone(office: Office) -> None:
    office.ask(office.executive, "volume weekly", office.billing)
    text = open_confirmation(office)
    assert "This channel gets the totals of billing only." in text
    office.workspace.submit(office.executive)
    (shared,) = office.workspace.wait_for(lambda: posted(office, office.billing))
    assert "Ticket volume, team billing, week 24" in shared.read()


def test_channel_of_another_organisation_gets_nothing(office: Office) -> None:
    office.ask(office.executive, "volume weekly", office.shared)
    refused = office.click(office.executive, SHARE, office.shared)
    assert refused.read().startswith("This channel is shared with another organisation")
    assert refused.ephemeral_for == office.executive.id
    assert posted(office, office.shared) == []


def test_channel_without_the_bot_says_how_to_invite_it(office: Office) -> None:
    office.ask(office.executive, "volume weekly", office.elsewhere)
    refused = office.click(office.executive, SHARE, office.elsewhere)
    assert refused.read() == (
        "I am not in this channel, so I can't post here. Type /invite @CareKPI."
    )


def test_direct_message_is_no_channel(office: Office) -> None:
    direct = office.workspace.direct(office.executive)
    office.ask(office.executive, "volume weekly", direct)
    refused = office.click(office.executive, SHARE, direct)
    assert refused.read().startswith("This is a direct message, not a channel.")


def test_channel_named_for_nobody_gets_nothing(office: Office) -> None:
    with writing(office.stores.operations) as session:
        channels.name_teams(session, office.care.id, frozenset(), BY)
    office.ask(office.executive, "volume weekly")
    refused = office.click(office.executive, SHARE)
    assert refused.read().startswith("No admin has named a team for this channel yet")


def test_lead_shares_no_agent_by_name(office: Office) -> None:
    office.ask(office.lead, "volume monthly by agent", office.billing)
    refused = office.click(office.lead, SHARE, office.billing)
    assert refused.read().startswith("A channel gets totals only, no figure of an agent.")
    assert posted(office, office.billing) == []


def test_right_taken_between_click_and_confirmation_posts_nothing(office: Office) -> None:
    office.ask(office.executive, "volume weekly")
    open_confirmation(office)
    with writing(office.stores.operations) as session:
        channels.name_teams(session, office.care.id, frozenset(), BY)
    office.workspace.submit(office.executive)
    direct = office.workspace.direct(office.executive)
    (told,) = office.workspace.wait_for(lambda: office.workspace.visible(office.executive, direct))
    assert told.read().startswith("No admin has named a team for this channel yet")
    assert posted(office, office.care) == []


def test_shared_answer_explains_itself_to_who_clicks(office: Office) -> None:
    office.ask(office.executive, "volume weekly")
    open_confirmation(office)
    office.workspace.submit(office.executive)
    office.workspace.wait_for(lambda: posted(office, office.care))
    explained = office.click(office.lead, "How is this computed?")
    assert explained.ephemeral_for == office.lead.id
    assert explained.read().startswith("Ticket volume (Volume)")


FOUND = {
    "why volume monthly": "Why ticket volume moved, all channels together, May 2026",
    "reasons monthly": "Reasons for contact, May 2026",
    "selfservice": "Self-service, 23 Mar to 14 Jun",
    "staffing phone": "Staffing, phone, 20 Apr to 14 Jun",
}


@pytest.mark.parametrize(("text", "heading"), FOUND.items())
def test_what_was_found_is_shared_once_confirmed(office: Office, text: str, heading: str) -> None:
    """As it was found, though the clock has gone on."""
    office.ask(office.executive, text)
    office.clock.move(days=40)
    shown = open_confirmation(office)
    assert f"{heading}." in shown
    assert "7 people in the channel #care will see it." in shown
    assert posted(office, office.care) == []
    office.workspace.submit(office.executive)
    (shared,) = office.workspace.wait_for(lambda: posted(office, office.care))
    assert shared.read().splitlines()[:2] == [f"@{office.executive.id} shared this.", heading]


@pytest.mark.parametrize("text", FOUND)
def test_channel_gets_of_what_was_found_what_decide_says(office: Office, text: str) -> None:
    office.ask(office.executive, text, office.billing)
    assert "This channel gets the totals of billing only." in open_confirmation(office)
    office.workspace.submit(office.executive)
    (shared,) = office.workspace.wait_for(lambda: posted(office, office.billing))
    assert "team billing" in shared.read().splitlines()[1]
    office.ask(office.executive, text, office.shared)
    refused = office.click(office.executive, SHARE, office.shared)
    assert refused.read().startswith("This channel is shared with another organisation")


def test_lead_shares_no_agent_by_name_in_a_why(office: Office) -> None:
    office.ask(office.lead, "why volume monthly by agent team:billing", office.billing)
    refused = office.click(office.lead, SHARE, office.billing)
    assert refused.read().startswith("A channel gets totals only, no figure of an agent.")
    office.ask(office.lead, "why volume monthly team:billing", office.billing)
    office.workspace.click(office.lead, SHARE)
    office.workspace.wait_for(lambda: office.workspace.has_modal(office.lead))
    office.workspace.submit(office.lead)
    (shared,) = office.workspace.wait_for(lambda: posted(office, office.billing))
    assert "Agent a" not in shared.read()
