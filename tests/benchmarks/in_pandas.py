"""The same through pandas with the facts in memory: how long they take to load, and to be asked.

``python -m tests.benchmarks.in_pandas FOLDER`` measures in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd

from tests.benchmarks.answering import NOW
from tests.benchmarks.by_hand import Statements, written_by_hand
from tests.benchmarks.every_metric import seconds
from tests.benchmarks.measured import Measured, peak_memory_bytes

ROOT = Path(__file__).parents[2]
REPEATS = 3
CONTACTS = (
    "SELECT channel, team, direction, abandoned, opened_at, resolved_at, resolved_on_first_contact"
    " FROM contacts"
)
SURVEYS = "SELECT kind, channel, sent_at, answered_at, score FROM surveys"
LAST_MONDAY, FIRST_MONDAY = pd.Timestamp("2025-12-15"), pd.Timestamp("2025-09-22")
UNTIL = pd.Timestamp(NOW).tz_localize(None)
STRETCH_END = UNTIL - pd.Timedelta(days=7)


def measure(folder: Path) -> list[Measured]:
    """How long loading takes, and answers beside the query by hand."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(folder)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [Measured(**each) for each in json.loads(done.stdout)]


def _figures(rows: pd.DataFrame, by: str, segment: str, value: str | None) -> list[pd.DataFrame]:
    """Counts, sums and squares by week and segment, and of the stretch of the week before."""
    time = rows[by]
    week = time.dt.to_period("W")
    weeks = [_grouped(rows, [week, rows[segment]], value)]
    stretch = rows[(time >= LAST_MONDAY) & (time < STRETCH_END)]
    return [*weeks, _grouped(stretch, [stretch[segment]], value)]


def _grouped(rows: pd.DataFrame, keys: list[pd.Series], value: str | None) -> pd.DataFrame:
    groups = rows.groupby(keys, observed=True)
    if value is None:
        return groups.size().to_frame("n")
    return groups[value].agg(["count", "sum"])


def _since(rows: pd.DataFrame, by: str, start: pd.Timestamp) -> pd.Series:
    return (rows[by] >= start) & (rows[by] < UNTIL)


def _first_contact(contacts: pd.DataFrame, _: pd.DataFrame) -> object:
    own = (contacts["direction"] == "inbound") & ~contacts["abandoned"]
    resolved = contacts[own & _since(contacts, "resolved_at", FIRST_MONDAY)]
    opened = contacts[own & _since(contacts, "opened_at", LAST_MONDAY)]
    keys = [opened["opened_at"].dt.to_period("W"), opened["channel"]]
    flag = "resolved_on_first_contact"
    return _figures(resolved, "resolved_at", "channel", flag), _grouped(opened, keys, flag)


def _volume(contacts: pd.DataFrame, _: pd.DataFrame) -> object:
    inbound = contacts["direction"] == "inbound"
    rows = contacts[inbound & _since(contacts, "opened_at", FIRST_MONDAY)]
    return _figures(rows, "opened_at", "team", None)


def _answers(surveys: pd.DataFrame, kind: str, worth: Callable[[pd.Series], pd.Series]) -> object:
    of_kind = surveys["kind"] == kind
    answered = of_kind & _since(surveys, "answered_at", FIRST_MONDAY) & surveys["score"].notna()
    rows = surveys[answered].assign(worth=lambda each: worth(each["score"]))
    sent = surveys[of_kind & _since(surveys, "sent_at", LAST_MONDAY)]
    sent = sent.assign(answered=sent["answered_at"].notna())
    keys = [sent["sent_at"].dt.to_period("W"), sent["channel"]]
    return _figures(rows, "answered_at", "channel", "worth"), _grouped(sent, keys, "answered")


def _satisfaction(_: pd.DataFrame, surveys: pd.DataFrame) -> object:
    return _answers(surveys, "csat", lambda score: (score >= 4).astype(int))


def _promoters(_: pd.DataFrame, surveys: pd.DataFrame) -> object:
    return _answers(surveys, "nps", lambda score: (score >= 9).astype(int) - (score <= 6))


QUESTIONS = (
    ("fcr weekly by channel", "first_contact_resolution", "channel", _first_contact),
    ("volume weekly by team", "ticket_volume", "team", _volume),
    ("csat weekly by channel", "customer_satisfaction", "channel", _satisfaction),
    ("nps weekly by channel", "net_promoter_score", "channel", _promoters),
)


def _load(connection: duckdb.DuckDBPyConnection, query: str) -> pd.DataFrame:
    table = connection.execute(query).to_arrow_table()
    frame: pd.DataFrame = table.to_pandas(
        strings_to_categorical=True, self_destruct=True, split_blocks=True
    )
    return frame


def _run(connection: duckdb.DuckDBPyConnection, statements: Statements) -> None:
    for statement in statements:
        connection.execute(statement).fetchall()


def _rows(connection: duckdb.DuckDBPyConnection) -> list[dict[str, object]]:
    frames: list[pd.DataFrame] = []
    loading = seconds(
        lambda: frames.extend([_load(connection, CONTACTS), _load(connection, SURVEYS)])
    )
    contacts, surveys = frames
    found = [_row("pandas: facts loaded into memory", loading, 0)]
    for text, metric, segment, act in QUESTIONS:
        taken = min(seconds(lambda: act(contacts, surveys)) for _ in range(REPEATS))  # noqa: B023 - called at once
        ways = written_by_hand(metric, segment)
        by_hand = min(
            seconds(lambda: _run(connection, way))  # noqa: B023 - called at once
            for way in ways
            for _ in range(REPEATS)
        )
        found.append(_row(f"pandas: {text}", taken, by_hand))
    return found


def _row(name: str, taken: float, baseline: float) -> dict[str, object]:
    return {
        "name": name,
        "seconds": taken,
        "baseline_seconds": baseline,
        "peak_memory_bytes": peak_memory_bytes(),
        "allowed": "for comparison",
    }


def _main() -> None:
    with duckdb.connect(f"{sys.argv[1]}/facts.duckdb", read_only=True) as connection:
        print(json.dumps(_rows(connection)))


if __name__ == "__main__":
    _main()
