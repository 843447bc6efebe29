"""Where an answer comes from, and the rows behind it, under a member's own rights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from bot.answering import Answering, Granted, computed, everything, query_of
from storage.access import OnlyThem, Refused, RowByRow, decide
from storage.metrics.answer import Query, Question
from storage.metrics.behind import PAGE_SIZE, Page, Place, read_page
from storage.metrics.provenance import Provenance, explain
from storage.roles import Member
from storage.settings import Settings

LARGE_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of rows, the question they are behind, and why that is narrower than asked."""

    question: Question
    query: Query
    page: Page
    narrowed: str = ""


def provenance_of(answering: Answering, member: Member, question: Question) -> Provenance | None:
    """Where this member's own answer comes from; None for who gets no answer."""
    if isinstance(decide(member, question, OnlyThem()), Refused):
        return None
    with answering.granted(member, question, OnlyThem()) as granted:
        return explain(granted.connection, answering.computed(granted))


def page_of_rows(
    answering: Answering, member: Member, question: Question, after: Place | None
) -> Behind:
    """A page of the rows behind a figure, those that this member may see one by one.

    Raises:
        NotAllowedError: this member sees none of them.
    """
    with answering.granted(member, question, RowByRow()) as granted:
        return _page(granted, after, PAGE_SIZE)


def shows_rows(member: Member, question: Question) -> bool:
    """Whether this member sees any of the rows behind a figure."""
    return not isinstance(decide(member, question, RowByRow()), Refused)


def provenance_all(
    facts: Engine, operations: Engine, question: Question, now: datetime, settings: Settings
) -> Provenance:
    """Where the answer comes from, for somebody who may see everything."""
    with facts.connect() as connection:
        granted = everything(connection, question, now, settings)
        return explain(connection, computed(granted, operations))


def all_rows(
    facts: Engine, question: Question, now: datetime, settings: Settings
) -> Iterator[Behind]:
    """Every page of rows behind a figure, for the same."""
    with facts.connect() as connection:
        granted = everything(connection, question, now, settings)
        behind = _page(granted, None, LARGE_PAGE)
        yield behind
        while behind.page.following:
            behind = _page(granted, behind.page.following, LARGE_PAGE)
            yield behind


def _page(granted: Granted, after: Place | None, size: int) -> Behind:
    scope, query = granted.scope, query_of(granted)
    page = read_page(granted.connection, query, scope.now, scope.settings, after=after, size=size)
    return Behind(granted.question, query, page, granted.narrowed)
