"""A care company made up from a seed: its people, and the files it imports each day."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from random import Random

ISSUES = ("invoice", "delivery", "login", "refund", "change of address")
CHANNELS = ("phone", "phone", "email", "chat")
OPEN_SHARE = 0.06
SHIFT_SECONDS = 27_000
DAYS_A_WEEK = 7
REST_DAYS = 2
EXPORTED_AT = time(14)
"""A day's file holds what was opened in the 24 hours before, in UTC."""

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Company:
    """How large it is, and how much its people do in a day; what stands here is by day."""

    agents: int = 500
    teams: int = 20
    executives: int = 4
    reviewers: int = 10
    customers: int = 600
    organisations: int = 3
    contacts: int = 2000
    questions: int = 200
    homes: int = 40
    reviews: int = 10
    history_days: int = 28
    seed: int = 1

    @property
    def team_names(self) -> tuple[str, ...]:
        return tuple(f"team{number:02}" for number in range(1, self.teams + 1))

    def team_of(self, agent: int) -> str:
        return self.team_names[agent % self.teams]

    def has_shift(self, agent: int, day: date) -> bool:
        """Everybody has two days off a week, not all the same ones."""
        return (day.toordinal() + agent) % DAYS_A_WEEK >= REST_DAYS

    def on_shift(self, day: date) -> list[int]:
        return [agent for agent in range(self.agents) if self.has_shift(agent, day)]


def agent_email(agent: int) -> str:
    return f"agent{agent:04}@soak.example"


def agent_rows(company: Company, today: date) -> Iterator[Row]:
    for agent in range(company.agents):
        yield {
            "agent_id": f"A{agent:04}",
            "name": f"Agent {agent:04}",
            "email": agent_email(agent),
            "team": company.team_of(agent),
            "hired_on": today - timedelta(days=200 + agent),
        }


def customer_rows(company: Company, slack: Iterable[tuple[str, str]], today: date) -> Iterator[Row]:
    """``slack`` are user and team ids, of each customer in turn."""
    for number, (user_id, team_id) in enumerate(slack):
        yield {
            "customer_id": f"K{number:05}",
            "started_on": today - timedelta(days=400),
            "name": f"Customer {number:05}",
            "organisation_id": f"O{number % company.organisations}",
            "slack_user_id": user_id,
            "slack_team_id": team_id,
        }


def shift_rows(company: Company, day: date) -> Iterator[Row]:
    random = Random(f"{company.seed} shifts {day}")
    for agent in company.on_shift(day):
        yield {
            "agent_id": f"A{agent:04}",
            "day": day,
            "team": company.team_of(agent),
            "scheduled_seconds": SHIFT_SECONDS,
            "adherent_seconds": round(SHIFT_SECONDS * random.uniform(0.8, 1)),
        }


def contact_rows(company: Company, day: date) -> Iterator[Row]:
    """What the export of that day's afternoon holds."""
    random = Random(f"{company.seed} contacts {day}")
    until = datetime.combine(day, EXPORTED_AT, UTC)
    for number in range(company.contacts):
        opened_at = until - timedelta(seconds=random.randrange(24 * 3600))
        yield _contact(company, f"{day:%m%d}-{number:05}", opened_at, random)


def _contact(company: Company, contact_id: str, opened_at: datetime, random: Random) -> Row:
    agent = random.choice(company.on_shift(opened_at.date()))
    talk = random.randrange(90, 900)
    is_open = random.random() < OPEN_SHARE
    resolved_at = opened_at + timedelta(seconds=talk + random.randrange(1800))
    return {
        "contact_id": contact_id,
        "channel": random.choice(CHANNELS),
        "opened_at": opened_at.isoformat(),
        "issue_type": random.choice(ISSUES),
        "team": company.team_of(agent),
        "agent_id": f"A{agent:04}",
        "customer_id": f"K{random.randrange(company.customers):05}",
        "status": "open" if is_open else "resolved",
        "first_response_at": (opened_at + timedelta(seconds=random.randrange(60))).isoformat(),
        "resolved_at": "" if is_open else resolved_at.isoformat(),
        "talk_seconds": talk,
        "wrap_seconds": random.randrange(10, 120),
        "resolved_on_first_contact": random.random() < 0.7,
        "reopen_count": int(random.random() < 0.05),
    }


def calls_of(company: Company, day: date, teams: Iterable[str]) -> list[str]:
    """Ids of that day's phone contacts of these teams that are over: what can be reviewed."""
    chosen = frozenset(teams)
    return [
        str(row["contact_id"])
        for row in contact_rows(company, day)
        if row["channel"] == "phone" and row["resolved_at"] and row["team"] in chosen
    ]


def write_rows(path: Path, rows: Iterable[Row]) -> Path:
    """A file as another system exports it."""
    listed = iter(rows)
    first = next(listed)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(first))
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(listed)
    return path


def write_history(company: Company, folder: Path, until: date) -> dict[str, Path]:
    """By fact, a file of all that was before that day."""
    days = [until - timedelta(days=ago) for ago in range(company.history_days, 0, -1)]
    contacts = (row for each in map(partial(contact_rows, company), days) for row in each)
    shifts = (row for each in map(partial(shift_rows, company), days) for row in each)
    return {
        "agents": write_rows(folder / "agents.csv", agent_rows(company, until)),
        "agent_days": write_rows(folder / "shifts.csv", shifts),
        "contacts": write_rows(folder / "contacts.csv", contacts),
    }
