# ruff: noqa: E501 - sentences stand whole in a line, as a person reads them
from __future__ import annotations

from datetime import date

import pytest

from bot.request import Reasons, SelfService, Staffing, insight_words, parse
from storage.errors import UnknownWordError, UserError
from storage.metrics.answer import Filter, Question
from storage.metrics.catalog import VOLUME
from storage.metrics.definition import Segment
from storage.periods import Grain, PeriodChoice, Which

TODAY = date(2026, 11, 18)
PHONE = Filter(Segment.CHANNEL, ("phone",))


def weeks(first: str) -> PeriodChoice:
    return PeriodChoice(
        Grain.RANGE, Which.EXACT, date.fromisoformat(first), date.fromisoformat("2026-11-15")
    )


EIGHT_WEEKS, TWELVE_WEEKS = weeks("2026-09-21"), weeks("2026-08-24")


def complaint(text: str) -> UserError:
    with pytest.raises(UserError) as raised:
        parse(text, TODAY)
    return raised.value


def test_reasons_mean_the_last_week() -> None:
    assert parse("reasons", TODAY) == Reasons(Question(VOLUME, PeriodChoice(Grain.WEEK)))


def test_reasons_take_periods_and_filters() -> None:
    assert parse("Reasons monthly team:billing on chat", TODAY) == Reasons(
        Question(
            VOLUME,
            PeriodChoice(Grain.MONTH),
            (Filter(Segment.TEAM, ("billing",)), Filter(Segment.CHANNEL, ("chat",))),
        )
    )


def test_self_service_means_the_last_twelve_weeks() -> None:
    assert parse("selfservice", TODAY) == SelfService(Question(VOLUME, TWELVE_WEEKS))


@pytest.mark.parametrize("text", ["staffing", "staffing phone", "staffing for calls"])
def test_staffing_means_the_last_eight_weeks_of_the_phone(text: str) -> None:
    assert parse(text, TODAY) == Staffing(Question(VOLUME, EIGHT_WEEKS, (PHONE,)))


@pytest.mark.parametrize(
    ("typed", "planned"),
    [
        ("80% in 20s", (0.8, 20.0, None)),
        ("90 % within 1 minute", (0.9, 60.0, None)),
        ("80/20", (0.8, 20.0, None)),
        ("80 percent answered within 30 seconds", (0.8, 30.0, None)),
        ("30% shrinkage", (None, None, 0.3)),
        ("shrinkage 25 %", (None, None, 0.25)),
        ("shrinkage:0", (None, None, 0.0)),
        ("85% in 15s with 32.5% shrinkage", (0.85, 15.0, 0.325)),
    ],
)
def test_staffing_takes_a_target_and_shrinkage(
    typed: str, planned: tuple[float | None, float | None, float | None]
) -> None:
    request = parse(f"staffing {typed} phone", TODAY)
    assert isinstance(request, Staffing)
    assert (request.share, request.seconds, request.shrinkage) == planned
    assert request.question == Question(VOLUME, EIGHT_WEEKS, (PHONE,))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("reasons", "reasons weekly"),
        ("reasons 2026-10 team:billing", "reasons 2026-10 team:billing"),
        ("selfservice", "selfservice from 2026-08-24 to 2026-11-15"),
        (
            "staffing chat 80/20 shrinkage 30%",
            "staffing from 2026-09-21 to 2026-11-15 channel:chat 80% in 20s 30% shrinkage",
        ),
        (
            'staffing team:"80% in 20s"',
            'staffing from 2026-09-21 to 2026-11-15 channel:phone team:"80% in 20s"',
        ),
    ],
)
def test_words_ask_for_the_same_again(text: str, written: str) -> None:
    request = parse(text, TODAY)
    assert isinstance(request, Reasons | SelfService | Staffing)
    assert insight_words(request) == written
    assert parse(insight_words(request), TODAY) == request


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "staffing email",
            "Erlang C is for channels where customers wait until somebody is free; on this channel they leave a message that is answered later. Ask for staffing phone, or how the backlog of this channel stands.",
        ),
        (
            "staffing phone chat",
            "Each channel has a line of its own to wait in. Ask for one: /kpi staffing phone.",
        ),
        (
            "staffing channel:all",
            "Each channel has a line of its own to wait in. Ask for one: /kpi staffing phone.",
        ),
        (
            "staffing phone agent:me",
            "Staffing can't be worked out by agent. It can be by channel, team, contact kind, issue type, priority or source.",
        ),
        (
            "staffing phone 100% in 20s",
            "A service level of 100 % can't be planned for. Ask for one between 1 % and 99 %, such as 80% in 20s.",
        ),
        (
            "staffing phone 80% in 90 minutes",
            "That wait is longer than an hour. Ask for less, such as 80% in 20s.",
        ),
        (
            "staffing phone 100% shrinkage",
            "With a shrinkage of 100 % nobody would be at work. Ask for less than 100 %, such as 30% shrinkage.",
        ),
        (
            "reasons by team",
            "This can't be split by team. Ask for one at a time with team:…, or leave it out.",
        ),
        (
            "reasons nonsense",
            'I don\'t understand "nonsense". For example: /kpi reasons monthly team:billing.',
        ),
    ],
)
def test_what_cannot_be_asked_is_told_with_the_next_step(text: str, told: str) -> None:
    assert str(complaint(text)) == told


def test_misspelt_word_is_offered_as_the_same_insight() -> None:
    error = complaint("reasons weekly chanel:phone")
    assert isinstance(error, UnknownWordError)
    assert error.suggestions == ("reasons weekly channel:phone",)


def test_self_service_rate_is_no_insight() -> None:
    error = complaint("selfservice rate weekly of nonsense")
    assert "selfservice last 12 weeks" not in str(error)
