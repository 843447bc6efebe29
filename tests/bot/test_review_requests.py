from __future__ import annotations

from datetime import date

import pytest

from bot.request import Review, parse, review_words
from storage.errors import UserError
from storage.metrics.answer import Filter, Question
from storage.metrics.catalog import VOLUME
from storage.metrics.definition import Segment
from storage.periods import Grain, PeriodChoice

TODAY = date(2026, 11, 18)
BILLING = Filter(Segment.TEAM, ("billing",))


def question(grain: Grain, *filters: Filter) -> Question:
    return Question(VOLUME, PeriodChoice(grain), filters)


@pytest.mark.parametrize("text", ["review", "review monthly", "Review last month"])
def test_review_is_of_the_whole_organisation_and_last_month(text: str) -> None:
    assert parse(text, TODAY) == Review(question(Grain.MONTH))


@pytest.mark.parametrize(
    "text",
    [
        "review team:billing weekly",
        "review weekly team billing",
        "review last week for the billing team",
        'review team:"billing" weekly',
    ],
)
def test_review_of_a_named_team(text: str) -> None:
    assert parse(text, TODAY) == Review(question(Grain.WEEK, BILLING))


@pytest.mark.parametrize("text", ["review team weekly", "review weekly of our team"])
def test_team_without_a_name_is_the_own_one(text: str) -> None:
    assert parse(text, TODAY) == Review(question(Grain.WEEK), own_team=True)


@pytest.mark.parametrize(
    "text", ["review monthly", "review team weekly", "review 2026-05 team:billing channel:chat"]
)
def test_words_are_read_back_into_the_same_review(text: str) -> None:
    assert review_words(parsed := _review(text)) == text
    assert parse(review_words(parsed), TODAY) == parsed


def _review(text: str) -> Review:
    request = parse(text, TODAY)
    assert isinstance(request, Review)
    return request


def test_review_of_one_agent_is_refused() -> None:
    with pytest.raises(UserError) as raised:
        parse("review agent:me", TODAY)
    assert str(raised.value) == (
        "A review is about a team, never about one agent."
        " Leave that out: /kpi review team:billing monthly."
    )


def test_word_that_is_not_understood_is_named() -> None:
    with pytest.raises(UserError) as raised:
        parse("review monthly foo", TODAY)
    assert str(raised.value) == (
        'I don\'t understand "foo". For example: /kpi review team:billing monthly.'
    )
