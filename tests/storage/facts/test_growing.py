"""A store of an earlier version gets the columns that came later."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from storage.facts.store import open_facts
from storage.facts.tables import qa_reviews


def test_missing_columns_are_added_and_rows_stay(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'facts.duckdb'}"
    earlier = open_facts(url, memory_limit="600MB", data_folder=tmp_path)
    _make_earlier(earlier)
    earlier.dispose()
    engine = open_facts(url, memory_limit="600MB", data_folder=tmp_path)
    with engine.connect() as connection:
        columns = {each["name"] for each in inspect(connection).get_columns("qa_reviews")}
        rows = connection.execute(
            text("SELECT review_id, score, read_at, upheld FROM qa_reviews")
        ).all()
    engine.dispose()
    assert columns == {each.name for each in qa_reviews.columns}
    assert rows == [("r1", 80.0, None, None)]


def _make_earlier(engine: Engine) -> None:
    with engine.begin() as connection:
        for name in ("first_score", "sent_at", "read_at", "appealed", "upheld"):
            connection.execute(text(f"ALTER TABLE qa_reviews DROP COLUMN {name}"))
        connection.execute(
            text(
                "INSERT INTO qa_reviews (source, review_id, agent_id, reviewed_at, score)"
                " VALUES ('tool', 'r1', 'ann', TIMESTAMP '2026-03-01 10:00:00', 80)"
            )
        )
