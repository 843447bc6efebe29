"""Each audience's digest, read as its reader does."""

from __future__ import annotations

import json
from dataclasses import replace
from textwrap import dedent

import pytest
from sqlalchemy import Engine, select

from bot.blocks.digests import digest_message, digest_text
from bot.request import parse
from storage.digests.agent_days import AgentDay
from storage.digests.told import OwnDay, Recipient, Told
from storage.facts.tables import agents
from storage.metrics.answer import Filter
from storage.metrics.definition import Audience, Segment
from storage.operations.digests import DigestOrder
from storage.periods import local_day
from tests.storage.digests.orders import (
    AMY,
    BERLIN,
    EXECUTIVE,
    LEAD,
    MONDAY,
    THIRD_WORKING_DAY,
    WEDNESDAY_EVENING,
    alone,
    channel,
    composed,
    order,
)

BOARD = order(Audience.EXECUTIVE, "Care for the board")
BILLING = order(Audience.TEAM, "Billing team")
DAY = order(Audience.AGENTS, "Your day")
VOLUME = order(Audience.OWN, "Contacts", metrics=("ticket_volume",))


@pytest.fixture
def board(seeded_facts: Engine) -> Told:
    return told(seeded_facts, BOARD, channel("*"))


@pytest.fixture
def billing(seeded_facts: Engine) -> Told:
    return told(seeded_facts, BILLING, channel("billing"))


@pytest.fixture
def own_day(seeded_facts: Engine) -> Told:
    return told(seeded_facts, DAY, alone(AMY))


def told(
    facts: Engine, wanted: DigestOrder, recipient: Recipient, *, late_by_hours: int = 0
) -> Told:
    due_at = {Audience.EXECUTIVE: THIRD_WORKING_DAY, Audience.AGENTS: WEDNESDAY_EVENING}
    when = due_at.get(wanted.audience, MONDAY)
    (found,) = composed(facts, wanted, [recipient], when, late_by_hours=late_by_hours).told.values()
    return found


def kinds(told: Told) -> list[str]:
    return [block["type"] for block in digest_message(told).blocks]


def offered(told: Told) -> dict[str, str]:
    buttons = digest_message(told).blocks[-1]["elements"]
    return {each["text"]["text"]: each["value"] for each in buttons}


def text(lines: str) -> str:
    return dedent(lines).strip()


def test_board_reads_the_month_with_the_years_trend(board: Told) -> None:
    assert digest_text(board) == text("""
        Care for the board, May 2026

        Nothing left its usual range, and no target was missed or newly met.

        - Customer satisfaction: 45 % (30 % before), steady
        - Net promoter score: −49 (−53 before), steady
        - Cost per contact: 121.22 EUR (104.30 EUR before)
        - Churn rate: 0.6 % (4.6 % before; usual 0 to 8 %), steady

        Since March 2026: customer satisfaction from 49 % to 45 %, net promoter score
        from −33 to −49 and cost per contact from 104.82 EUR to 121.22 EUR.
        Since June 2025: churn rate from 3 % to 0.6 %.

        Usual: what the 12 months before suggest. No target is set for any of it.
        Surveys after a contact and about the relationship are mixed in CSAT and NPS.
        Data until 17 Jun 11:00 (surveys), 17 Jun 10:00 (calls), 17 Jun 11:00 (costs),
        17 Jun 11:00 (desk) and 1 more source. Times in Europe/Berlin.

        Buttons: CSAT, NPS, CPC.
    """)  # noqa: RUF001 - a minus, as it is shown


def test_team_reads_its_week_beside_its_own_baseline(billing: Told) -> None:
    assert digest_text(billing) == text("""
        Billing team, week 24 (8 to 14 Jun)

        Ticket backlog rose to 53 from 51, above its usual range (27 to 46). 32 of them
        are over 7 days old.

        - First response time: e-mail 2 h (n = 10); phone 3 h 26 min (n = 10); chat 2 h
          29 min (n = 8); too few contacts to say
        - First contact resolution: phone 59 % (n = 17); e-mail 50 % (n = 8); chat
          withheld, fewer than 3 agents; too few contacts to say
        - Quality score: withheld, fewer than 3 agents

        29 contacts, most of them about delivery (41 %), invoice (31 %) and login (28
        %).

        Usual: what the 12 weeks before suggest. Data until 17 Jun 10:00 (calls), 17 Jun
        11:00 (desk), 17 Jun 11:00 (qa). Times in Europe/Berlin.

        Buttons: See why, Backlog by issue type, FRT, FCR, All reasons.
    """)


def test_agent_reads_the_own_day(own_day: Told) -> None:
    assert digest_text(own_day) == text("""
        Your day, today (Wed 10 Jun)

        Resolved today: 3. Waiting on you: 15, the oldest since Mon 2 Mar.
        In schedule 77 % of the day. One customer rated you: satisfied.

        - open_at_both_ends: since Mon 2 Mar
        - C818: since Mon 2 Mar
        - C322: since Fri 6 Mar

        Only you get this. Times in Europe/Berlin. In schedule: time worked inside it /
        time scheduled.

        Buttons: Show what waits, Resolved.
    """)


def test_first_screen_is_what_changed_and_the_rest_comes_below(board: Told, billing: Told) -> None:
    trend = ["data_visualization"] * 2
    assert kinds(board) == [
        "header",
        "section",
        "rich_text",
        *trend,
        "section",
        "context",
        "actions",
    ]
    assert kinds(billing) == ["header", "section", "rich_text", "section", "context", "actions"]


def test_buttons_ask_for_the_very_figures(board: Told, billing: Told) -> None:
    assert offered(board) == {"CSAT": "csat 2026-05", "NPS": "nps 2026-05", "CPC": "cpc 2026-05"}
    assert offered(billing) == {
        "See why": "why backlog 2026-W24 team:billing",
        "Backlog by issue type": "backlog 2026-W24 team:billing by issue_type",
        "FRT": "frt 2026-W24 team:billing",
        "FCR": "fcr 2026-W24 team:billing",
        "All reasons": "reasons 2026-W24 team:billing",
    }


def test_every_button_can_be_read_back(board: Told, billing: Told) -> None:
    today = local_day(MONDAY, BERLIN)
    for words in (*offered(board).values(), *offered(billing).values()):
        assert parse(words, today)


def test_late_digest_says_when_it_was_due(seeded_facts: Engine) -> None:
    late = told(seeded_facts, VOLUME, alone(EXECUTIVE), late_by_hours=3)
    assert digest_text(late).splitlines()[2] == (
        "This comes late: it was due today 09:00 (Europe/Berlin)."
    )
    assert kinds(late)[1] == "context"


def test_zone_of_the_reader_stands_beside_that_of_the_figures(seeded_facts: Engine) -> None:
    wanted = order(Audience.OWN, "Contacts", metrics=("ticket_volume",), timezone="Asia/Tokyo")
    found = told(seeded_facts, wanted, alone(EXECUTIVE))
    assert (
        "Due at 16:00 in Asia/Tokyo; its days and weeks are those of Europe/Berlin."
        in digest_message(found).text
    )


def test_segment_stands_in_the_title_unless_the_name_says_it(seeded_facts: Engine) -> None:
    phone = (Filter(Segment.CHANNEL, ("phone",)), Filter(Segment.TEAM, ("billing",)))
    wanted = replace(VOLUME, name="Billing contacts", filters=phone)
    found = told(seeded_facts, wanted, alone(LEAD))
    assert digest_text(found).splitlines()[0] == "Billing contacts, phone, week 24 (8 to 14 Jun)"


def test_what_may_not_be_told_there_is_named(seeded_facts: Engine) -> None:
    found = told(seeded_facts, BOARD, channel("billing"))
    assert "Not told here, or not kept for this: churn rate." in digest_message(found).text


def test_name_that_would_call_people_calls_nobody(seeded_facts: Engine) -> None:
    hostile = replace(VOLUME, name="<!channel> *now*")
    message = digest_message(told(seeded_facts, hostile, alone(EXECUTIVE)))
    assert message.blocks[0]["text"] == {
        "type": "plain_text",
        "text": "<!channel> *now*, week 24 (8 to 14 Jun)",
        "emoji": False,
    }
    assert message.text.startswith("&lt;!channel&gt; *now*, week 24")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (AgentDay(), "Resolved today: 0. Nothing waits on you."),
        (
            AgentDay(resolved=23, scheduled_seconds=27000, adherent_seconds=25380),
            "Resolved today: 23. Nothing waits on you.\nIn schedule 94 % of the day.",
        ),
        (
            AgentDay(answers=2, satisfied=2),
            "Resolved today: 0. Nothing waits on you.\nTwo customers rated you: both satisfied.",
        ),
        (
            AgentDay(answers=5, satisfied=3),
            "Resolved today: 0. Nothing waits on you.\n5 customers rated you: 3 satisfied, 2 not.",
        ),
        (
            AgentDay(answers=1),
            "Resolved today: 0. Nothing waits on you.\nOne customer rated you: not satisfied.",
        ),
    ],
)
def test_day_is_told_in_sentences(own_day: Told, day: AgentDay, said: str) -> None:
    message = digest_message(replace(own_day, parts=(OwnDay(day),)))
    assert message.blocks[1]["text"]["text"] == said


def test_no_agent_and_no_other_team_is_named_in_a_channel(
    seeded_facts: Engine, board: Told, billing: Told
) -> None:
    with seeded_facts.connect() as connection:
        names = set(connection.scalars(select(agents.c.name)))
    assert len(names) == 5
    for told_there in (board, billing):
        posted = json.dumps(digest_message(told_there).arguments())
        named = {f"team {team}" for team in ("care", "sales")} | names
        assert {each for each in named if each in posted} == set()
