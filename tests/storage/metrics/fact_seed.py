"""Rows of every fact besides contacts, with the traps of each.

Skipped and late answers, a score just outside its scale, reviews without a score of their own,
calibration of one contact by several, notes unread and appealed, an agent who changes team,
customers who leave and come back within a week or for good, stays that begin or end on the very
day, and sessions of which nobody knows what came after.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Table
from sqlalchemy.engine import Connection

from storage.facts.covering import tell_coverage
from storage.facts.tables import (
    agent_days,
    costs,
    customers,
    follow_ups,
    help_sessions,
    qa_answers,
    qa_reviews,
    surveys,
)

START = datetime(2026, 3, 2)
END = datetime(2026, 6, 17, 9)
EMPTY_WEEK = date(2026, 5, 4)
AGENTS = {"a1": "billing", "a2": "billing", "a3": "billing", "a4": "care", "a5": "care"}
CHANGED_TEAM_ON = date(2026, 5, 13)
CHANNELS = ("phone", "chat", "email")
SEGMENTS = ("enterprise", "small", None)
Row = dict[str, Any]


def fill_facts(connection: Connection) -> None:
    rows: dict[Table, list[Row]] = {
        surveys: list(_surveys()),
        follow_ups: list(_follow_ups()),
        qa_reviews: list(_reviews()),
        qa_answers: list(_answers()),
        agent_days: list(_agent_days()),
        help_sessions: list(_sessions()),
        customers: list(_customers()),
        costs: list(_costs()),
    }
    for table, found in rows.items():
        source = table.name.split("_")[0]
        complete = {column.name: None for column in table.c} | {"source": source}
        connection.execute(table.insert(), [complete | row for row in found])
        tell_coverage(connection, source, table.name, END, 9e4)


def _instants(random: Random, number: int) -> Iterator[datetime]:
    minutes = int((END - START).total_seconds() // 60)
    for _ in range(number):
        found = START + timedelta(minutes=random.randrange(minutes))
        if not EMPTY_WEEK <= found.date() < EMPTY_WEEK + timedelta(days=7):
            yield found


def _team(agent: str, day: date) -> str:
    return "care" if agent == "a3" and day >= CHANGED_TEAM_ON else AGENTS[agent]


def _surveys() -> Iterator[Row]:
    random = Random(11)
    scales = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7)}
    for number, sent_at in enumerate(_instants(random, 1500)):
        kind = random.choice(tuple(scales))
        agent = random.choice((*AGENTS, None))
        low, high = scales[kind]
        answered = random.random() < 0.6
        answered_at = sent_at + timedelta(minutes=random.randrange(1, 4000))
        if EMPTY_WEEK <= answered_at.date() < EMPTY_WEEK + timedelta(days=8):
            answered_at += timedelta(days=9)
        yield {
            "survey_id": f"S{number}",
            "kind": kind,
            "purpose": random.choice(("contact", "relationship", None)),
            "customer_id": f"K{random.randrange(60)}",
            "channel": random.choice(CHANNELS),
            "issue_type": random.choice(("invoice", "login", None)),
            "team": agent and _team(agent, sent_at.date()),
            "agent_id": agent,
            "sent_at": sent_at,
            "answered_at": answered_at if answered else None,
            "score": (random.choice((*range(low, high + 1), None, high + 1)) if answered else None),
        }


def _follow_ups() -> Iterator[Row]:
    """Still open ones, ones without an answer after, and one of no known score."""
    random = Random(18)
    scales = {"csat": (1, 2, 5), "nps": (0, 6, 10), "ces": (1, 3, 7)}
    for number, opened_at in enumerate(_instants(random, 400)):
        kind = random.choice(tuple(scales))
        agent = random.choice((*AGENTS, None))
        lowest, low, highest = scales[kind]
        closed_at = opened_at + timedelta(minutes=random.randrange(1, 9000))
        if EMPTY_WEEK <= closed_at.date() < EMPTY_WEEK + timedelta(days=8):
            closed_at += timedelta(days=9)
        is_closed = random.random() < 0.8
        yield {
            "follow_up_id": f"F{number}",
            "kind": kind,
            "purpose": random.choice(("contact", "relationship", None)),
            "customer_id": f"K{random.randrange(60)}",
            "channel": random.choice(CHANNELS),
            "issue_type": random.choice(("invoice", "login", None)),
            "team": agent and _team(agent, opened_at.date()),
            "agent_id": agent,
            "opened_at": opened_at,
            "closed_at": closed_at if is_closed else None,
            "outcome": random.choice(("solved", "called_back", None)) if is_closed else None,
            "score": random.choice((*range(lowest, low + 1), None)),
            "score_after": random.choice((*range(lowest, highest + 1), None)),
        }


def _reviews() -> Iterator[Row]:
    random, afterwards = Random(12), Random(18)
    for number, reviewed_at in enumerate(_instants(random, 500)):
        agent = random.choice(tuple(AGENTS))
        yield _noted(afterwards, reviewed_at) | {
            "contact_id": f"C{number // 60}",
            "review_id": f"R{number}",
            "agent_id": agent,
            "team": _team(agent, reviewed_at.date()),
            "channel": random.choice(CHANNELS),
            "reviewed_at": reviewed_at,
            "score": None if number % 3 == 0 else float(random.randrange(40, 101)),
            "auto_failed": None if number % 3 == 0 else random.random() < 0.1,
            "purpose": random.choice(("live", "live", None, "calibration")),
        }


def _noted(random: Random, reviewed_at: datetime) -> Row:
    """What became of a review's note; some were never sent, or by a tool that knows no appeals."""
    sent_at = reviewed_at + timedelta(minutes=random.randrange(1, 3000))
    if EMPTY_WEEK <= sent_at.date() < EMPTY_WEEK + timedelta(days=7):
        sent_at += timedelta(days=8)
    was_sent, was_read = random.random() < 0.9, random.random() < 0.7
    appealed = random.choice((True, False, False, None)) if was_sent else None
    return {
        "sent_at": sent_at if was_sent else None,
        "read_at": sent_at + timedelta(hours=5) if was_sent and was_read else None,
        "appealed": appealed,
        "upheld": random.choice((True, False, None)) if appealed else None,
    }


def _answers() -> Iterator[Row]:
    """For all but half of those reviews that have no score of their own."""
    random = Random(13)
    for number in (each for each in range(500) if each % 6 != 3):
        for criterion in ("greeting", "solution", "records", "privacy"):
            yield {
                "review_id": f"R{number}",
                "criterion": criterion,
                "points": random.choice((0.0, 1.0, 2.0, 2.0, None)),
                "out_of": random.choice((2.0, 4.0)),
                "weight": random.choice((1.0, 2.5, None)),
                "critical": criterion == "privacy" and random.choice((True, False)),
                "not_applicable": random.choice((False, False, True, None)),
            }


def _agent_days() -> Iterator[Row]:
    random = Random(14)
    day = START.date()
    while day < END.date():
        for agent in AGENTS:
            scheduled = random.choice((0.0, None, 27000.0, 14400.0))
            staffed = random.choice((0.0, None, 26000.0, 20000.0))
            is_empty = EMPTY_WEEK <= day < EMPTY_WEEK + timedelta(days=7)
            if day.weekday() < 6 and not is_empty:
                yield {
                    "agent_id": agent,
                    "day": day,
                    "team": _team(agent, day),
                    "scheduled_seconds": scheduled,
                    "adherent_seconds": scheduled and scheduled * random.uniform(0.7, 1),
                    "staffed_seconds": staffed,
                    "handling_seconds": staffed and staffed * random.uniform(0.5, 1),
                }
        day += timedelta(days=1)


def _sessions() -> Iterator[Row]:
    random = Random(15)
    for number, started_at in enumerate(_instants(random, 1200)):
        yield {
            "session_id": f"H{number}",
            "started_at": started_at,
            "visitor_id": random.choice((None, f"V{random.randrange(300)}")),
            "customer_id": random.choice((None, f"K{random.randrange(60)}")),
            "article_views": random.choice((None, 0, 1, 2, 5)),
            "contacted_after": random.choice((True, False, False, None)),
        }


def _customers() -> Iterator[Row]:
    random = Random(16)
    for number in range(200):
        started_on = date(2025, 1, 1) + timedelta(days=random.randrange(500))
        ended_on = random.choice((None, None, started_on + timedelta(days=random.randrange(400))))
        yield _stay(f"K{number}", started_on, ended_on, random.choice(SEGMENTS))
    yield from _stays_with_traps()


def _stays_with_traps() -> Iterator[Row]:
    monday, next_monday = date(2026, 6, 8), date(2026, 6, 15)
    long_ago = date(2024, 1, 1)
    yield _stay("left_and_back_within_the_week", long_ago, date(2026, 6, 9), "small")
    yield _stay("left_and_back_within_the_week", date(2026, 6, 11), None, "enterprise")
    yield _stay("left_and_back_later", long_ago, date(2026, 6, 10), "small")
    yield _stay("left_and_back_later", date(2026, 6, 20), None, "small")
    yield _stay("ended_on_the_first_day", long_ago, monday, "small")
    yield _stay("ended_on_the_day_after", long_ago, next_monday, "small")
    yield _stay("started_on_the_first_day", monday, None, "small")
    yield _stay("started_on_the_day_after", next_monday, None, "small")
    yield _stay("there_twice_at_once", long_ago, None, "small")
    yield _stay("there_twice_at_once", date(2025, 1, 1), None, "small")


def _stay(customer: str, started_on: date, ended_on: date | None, segment: str | None) -> Row:
    return {
        "customer_id": customer,
        "started_on": started_on,
        "ended_on": ended_on,
        "segment": segment,
    }


def _costs() -> Iterator[Row]:
    random = Random(17)
    day = START.date()
    while day < END.date():
        if not EMPTY_WEEK <= day < EMPTY_WEEK + timedelta(days=7):
            for team in ("billing", "care"):
                yield {
                    "cost_id": f"{day}-{team}",
                    "day": day,
                    "team": team,
                    "channel": random.choice(CHANNELS),
                    "amount": round(random.uniform(50, 900), 2),
                    "currency": "EUR",
                }
        day += timedelta(days=1)
