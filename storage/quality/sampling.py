"""Draws contacts for a reviewer, so that nobody is reviewed over or under a fair share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Any

from sqlalchemy import Label, and_, case, exists, false, func, literal, or_, select
from sqlalchemy.engine import Connection, RowMapping
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from storage.facts.tables import contacts, qa_reviews, surveys
from storage.metrics.segments import NEW_AGENT_DAYS, naive
from storage.operations.reviews import begun_contacts, reviewed_since
from storage.periods import local_day
from storage.quality.contacts import COLUMNS, contact_of, new_agents, reviewable, still_there
from storage.quality.drafts import ReviewedContact
from storage.roles import Member

WINDOW = timedelta(days=30)
"""How far back contacts are drawn from, and reviews count towards a fair share."""
SAMPLE_SIZE = 5
NEW_AGENTS_WEIGH = 2.0
MOST_OF_ONE_AGENT = 2
LONG_QUANTILE = 0.9
UNHAPPY_SCORE = 2
CANDIDATES_EACH = 3


class Reason(Enum):
    """Why a contact was drawn."""

    LOW_SATISFACTION = "low satisfaction"
    REOPENED = "reopened"
    LONG = "long"
    NEW_AGENT = "new agent"
    RANDOM = "random"


TURNS = (Reason.LOW_SATISFACTION, Reason.REOPENED, Reason.LONG, Reason.RANDOM)
"""What is looked for in turn; an agent who is new is told beside it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A contact to review, and all that speaks for it."""

    contact: ReviewedContact
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Sampling:
    """For whom, when and how many; the same on the same day, so that nobody picks the easy ones."""

    reviewer: Member
    now: datetime
    timezone: str
    size: int = SAMPLE_SIZE

    @property
    def since(self) -> datetime:
        return self.now - WINDOW

    @property
    def salt(self) -> str:
        return f"{self.reviewer.slack_user_id}{local_day(self.now, self.timezone)}"


def draw(connection: Connection, session: Session, sampling: Sampling) -> list[Drawn]:
    """Contacts of the teams that a member reviews which nobody has reviewed or is reviewing."""
    notes = reviewed_since(session, sampling.since)
    taken = begun_contacts(session) | {(source, contact) for _, source, contact in notes.values()}
    reviews = {note: agent for note, (agent, _, _) in notes.items()}
    reviews = _imported(connection, sampling.since) | reviews
    news = new_agents(connection, local_day(sampling.now, sampling.timezone) - _NEW)
    available = _agents(connection, sampling)
    turns = _spread(available, Counter(reviews.values()), news, sampling)
    candidates = _candidates(connection, sampling, turns)
    return list(_picked(turns, [each for each in candidates if _key(each) not in taken], news))


def fair_turns(weights: Mapping[str, float], reviews: Mapping[str, int], size: int) -> list[str]:
    """Whose turn it is, one after the other: always who is furthest under their fair share.

    Agents in the order of ``weights`` where two are as far under it; while there are others,
    nobody has more than ``MOST_OF_ONE_AGENT``.
    """
    turns: list[str] = []
    whole = sum(weights.values())
    for _ in range(size if weights else 0):
        now = Counter(turns)
        have = {agent: reviews.get(agent, 0) + now[agent] for agent in weights}
        total = sum(have.values()) + 1
        others = [agent for agent in weights if now[agent] < MOST_OF_ONE_AGENT]
        far = {agent: weights[agent] / whole * total - have[agent] for agent in others or weights}
        turns.append(max(far, key=far.__getitem__))
    return turns


_NEW = timedelta(days=NEW_AGENT_DAYS)


def _spread(
    available: Sequence[str], reviews: Mapping[str, int], news: Collection[str], sampling: Sampling
) -> list[str]:
    shuffled = sorted(
        available, key=lambda agent: sha256(f"{sampling.salt}{agent}".encode()).digest()
    )
    weights = {agent: NEW_AGENTS_WEIGH if agent in news else 1.0 for agent in shuffled}
    return fair_turns(weights, reviews, sampling.size)


def _imported(connection: Connection, since: datetime) -> dict[str, str]:
    """Agents by the id of a review, of this tool or another."""
    rows = select(qa_reviews.c.review_id, qa_reviews.c.agent_id).where(
        qa_reviews.c.reviewed_at >= naive(since),
        or_(qa_reviews.c.purpose.is_(None), qa_reviews.c.purpose == "live"),
    )
    return {row.review_id: row.agent_id for row in connection.execute(rows)}


def _eligible(sampling: Sampling) -> ColumnElement[bool]:
    member = sampling.reviewer
    reviewed = exists().where(
        qa_reviews.c.contact_id == contacts.c.contact_id,
        qa_reviews.c.reviewed_at >= naive(sampling.since),
    )
    return and_(
        reviewable(member.named_teams, member.agent_ids),
        still_there(local_day(sampling.now, sampling.timezone)),
        contacts.c.opened_at >= naive(sampling.since),
        contacts.c.opened_at <= naive(sampling.now),
        contacts.c.resolved_at.is_not(None),
        ~reviewed,
    )


def _agents(connection: Connection, sampling: Sampling) -> list[str]:
    rows = select(contacts.c.agent_id).where(_eligible(sampling)).distinct()
    return sorted(connection.scalars(rows))


def _flags(long: Mapping[str, float]) -> list[Label[Any]]:
    """What speaks for a contact, as 1 and 0; ``long`` are seconds by channel."""
    unhappy = exists().where(
        surveys.c.contact_id == contacts.c.contact_id,
        surveys.c.kind == "csat",
        surveys.c.score <= UNHAPPY_SCORE,
    )
    longer = (
        and_(contacts.c.channel == channel, contacts.c.handle_seconds > seconds)
        for channel, seconds in sorted(long.items())
    )
    conditions = {
        Reason.LOW_SATISFACTION: unhappy,
        Reason.REOPENED: contacts.c.reopen_count > 0,
        Reason.LONG: or_(false(), *longer),
    }
    return [case((is_so, 1), else_=0).label(each.name) for each, is_so in conditions.items()]


def _long_seconds(connection: Connection, sampling: Sampling) -> dict[str, float]:
    """By channel: nine in ten contacts of that time took no longer to handle."""
    seconds = func.percentile_cont(LONG_QUANTILE).within_group(contacts.c.handle_seconds)
    rows = (
        select(contacts.c.channel, seconds.label("seconds"))
        .where(contacts.c.handle_seconds > 0, contacts.c.opened_at >= naive(sampling.since))
        .group_by(contacts.c.channel)
    )
    return {row.channel: row.seconds for row in connection.execute(rows)}


def _candidates(connection: Connection, sampling: Sampling, turns: list[str]) -> list[RowMapping]:
    """A few contacts of each agent for each thing that may speak for one, in a settled disorder."""
    flags = _flags(_long_seconds(connection, sampling))
    flagged = (
        select(*COLUMNS, *flags)
        .where(_eligible(sampling), contacts.c.agent_id.in_(sorted(set(turns))))
        .subquery("flagged")
    )
    order = func.md5(flagged.c.source + flagged.c.contact_id + literal(sampling.salt))
    kinds = [flagged.c[each.name] for each in flags]
    place = func.row_number().over(partition_by=[flagged.c.agent_id, *kinds], order_by=order)
    ranked = select(flagged, place.label("place"), order.label("disorder")).subquery("ranked")
    rows = select(ranked).where(ranked.c.place <= literal(CANDIDATES_EACH * sampling.size))
    return list(connection.execute(rows.order_by(ranked.c.disorder)).mappings())


def _picked(
    turns: Iterable[str], candidates: list[RowMapping], news: Collection[str]
) -> Iterator[Drawn]:
    """One contact for each turn, of what was picked least so far where the agent has one."""
    left, drawn = list(candidates), Counter[Reason]()
    for agent in turns:
        own = [row for row in left if row["agent_id"] == agent]
        wanted = sorted(TURNS, key=lambda reason: drawn[reason])
        found = ((reason, row) for reason in wanted for row in own if reason in _speaks_for(row))
        reason, row = next(found, (Reason.RANDOM, own[0] if own else None))
        if row is None:
            continue
        drawn[reason] += 1
        left.remove(row)
        yield Drawn(contact_of(row), _told(row, is_new=agent in news))


def _speaks_for(row: RowMapping) -> tuple[Reason, ...]:
    """Reasons of the contact itself; one that nothing speaks for is there by chance."""
    found = tuple(each for each in TURNS if each is not Reason.RANDOM and row[each.name])
    return found or (Reason.RANDOM,)


def _told(row: RowMapping, *, is_new: bool) -> tuple[Reason, ...]:
    """That an agent is new says more than chance does."""
    found = _speaks_for(row)
    if not is_new:
        return found
    return (*(each for each in found if each is not Reason.RANDOM), Reason.NEW_AGENT)


def _key(row: RowMapping) -> tuple[str, str]:
    return row["source"], row["contact_id"]
