"""Answers made by hand, for what is shown of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from storage.metrics.answer import (
    Answer,
    Change,
    Filter,
    Note,
    Previous,
    Query,
    Row,
    Running,
    SegmentValues,
    SourceFreshness,
    TrendPoint,
)
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Metric, Segment
from storage.metrics.in_force import asides_in_force
from storage.periods import Grain, Period, period_of
from storage.settings import Settings

NOW = datetime(2026, 11, 18, 14, 5, tzinfo=UTC)
"""A Wednesday of week 47, 15:05 in Berlin."""
BERLIN = "Europe/Berlin"
WEEK_46 = period_of(Grain.WEEK, date(2026, 11, 11), BERLIN)
WEEK_47 = WEEK_46.shifted(1)
PHONE: SegmentValues = ((Segment.CHANNEL, "phone"),)
CHAT: SegmentValues = ((Segment.CHANNEL, "chat"),)
EMAIL: SegmentValues = ((Segment.CHANNEL, "email"),)
HOSTILE = "<!channel> *bold* & \u202e<@U123> `x` "
FRESH = (
    SourceFreshness("helpdesk", datetime(2026, 11, 18, 5, 40, tzinfo=UTC), 3600),
    SourceFreshness("phone", datetime(2026, 11, 17, 22, 55, tzinfo=UTC), 3600),
)


def metric(abbreviation: str) -> Metric:
    return next(each for each in METRICS if each.abbreviation == abbreviation)


def trend(
    segment: SegmentValues, values: Sequence[float | None], period: Period = WEEK_46, n: int = 500
) -> tuple[TrendPoint, ...]:
    """One point a period up to the given one, oldest first."""
    first = 1 - len(values)
    return tuple(
        TrendPoint(period.shifted(first + index), segment, value, n if value is not None else 0)
        for index, value in enumerate(values)
    )


def answered(
    abbreviation: str,
    *rows: Row,
    period: Period = WEEK_46,
    points: tuple[TrendPoint, ...] = (),
    by: tuple[Segment, ...] = (),
    filters: tuple[Filter, ...] = (),
) -> Answer:
    query = Query(metric(abbreviation), period, filters, by)
    return Answer(query, NOW, complete=True, rows=rows, running=None, trend=points, freshness=FRESH)


def reference() -> Answer:
    """First contact resolution by channel: one fell, one held, one is too small to say."""
    phone = Row(
        PHONE, 0.712, 1284, (0.69, 0.74), Previous(0.743, 1250), Change.DOWN, (0.722, 0.771)
    )
    chat = Row(CHAT, 0.820, 640, (0.79, 0.85), Previous(0.816, 600), Change.FLAT, (0.79, 0.84))
    email = Row(
        EMAIL, 2 / 3, 12, (0.39, 0.86), Previous(0.7, 10), Change.UNCLEAR, small_sample=True
    )
    running = Running(
        WEEK_47,
        NOW,
        (
            Row(PHONE, 0.73, 402, None, Previous(0.741, 410)),
            Row(CHAT, 0.81, 200, None, Previous(0.8, 190)),
            Row(EMAIL, None, 0),
        ),
    )
    points = (
        *trend(PHONE, [0.74, 0.75, 0.73, 0.74, 0.75, 0.74, 0.73, 0.76, 0.75, 0.74, 0.743, 0.712]),
        *trend(CHAT, [0.8, 0.81, None, 0.8, 0.82, 0.81, 0.8, 0.82, 0.81, 0.8, 0.816, 0.82]),
        *trend(EMAIL, [None] * 8 + [0.7, 0.6, 0.7, 2 / 3]),
    )
    answer = answered("FCR", phone, chat, email, points=points)
    return replace(answer, running=running, notes=(Note.PROVISIONAL,))


def largest(abbreviation: str = "FRT") -> Answer:
    """Two segments and the channel, 160 rows, names of 300 characters that try to break out."""
    asked = metric(abbreviation)
    segments = [
        (
            (Segment.CHANNEL, channel),
            (Segment.TEAM, f"{HOSTILE * 10}{number}"[-300:]),
            (Segment.ISSUE_TYPE, None if number == 3 else f"{HOSTILE * 12}{number}"[:300]),
        )
        for channel in ("phone", "chat", "email", "in_person")
        for number in range(40)
    ]
    asides: dict[str, float | None] = {
        aside.key: 123456.789 for aside in asides_in_force(asked, Settings())
    }
    rows = [
        Row(
            segment,
            98765.4321,
            100000 + number,
            (90000.0, 110000.0),
            Previous(88888.0, 99999),
            list(Change)[number % 4],
            (80000.0, 120000.0),
            asides,
        )
        for number, segment in enumerate(segments)
    ]
    points = tuple(
        point for row in rows for point in trend(row.segment, [98765.4321 + i for i in range(12)])
    )
    sources = tuple(SourceFreshness(f"{HOSTILE * 20}{number}", NOW, 60.0) for number in range(30))
    answer = answered(abbreviation, *rows, points=points, by=(Segment.TEAM, Segment.ISSUE_TYPE))
    running = Running(WEEK_47, NOW, tuple(rows))
    return replace(answer, running=running, notes=tuple(Note), freshness=sources)


def by_hour(hours: int = 24) -> Answer:
    rows = [
        Row(
            (*channel, (Segment.HOUR, f"{hour:02}")),
            600.0 + 60 * hour,
            200,
            (500.0, 2500.0),
            Previous(600.0, 200),
            Change.FLAT,
        )
        for channel in (PHONE, CHAT)
        for hour in range(hours)
    ]
    return answered("FRT", *rows, by=(Segment.HOUR,))
