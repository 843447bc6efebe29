"""A low answer, as its owner and the team's lead live it."""

from __future__ import annotations

from datetime import date, datetime

from slack_sdk import WebClient
from sqlalchemy import select

from bot.blocks.actions import FOLLOW_UP_CLOSE, buttons
from bot.blocks.message import message
from storage.access import InChannel, OnlyThem
from storage.facts.tables import follow_ups, surveys
from storage.roles import Member, Role, RoleGrant
from tests.bot.listeners.follow_ups.loop import COMMENT, Loop

OPENING = "Ruth <!channel> Ltd answered 3 of 10 for recommending us (today 12:00)."
HISTORY = """\
Their contacts
- Mon 8 Jun, phone: invoice, resolved in 2 h
- Mon 1 Jun, phone: invoice, resolved in 2 h
- Tue 26 May, phone: login, resolved in 2 h
- Mon 25 May, phone: invoice, resolved in 2 h (asked about this one)"""
SEEN = "Seen by the account's owner and the leads of billing only."
LEAD_OF_BILLING, LEAD_OF_CARE = (
    frozenset({RoleGrant(Role.LEAD, frozenset({team}))}) for team in ("billing", "care")
)
ENDINGS = (
    "[Close: called back] [Close: solved] [Close: could not reach them] [Close: nothing to do]"
)


def note(*ending: str, comment: str = "") -> str:
    said = [comment] if comment else []
    return "\n".join([OPENING, *said, HISTORY, *ending])


def copied(loop: Loop) -> list[tuple[object, ...]]:
    row = follow_ups.c
    chosen = select(row.kind, row.team, row.issue_type, row.outcome, row.score, row.score_after)
    with loop.office.stores.facts.connect() as connection:
        found = connection.execute(chosen.where(row.source == "carekpi").order_by(row.opened_at))
        return [tuple(each) for each in found]


def test_owner_is_told_in_private_with_the_contact_and_its_history(loop: Loop) -> None:
    loop.answered(3, comment=COMMENT)
    loop.work()
    standing = ("Nobody has taken it yet.", SEEN, "[I'll take it]")
    assert loop.read(loop.amy) == [note(*standing, comment=COMMENT)]
    others = (loop.office.lead, loop.office.executive, loop.office.admin, loop.ray)
    assert [loop.read(each) for each in others] == [[], [], [], []]
    assert copied(loop) == [("nps", "billing", "invoice", None, 3.0, None)]


def test_it_is_taken_until_a_day_and_closed(loop: Loop) -> None:
    invited = loop.answered(3)
    loop.work()
    loop.click(loop.amy, "I'll take it")
    assert loop.modal(loop.amy).splitlines()[0] == "Look after it"
    loop.submit(loop.amy, {})
    taken = ("You look after it until Thu 18 Jun.", SEEN, "[Change the day]", ENDINGS)
    loop.office.workspace.wait_for(lambda: loop.read(loop.amy) == [note(*taken)])
    assert loop.kept(invited).due_on == date(2026, 6, 18)
    loop.office.clock.move(hours=5)
    loop.click(loop.amy, "Close: called back")
    assert loop.read(loop.amy)[0].endswith(f"Closed: called back.\n{SEEN}")
    assert copied(loop) == [("nps", "billing", "invoice", "called_back", 3.0, None)]


def test_next_answer_of_the_customer_is_the_score_after(loop: Loop) -> None:
    loop.answered(3)
    loop.work()
    loop.click(loop.amy, "I'll take it")
    loop.submit(loop.amy, {})
    loop.office.workspace.wait_for(lambda: "Change the day" in loop.read(loop.amy)[0])
    loop.click(loop.amy, "Close: solved")
    later = {"source": "carekpi", "kind": "nps", "customer_id": "repeats", "purpose": "contact"}
    answers = {"before": (10, 1), "skipped": (20, None), "next": (21, 9), "last": (22, 10)}
    with loop.office.stores.facts.begin() as connection:
        for survey_id, (day, score) in answers.items():
            at = datetime(2026, 6, day, 9)
            row = later | {"survey_id": survey_id, "sent_at": at, "answered_at": at, "score": score}
            connection.execute(surveys.insert(), [row])
    loop.look()
    assert copied(loop) == [("nps", "billing", "invoice", "solved", 3.0, 9.0)]


def test_lead_of_the_team_is_told_where_the_account_has_no_owner(loop: Loop) -> None:
    loop.answered(0, customer_id="twins", contact_id="same_instant_1")
    loop.work()
    (told,) = loop.read(loop.office.lead)
    assert told.splitlines()[0] == "twins answered 0 of 10 for recommending us (today 12:00)."
    assert loop.read(loop.amy) == []


def test_admins_hear_of_one_that_nobody_looks_after_and_not_what_it_says(loop: Loop) -> None:
    loop.answered(0, customer_id="nobody's", contact_id="", comment=COMMENT)
    loop.work()
    (told,) = loop.read(loop.office.admin)
    assert told == (
        "A customer gave a low answer that nobody looks after: the account has no owner in Slack,"
        " and the team no lead. Load customers with owner_agent_id, or name a lead with /kpi role."
    )


def test_answer_that_is_changed_for_the_better_closes_it_and_counts_no_more(loop: Loop) -> None:
    invited = loop.answered(3)
    loop.work()
    loop.office.clock.move(seconds=30)
    loop.answer_again(invited, 9)
    loop.work()
    assert (loop.kept(invited).outcome, copied(loop)) == ("answer_changed", [])
    loop.office.clock.move(seconds=30)
    loop.answer_again(invited, 2)
    loop.work()
    assert (loop.kept(invited).outcome, copied(loop)) == (
        "",
        [("nps", "billing", "invoice", None, 2.0, None)],
    )
    assert len(loop.read(loop.amy)) == 2


def test_high_answers_are_nobodys_task(loop: Loop) -> None:
    loop.answered(7)
    loop.work()
    assert (loop.read(loop.amy), copied(loop)) == ([], [])


def test_somebody_elses_click_is_refused(loop: Loop) -> None:
    invited = loop.answered(3)
    loop.work()
    workspace, other = loop.office.workspace, loop.office.executive
    stale = message(["-"], buttons([("Close", FOLLOW_UP_CLOSE, f"{invited}|solved")]))
    client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
    client.chat_postMessage(channel=other.id, **stale.arguments())
    loop.click(other, "Close")
    assert loop.read(other)[-1] == (
        "A follow-up is for the customer's owner and the leads of the team. Ask one of them."
    )
    assert loop.kept(invited).closed_at is None


def test_owners_home_shows_what_waits_and_others_do_not_see_it(loop: Loop) -> None:
    loop.answered(3)
    loop.work()
    shown = loop.office.home_of(loop.amy)
    assert [row for row in shown.splitlines() if "NPS 3" in row] == [
        "- NPS 3 of 10, billing: since Wed 17 Jun"
    ]
    assert "Low answers" not in loop.office.home_of(loop.office.executive)


def test_leads_weekly_digest_says_what_waits_in_the_own_teams(loop: Loop) -> None:
    loop.answered(3)
    loop.answered(1, customer_id="twins", contact_id="same_instant_1")
    loop.work()
    section = "2 low answers wait to be looked after, the oldest since Wed 17 Jun."
    assert loop.digest(Member("T", "U", LEAD_OF_BILLING), OnlyThem()) == (
        f"{section} Nobody has taken 2 of them yet."
    )
    assert loop.digest(Member("T", "U", LEAD_OF_CARE), OnlyThem()) == ""
    everything = InChannel(frozenset({"*"}))
    assert loop.digest(Member("T", "U", LEAD_OF_BILLING), everything) == ""
