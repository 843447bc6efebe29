"""What a review comes to, with the cards that are shipped."""

from __future__ import annotations

import pytest

from storage.quality.card_settings import shipped_cards, with_shipped
from storage.quality.scorecards import (
    Answers,
    Criterion,
    Score,
    Scorecard,
    Section,
    card_for,
    score_of,
    unanswered,
)

GREETING = Criterion("greeting", "Greeted", critical=True)
TONE = Criterion("tone", "Tone", out_of=5, is_yes_or_no=False, weight=3)
ANSWER = Criterion("answer", "Right answer", out_of=10, is_yes_or_no=False, weight=6)
CARD = Scorecard("phone", "Phone", ("phone",), (Section("All", (GREETING, TONE, ANSWER)),))


@pytest.mark.parametrize(
    ("answers", "value", "auto_failed"),
    [
        ({"greeting": 1, "tone": 5, "answer": 10}, 100.0, False),
        ({"greeting": 1, "tone": 4, "answer": 5}, 100 * (1 + 3 * 0.8 + 6 * 0.5) / 10, False),
        ({"greeting": None, "tone": 4, "answer": 5}, 100 * (3 * 0.8 + 6 * 0.5) / 9, False),
        ({"greeting": 1, "tone": None, "answer": None}, 100.0, False),
        ({"greeting": 0, "tone": 5, "answer": 10}, 0.0, True),
        ({"greeting": None, "tone": None, "answer": None}, None, False),
        ({"tone": 2}, 40.0, False),
        ({}, None, False),
        ({"tone": 5, "of another card": 0}, 100.0, False),
    ],
)
def test_score_is_the_weighted_mean_of_what_applies(
    answers: Answers, value: float | None, auto_failed: bool
) -> None:
    score = score_of(CARD, answers)
    assert (score.value, score.auto_failed) == (
        value if value is None else pytest.approx(value),
        auto_failed,
    )


def test_each_criterion_is_told_out_of_a_hundred() -> None:
    answers = {"greeting": None, "tone": 4, "answer": 10}
    assert score_of(CARD, answers).by_criterion == {"greeting": None, "tone": 80.0, "answer": 100.0}
    assert score_of(CARD, {}) == Score(None, auto_failed=False, by_criterion={})


def test_what_is_not_answered_yet_is_named() -> None:
    assert unanswered(CARD, {"greeting": None, "answer": 3}) == (TONE,)


def test_shipped_cards_are_for_calls_and_for_writing() -> None:
    phone, written = shipped_cards()
    assert (phone.key, phone.channels, len(phone.criteria)) == ("phone", ("phone",), 11)
    assert (written.key, len(written.criteria)) == ("written", 10)
    assert [each.title for each in phone.sections] == [
        "Opening",
        "Understanding",
        "Solving",
        "Manner",
        "Closing",
    ]
    assert card_for(shipped_cards(), "chat") == written
    assert card_for(shipped_cards(), "in_person") == phone
    assert card_for([], "chat") is None


def test_own_card_takes_the_place_of_the_shipped_one() -> None:
    assert with_shipped([CARD]) == (CARD, shipped_cards()[1])
