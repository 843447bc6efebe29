"""What the buttons under a posted digest show: each person what that person may see."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from bot.blocks.digests import digest_message
from bot.playground import Conversation
from storage.digests.told import Recipient
from storage.metrics.definition import Audience
from storage.operations.digests import DigestOrder
from tests.bot.listeners.conftest import Office
from tests.storage.digests.orders import (
    AMY,
    MONDAY,
    WEDNESDAY_EVENING,
    alone,
    channel,
    composed,
    order,
)

TEAM, DAY = order(Audience.TEAM, "Billing team"), order(Audience.AGENTS, "Your day")


def post(office: Office, place: Conversation, wanted: DigestOrder, recipient: Recipient) -> None:
    due_at = WEDNESDAY_EVENING if wanted.audience is Audience.AGENTS else MONDAY
    (told,) = composed(office.stores.facts, wanted, [recipient], due_at).told.values()
    client = WebClient(token=office.workspace.bot_token, base_url=office.workspace.api_url)
    client.chat_postMessage(channel=place.id, **digest_message(told).arguments())


@pytest.mark.parametrize(
    ("label", "title"),
    [
        (
            "See why",
            (
                "Why ticket backlog moved, team billing, all channels together, end of week 24"
                " (8 to 14 Jun)"
            ),
        ),
        (
            "Backlog by issue type",
            "Ticket backlog, team billing, end of week 24 (8 to 14 Jun)",
        ),
        ("All reasons", "Reasons for contact, team billing, week 24 (8 to 14 Jun)"),
    ],
)
def test_button_answers_who_clicks(office: Office, label: str, title: str) -> None:
    post(office, office.billing, TEAM, channel("billing"))
    answer = office.click(office.lead, label, office.billing)
    assert answer.read().splitlines()[0] == title


def test_button_shows_nothing_to_who_may_see_nothing(office: Office) -> None:
    post(office, office.billing, TEAM, channel("billing"))
    answer = office.click(office.newcomer, "See why", office.billing)
    assert answer.read() == "You have no role in CareKPI yet. Ask an admin to give you one."


def test_agent_is_shown_the_own_contacts_that_wait(office: Office) -> None:
    direct = office.workspace.direct(office.workspace.bot, office.agent)
    post(office, direct, DAY, alone(AMY))
    answer = office.click(office.agent, "Show what waits", direct)
    assert answer.read().splitlines()[0].startswith("Behind it: Tickets pending, agent")
