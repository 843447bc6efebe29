# ruff: noqa: E501 - sentences stand whole in a line, as a person writes them
"""Questions as people write them to a colleague, and those that must not be guessed at."""

from __future__ import annotations

from datetime import date

import pytest

from bot.request import Help, parse, words
from storage.errors import UnknownWordError, UserError
from storage.metrics.answer import Question
from storage.metrics.catalog import METRICS

TODAY = date(2016, 4, 20)
"""A Wednesday."""

UNDERSTOOD = [
    ("how was first response on chat last week?", "frt weekly channel:chat"),
    ("what's our nps this quarter", "nps this quarter"),
    ("csat by team in March", "csat 2016-03 by team"),
    ("compare fcr last month by channel", "fcr monthly by channel"),
    ("how many tickets did we get yesterday", "volume daily"),
    ("last week's aht, please", "aht weekly"),
    ("Hi! Could you show me the backlog?", "backlog weekly"),
    ("what was our first contact resolution in February 2016?", "fcr 2016-02"),
    ("how quickly do we answer the phone this month", "asa this month channel:phone"),
    ("average speed of answer for calls yesterday", "asa daily channel:phone"),
    ("what's the current backlog by team", "backlog today by team"),
    ("how many tickets are open right now?", "backlog today"),
    ("how many open tickets do we have today", "backlog today"),
    ("number of contacts this week so far", "volume this week"),
    ("how many contacts were resolved last week", "resolved weekly"),
    ("how many tickets did we resolve in March?", "resolved 2016-03"),
    ("how many tickets have we solved this month", "resolved this month"),
    ("how long does it take us to resolve a ticket", "art weekly"),
    ("what is the average resolution time per team for last quarter", "art quarterly by team"),
    ("time to resolution by issue type, last month", "art monthly by issue_type"),
    ("mttr since 2016-03-01", "art from 2016-03-01 to 2016-04-20"),
    ("aht of a call this week, please", "aht this week channel:phone"),
    ("average handle time for chats in Q1", "aht 2016-Q1 channel:chat"),
    ("handling time by agent last month", "aht monthly by agent"),
    ("how did service level do last week", "sl weekly"),
    ("service level on the phone by hour yesterday", "sl daily channel:phone by hour"),
    ("did we meet our sla last month?", "within target monthly"),
    ("what share of tickets was resolved within sla in January", "within target 2016-01"),
    ("how many callers gave up last week?", "abandoned weekly"),
    ("abandonment rate on chat this month", "abandoned this month channel:chat"),
    ("lost calls by weekday over the last 4 weeks", "abandoned from 2016-03-21 to 2016-04-17 by weekday"),
    ("how satisfied are our customers this month", "csat this month"),
    ("customer satisfaction for email last month", "csat monthly channel:email"),
    ("what do our csat scores look like by channel", "csat weekly by channel"),
    ("what is our net promoter score for 2015", "nps 2015"),
    ("nps split by customer segment last quarter", "nps quarterly by customer_segment"),
    ("how's the customer effort score going this year?", "ces this year"),
    ("survey response rate last month", "responses monthly"),
    ("how many surveys were answered last month", "responses monthly"),
    ("what's the quality score of the team:billing this month", "qa this month team:billing"),
    ("qa scores by agent in the last month", "qa monthly by agent"),
    ("what was the auto-fail rate last month", "auto fail monthly"),
    ("reviews per agent last quarter by team", "reviews agent quarterly by team"),
    ("notes read last month by team", "notes read monthly by team"),
    ("what was the time to close the loop last month", "loop monthly"),
    ("score after the loop last quarter by team", "score after quarterly by team"),
    ("appeal rate last quarter", "appeals quarterly"),
    ("appeals upheld last quarter", "upheld quarterly"),
    ("calibration agreement last quarter", "calibration quarterly"),
    ("how often are tickets reopened?", "reopens weekly"),
    ("reopen rate across teams last quarter", "reopens quarterly by team"),
    ("what percentage of contacts gets transferred on chat", "transfers weekly channel:chat"),
    ("transfer rate for each team this month", "transfers this month by team"),
    ("contact rate last month", "contact rate monthly"),
    ("how many contacts per customer did we have in March", "contact rate 2016-03"),
    ("what was our occupancy this week?", "occupancy this week"),
    ("agent occupancy by team last week", "occupancy weekly by team"),
    ("how did our schedule adherence look yesterday", "adherence daily"),
    ("adherence broken down by agent last week", "adherence weekly by agent"),
    ("agent productivity this quarter by team", "productivity this quarter by team"),
    ("what is our self-service rate this month", "self service this month"),
    ("deflection rate in Q4", "self service 2015-Q4"),
    ("how many article views did we have last week", "kb views weekly"),
    ("knowledge base usage by month", "kb views monthly"),
    ("what was the cost per ticket last quarter", "cpc quarterly"),
    ("cost per contact by channel for last month", "cpc monthly by channel"),
    ("how is customer retention this year", "retention this year"),
    ("what was churn in March", "churn 2016-03"),
    ("how many customers were lost last quarter", "churn quarterly"),
    ("pending tickets right now", "pending today"),
    ("my pending tickets", "pending weekly agent:me"),
    ("how many tickets did I resolve yesterday", "resolved daily agent:me"),
    ("what was my csat last month?", "csat monthly agent:me"),
    ("volume for the billing team last week", "volume weekly team:billing"),
    ("how did team billing do on fcr in March", "fcr 2016-03 team:billing"),
    ("“first contact resolution” on chat & email, last month", "fcr monthly channel:chat,email"),
    ("Tell me about the FCR trend", "fcr weekly"),
    ("is csat getting better this month?", "csat this month"),
    ("so far this week, how many contacts", "volume this week"),
    ("frt, chat, yesterday!!", "frt daily channel:chat"),
    ("thanks! And what about the nps for last month", "nps monthly"),
]  # fmt: skip

NOT_GUESSED: list[tuple[str, tuple[str, ...]]] = [
    ("how are we doing?", ("frt weekly",)),
    ("what's our resolution last month", ("art monthly", "fcr monthly", "within target monthly")),
    ("how long do customers wait", ("asa weekly", "pending weekly")),
    ("compare csat with nps last month", ("csat monthly", "nps monthly")),
    ("fcr last week versus this week", ("fcr weekly", "fcr this week")),
    ("compare aht in March and February", ("aht 2016-03", "aht 2016-02")),
    ("how was billing last week", ("frt weekly",)),
    ("fcr for billing last week", ("fcr weekly",)),
    ("who is the worst agent by fcr", ("fcr weekly",)),
    ("rank agents by aht", ("aht weekly by agent",)),
    ("tickets not resolved last week", ("volume weekly", "resolved weekly")),
    ("contacts without a reply", ("volume weekly",)),
    ("fcr on monday", ("fcr weekly weekday:monday",)),
    ("fcr last friday", ("fcr weekly weekday:friday",)),
    ("fcr excluding phone", ("fcr weekly channel:phone",)),
    ("score this month", ("csat this month", "nps this month")),
    ("will csat be 90 % next month", ("csat monthly",)),
    ("top 5 agents by csat", ("csat weekly",)),
    ("is fcr below 80% last week", ("fcr weekly",)),
]


def suggestions(text: str) -> tuple[str, ...]:
    with pytest.raises(UserError) as raised:
        parse(text, TODAY, escaped=True)
    assert isinstance(raised.value, UnknownWordError), raised.value
    return raised.value.suggestions


@pytest.mark.parametrize(("typed", "short"), UNDERSTOOD)
def test_sentence_is_understood(typed: str, short: str) -> None:
    asked = parse(typed.replace("&", "&amp;"), TODAY, escaped=True)
    assert isinstance(asked, Question)
    assert words(asked) == short


def test_sentences_are_about_every_metric() -> None:
    asked = [parse(short, TODAY) for _, short in UNDERSTOOD]
    assert {each.metric for each in asked if isinstance(each, Question)} == set(METRICS)
    assert len(UNDERSTOOD) >= 60


@pytest.mark.parametrize(("typed", "offered"), NOT_GUESSED)
def test_sentence_that_could_mean_several_things_is_not_guessed_at(
    typed: str, offered: tuple[str, ...]
) -> None:
    assert suggestions(typed)[: len(offered)] == offered


@pytest.mark.parametrize(("typed", "offered"), NOT_GUESSED)
def test_each_offer_can_be_asked_as_it_stands(typed: str, offered: tuple[str, ...]) -> None:
    for suggestion in suggestions(typed):
        asked = parse(suggestion, TODAY)
        assert isinstance(asked, Question)
        assert words(asked) == suggestion


@pytest.mark.parametrize(
    ("typed", "short"),
    [
        ("what does fcr mean?", "define fcr"),
        ("how is the service level computed?", "define sl"),
        ("How do you calculate NPS?", "define nps"),
        ("what can you do?", "help"),
        ("how do I ask for a figure?", "help"),
        ("which metrics are there?", "list"),
        ("please list", "list"),
        ("Hi! why did csat fall last month?", "why csat monthly"),
        ("can you tell me why fcr fell last week", "why fcr weekly"),
        ("hey, could you show me the reasons for last month", "reasons monthly"),
    ],
)
def test_sentence_that_asks_for_something_else_is_the_command(typed: str, short: str) -> None:
    assert parse(typed, TODAY, escaped=True) == parse(short, TODAY)


@pytest.mark.parametrize("typed", ["our target for fcr is 75%", "the target is fcr 80%"])
def test_sentence_changes_no_target(typed: str) -> None:
    with pytest.raises(UserError):
        parse(typed, TODAY, escaped=True)


@pytest.mark.parametrize(
    "typed", ["hi", "Hello!", "hey there", "good morning", "thank you :)", "?"]
)
def test_greeting_is_answered_with_help(typed: str) -> None:
    assert parse(typed, TODAY, escaped=True) == Help()
