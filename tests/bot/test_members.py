"""Who somebody is in Slack, looked up anew after five minutes and kept no longer."""

from __future__ import annotations

from slack_sdk import WebClient

from bot.members import Members
from tests.bot.listeners.conftest import Office, facts, office

__all__ = ["facts", "office"]


def test_profile_is_kept_for_five_minutes_and_no_longer(office: Office) -> None:
    workspace = office.workspace
    client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
    members = Members(client, workspace.team.id, office.stores, office.clock)
    for minutes in (0, 4):
        office.clock.move(minutes=minutes)
        members.find(office.agent.id)
    assert list(members._profiles) == [office.agent.id]
    office.clock.move(minutes=2)
    members.find(office.lead.id)
    assert list(members._profiles) == [office.lead.id]
    asked = [call.arguments["user"] for call in workspace.calls if call.method == "users.info"]
    assert asked == [office.agent.id, office.lead.id]
