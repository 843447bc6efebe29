"""Reviews made here are among the facts once, as they are last, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from storage.facts.tables import qa_answers, qa_reviews
from storage.facts.turns import changing
from storage.quality.copying import SOURCE, naive, put_in
from tests.storage.engines import ENGINES
from tests.storage.facts.conftest import Store, address_on, either_store, store_of_module

__all__ = ["either_store", "store_of_module"]

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module", params=ENGINES)
def address(request: pytest.FixtureRequest) -> Iterator[str | None]:
    yield from address_on(request, request.param)


def review(score: float) -> dict[str, Any]:
    made = {"review_id": "r1", "agent_id": "a1", "reviewed_at": naive(NOW), "score": score}
    return {"source": SOURCE, "purpose": "live", "appealed": False, **made}


def answer(criterion: str, points: float) -> dict[str, Any]:
    return {"source": SOURCE, "review_id": "r1", "criterion": criterion, "points": points}


def put(store: Store, reviews: list[dict[str, Any]], answers: list[dict[str, Any]]) -> None:
    with changing(store.engine, qa_reviews.name, qa_answers.name) as connection:
        put_in(connection, ["r1"], reviews, answers, NOW)


def test_review_that_is_copied_again_is_there_once(either_store: Store) -> None:
    put(either_store, [review(80.0)], [answer("tone", 4.0), answer("facts", 2.0)])
    put(either_store, [review(90.0)], [answer("tone", 5.0)])
    assert either_store.rows("SELECT review_id, score, reviewed_at FROM qa_reviews") == [
        ("r1", 90.0, naive(NOW))
    ]
    assert either_store.rows("SELECT criterion, points FROM qa_answers") == [("tone", 5.0)]
    assert either_store.rows("SELECT fact, until FROM coverage ORDER BY fact") == [
        ("qa_answers", naive(NOW)),
        ("qa_reviews", naive(NOW)),
    ]


def test_review_that_was_withdrawn_goes(either_store: Store) -> None:
    put(either_store, [review(80.0)], [answer("tone", 4.0)])
    put(either_store, [], [])
    assert either_store.rows("SELECT * FROM qa_reviews") == []
    assert either_store.rows("SELECT * FROM qa_answers") == []
