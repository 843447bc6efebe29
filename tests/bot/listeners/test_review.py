"""``/kpi review``: shown to who asks, then posted with each point in its thread."""

from __future__ import annotations

from datetime import date

import pytest

from bot.playground import Conversation, Message, Person
from storage.metrics.catalog import VOLUME
from storage.metrics.definition import Segment
from storage.metrics.target import Target
from storage.operations import channels, members, targets
from storage.operations.engine import writing
from storage.operations.targets import Subject
from storage.periods import Grain
from storage.roles import Role, RoleGrant
from tests.bot.listeners.conftest import BY, Office
from tests.bot.listeners.test_kpi import NO_FIGURE

POST = "Post in this channel"
QUESTIONS = "Three questions to discuss"
REASONS = "What people contacted us about"


def posted(office: Office, channel: Conversation, number: int) -> list[Message]:
    """What everybody sees there, once it is so many messages."""

    def seen() -> list[Message]:
        messages = office.workspace.visible(office.newcomer, channel)
        return [message for message in messages if message.ephemeral_for is None]

    office.workspace.wait_for(lambda: len(seen()) >= number, seconds=20)
    return seen()


def seen_by(office: Office, person: Person, place: Conversation, number: int) -> list[Message]:
    """What one person sees there, once it is so many messages."""

    def seen() -> list[Message]:
        messages = office.workspace.visible(person, place)
        return messages if len(messages) >= number else []

    return office.workspace.wait_for(seen, seconds=20)


def titles(messages: list[Message]) -> list[str]:
    return [message.read().splitlines()[0] for message in messages]


def set_target(office: Office) -> None:
    """One that the volume of May misses."""
    with writing(office.stores.operations) as session:
        subject = Subject(VOLUME.key, ((Segment.TEAM, "billing"),), Grain.MONTH)
        targets.set_target(session, subject, Target(high=50.0), date(2026, 1, 1), BY)


def test_lead_posts_a_review_of_the_own_team_point_by_point(office: Office) -> None:
    set_target(office)
    preview = office.ask(office.lead, "review team monthly", office.billing)
    assert preview.ephemeral_for == office.lead.id
    shown = preview.read()
    assert shown.startswith(
        "Review, team billing, May 2026\n"
        "Ticket volume stood at 105 (158 before)."
        " That misses the target of at most 50.\n"
    )
    assert (
        "7 people in the channel #billing will see it. Anyone in the organisation can look it up"
        " there. It is posted as one message with 3 replies in its thread, under your name,"
        " with totals only."
    ) in shown
    assert posted(office, office.billing, 0) == []
    office.workspace.click(office.lead, POST)
    opening, *points = posted(office, office.billing, 4)
    assert opening.read().splitlines()[:2] == [
        f"@{office.lead.id} posted this review.",
        "Review, team billing, May 2026",
    ]
    assert titles(points) == ["Ticket volume, target missed", REASONS, QUESTIONS]
    assert {point.thread_ts for point in points} == {opening.ts}
    assert "Ticket volume missed its target of at most 50" in points[-1].read()
    assert "Agent a" not in "".join(message.read() for message in (opening, *points))


def test_second_click_posts_nothing_again(office: Office) -> None:
    office.ask(office.lead, "review team", office.billing)
    office.workspace.trouble.fail_next("response_url", status=500, times=20)
    office.workspace.click(office.lead, POST)
    office.workspace.click(office.lead, POST)
    direct = office.workspace.direct(office.lead)
    told = seen_by(office, office.lead, direct, 2)
    assert sorted(message.read() for message in told) == [
        "Review, team billing, May 2026: posted, with 2 replies in its thread.",
        "This is being posted already, or has been.",
    ]
    assert titles(posted(office, office.billing, 3))[1:] == [REASONS, QUESTIONS]


def test_what_slack_did_not_take_is_posted_in_a_second_go(office: Office) -> None:
    office.ask(office.lead, "review team", office.billing)
    office.workspace.trouble.fail_after(1, "chat.postMessage", "fatal")
    office.workspace.click(office.lead, POST)
    assert broken_off(office).read().splitlines()[0] == (
        "Review, team billing, May 2026 is not posted in full: Slack did not take it (fatal)."
        f" 1 of 3 messages is there. The next is “{REASONS}”."
    )
    office.workspace.click(office.lead, "Post the rest")
    opening, *points = posted(office, office.billing, 3)
    assert titles(points) == [REASONS, QUESTIONS]
    assert {point.thread_ts for point in points} == {opening.ts}


def broken_off(office: Office) -> Message:
    """What the lead is told once Slack broke off."""

    def told() -> list[Message]:
        seen = office.workspace.visible(office.lead, office.billing)
        return [message for message in seen if "not posted in full" in message.read()]

    return office.workspace.wait_for(told, seconds=20)[0]


def test_what_may_be_there_is_left_to_who_looks(office: Office) -> None:
    office.ask(office.lead, "review team", office.billing)
    office.workspace.trouble.fail_after(1, "chat.postMessage", cut=True)
    office.workspace.click(office.lead, POST)
    told = broken_off(office).read()
    assert f"Whether “{REASONS}” is there too is not known" in told
    office.workspace.click(office.lead, "It is there: post the rest")
    assert titles(posted(office, office.billing, 3))[1:] == [REASONS, QUESTIONS]


def test_direct_message_gets_it_at_once_as_a_thread(office: Office) -> None:
    direct = office.workspace.direct(office.executive)
    office.workspace.message_app(office.executive, "review team:billing last month")
    _asked, opening, *points, done = seen_by(office, office.executive, direct, 5)
    assert opening.read().startswith("Review, team billing, May 2026")
    assert titles(points) == [REASONS, QUESTIONS]
    assert {point.thread_ts for point in points} == {opening.ts}
    assert done.read() == "Review, team billing, May 2026: posted, with 2 replies in its thread."


def test_thread_in_a_direct_message_is_written_to_that_conversation(office: Office) -> None:
    direct = office.workspace.direct(office.executive)
    office.workspace.message_app(office.executive, "review team:billing last month")
    seen_by(office, office.executive, direct, 5)
    calls = [call for call in office.workspace.calls if call.method == "chat.postMessage"]
    assert {call.arguments["channel"] for call in calls} == {direct.id}


def test_review_that_has_no_direct_message_to_go_to_is_told_and_offered_again(
    office: Office,
) -> None:
    direct = office.workspace.direct(office.executive)
    office.workspace.trouble.fail_next("conversations.open", "missing_scope")
    office.workspace.message_app(office.executive, "review team:billing last month")
    _asked, told = seen_by(office, office.executive, direct, 2)
    assert told.read().splitlines()[0] == (
        "Review, team billing, May 2026 is not posted in full: Slack did not take it"
        " (missing_scope). Nothing is there yet. The next is “Review, team billing, May 2026”."
    )
    office.workspace.click(office.executive, "Post it")
    assert titles(seen_by(office, office.executive, direct, 6))[2:5] == [
        "Review, team billing, May 2026",
        REASONS,
        QUESTIONS,
    ]


def test_channel_that_gets_nothing_says_why_beside_what_the_person_sees(office: Office) -> None:
    with writing(office.stores.operations) as session:
        channels.name_teams(session, office.care.id, frozenset(), BY)
    text = office.ask(office.executive, "review monthly").read()
    assert text.startswith("Review, May 2026\n")
    assert text.splitlines()[-1].startswith(
        "Only you see this; it can't be posted here. No admin has named a team for this channel yet"
    )
    assert POST not in text


def test_channel_of_one_team_gets_that_teams_review(office: Office) -> None:
    text = office.ask(office.executive, "review monthly", office.billing).read()
    assert text.splitlines()[:2] == [
        "Review, team billing, May 2026",
        "This channel gets the totals of billing only.",
    ]


def test_agent_gets_a_review_of_the_own_team_alone(office: Office) -> None:
    text = office.ask(office.agent, "review monthly").read()
    assert text.splitlines()[0] == "Review, team billing, May 2026"
    refused = office.ask(office.agent, "review team:care monthly").read()
    assert refused == (
        "You see the totals of your own team and your own figures."
        " Ask with team:billing or agent:me."
    )


@pytest.mark.parametrize("text", ["review", "review team"])
def test_who_has_no_role_gets_none(office: Office, text: str) -> None:
    assert office.ask(office.newcomer, text).read() == NO_FIGURE


def test_several_teams_are_offered(office: Office) -> None:
    with writing(office.stores.operations) as session:
        both = RoleGrant(Role.LEAD, frozenset({"billing", "care"}))
        members.grant(session, office.newcomer.id, both, BY)
    offered = office.ask(office.newcomer, "review team weekly").read()
    assert offered.startswith("Say which team.")
    assert "[Review, team billing, last week] [Review, team care, last week]" in offered
