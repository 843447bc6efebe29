"""What a kind of survey brought in a period: how the answers spread, and what was written.

Whoever calls has asked ``storage.access`` what may be seen: the query is what that allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, select
from sqlalchemy.engine import Connection

from storage.facts.declared import SCALES
from storage.facts.tables import surveys
from storage.insights.themes import MOST_COMMENTS, Comment
from storage.metrics.answer import Query
from storage.metrics.behind import asked_window
from storage.metrics.reading import Reading
from storage.metrics.rows import bounds_of
from storage.metrics.windows import plan
from storage.settings import Settings

PAGE_SIZE = 5
Distribution = dict[int, int]
"""How many answers there are by score."""
AT_ONCE = 1000
survey = surveys.c


@dataclass(frozen=True, slots=True)
class Verbatim:
    """An answer with words; who gave it is not told."""

    answered_at: datetime
    kind: str
    score: float
    comment: str
    channel: str
    issue_type: str
    team: str


@dataclass(frozen=True, slots=True)
class Verbatims:
    """A page of them, the newest first, of how many there are in all; pages count from 0."""

    page: int
    total: int
    rows: tuple[Verbatim, ...]

    @property
    def has_more(self) -> bool:
        return (self.page + 1) * PAGE_SIZE < self.total


class Results:
    """The answers that a query about a kind of survey counts."""

    def __init__(
        self, connection: Connection, kind: str, query: Query, now: datetime, settings: Settings
    ) -> None:
        self._connection, self._kind = connection, kind
        reading = Reading(query, plan(query.period, now), settings)
        (branch,) = query.metric.counting.branches
        window = asked_window(reading)
        start, end = bounds_of(branch.by, (window,), reading.timezone)
        self._counted: tuple[ColumnElement[bool], ...] = (
            branch.by >= start,
            branch.by < end,
            branch.where(settings),
            *reading.conditions(reading.splitting(branch.by, (window,))),
        )

    def distribution(self) -> Distribution:
        """How many gave each score of the scale, the lowest first."""
        found = self.distributions().values()
        return {score: sum(each[score] for each in found) for score in self._scale}

    def distributions(self) -> dict[str | None, Distribution]:
        """The same by what was asked about, its purpose; None where that is not known."""
        columns = (survey.purpose, survey.score)
        rows = self._connection.execute(
            select(*columns, func.count()).where(*self._counted).group_by(*columns)
        )
        found: dict[str | None, Distribution] = {}
        for purpose, score, number in rows:
            found.setdefault(purpose, dict.fromkeys(self._scale, 0))[int(score)] += int(number)
        return found

    @property
    def _scale(self) -> range:
        lowest, highest = SCALES[self._kind]
        return range(lowest, highest + 1)

    def verbatims(self, page: int) -> Verbatims:
        """A page of what was written."""
        written = self._written().subquery()
        total = self._connection.scalar(select(func.count()).select_from(written)) or 0
        rows = self._connection.execute(
            self._written().limit(PAGE_SIZE).offset(page * PAGE_SIZE)
        ).mappings()
        return Verbatims(page, total, tuple(map(_verbatim, rows)))

    def comments(self) -> Sequence[Comment]:
        """What was written, for its themes."""
        rows = self._connection.execute(self._written().limit(MOST_COMMENTS)).mappings()
        return [Comment(row["comment"], row["issue_type"] or "") for row in rows]

    def every_answer(self) -> Iterator[Verbatim]:
        """All answers, those without words too, the newest first; for an export."""
        for rows in self._connection.execute(self._answers()).mappings().partitions(AT_ONCE):
            yield from map(_verbatim, rows)

    def _written(self) -> Select[Any]:
        has_words = survey.comment.is_not(None) & (func.trim(survey.comment) != "")
        return self._answers().where(has_words)

    def _answers(self) -> Select[Any]:
        columns = [survey[each] for each in _COLUMNS]
        newest = (survey.answered_at.desc(), survey.source, survey.survey_id)
        return select(*columns).where(*self._counted).order_by(*newest)


_COLUMNS = ("answered_at", "kind", "score", "comment", "channel", "issue_type", "team")


def _verbatim(row: RowMapping) -> Verbatim:
    return Verbatim(
        answered_at=row["answered_at"].replace(tzinfo=UTC),
        kind=row["kind"],
        score=row["score"],
        comment=row["comment"] or "",
        channel=row["channel"] or "",
        issue_type=row["issue_type"] or "",
        team=row["team"] or "",
    )
