"""The facts file: who may open it, and what it holds after the worst moment to be killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import text

from storage.errors import UserError
from storage.facts.loading import LoadOrder
from storage.facts.store import open_facts
from tests.storage.facts.conftest import MEMORY, ROOT, Store, open_store

ROWS = 40_000
IDS = {"contacts": "contact_id", "surveys": "survey_id"}

HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""

LOAD_UNTIL_KILLED = """
import os, signal, sys, threading
from pathlib import Path
from storage.facts.loading import LoadOrder, load_file
from tests.storage.facts.conftest import MEMORY, NOW, open_store

folder, moment, delay = Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def progress(part):
    if part >= moment:
        threading.Timer(delay, die).start() if delay else die()

load_file(open_store(folder), LoadOrder(sys.argv[4]), folder / "after.csv",
          data_folder=folder / "data", now=NOW, progress=progress, memory_limit=MEMORY)
"""


def test_tables_are_made(store: Store) -> None:
    assert store.rows("SELECT table_name FROM duckdb_tables() ORDER BY ALL") == [
        ("agent_days",),
        ("agents",),
        ("contacts",),
        ("costs",),
        ("coverage",),
        ("customers",),
        ("follow_ups",),
        ("help_sessions",),
        ("qa_answers",),
        ("qa_reviews",),
        ("surveys",),
    ]


def test_no_connection_draws_a_progress_bar(store: Store) -> None:
    with store.engine.connect() as one, store.engine.connect() as other:
        asked = text("SELECT current_setting('enable_progress_bar')")
        assert [one.execute(asked).scalar(), other.execute(asked).scalar()] == [False, False]


def test_no_file_that_was_imported_stays_in_memory(store: Store) -> None:
    store.load_text("contact_id,channel,opened_at\nc1,phone,2026-03-01T10:00:00Z\n")
    kept = "SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'EXTERNAL_FILE_CACHE'"
    assert (store.row("SELECT count(*) FROM contacts"), store.row(kept)) == ((1,), (0,))


def test_opening_again_keeps_what_was_there(tmp_path: Path) -> None:
    first = Store(open_store(tmp_path), tmp_path)
    first.load_text("contact_id,channel,opened_at\n1,chat,2026-03-01\n")
    first.engine.dispose()
    again = Store(open_store(tmp_path), tmp_path)
    assert again.rows("SELECT contact_id FROM contacts") == [("1",)]
    again.engine.dispose()


def test_file_of_before_gets_the_newer_tables(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "facts.duckdb")) as older:
        older.execute("CREATE TABLE coverage (source VARCHAR, fact VARCHAR)")
        older.execute("INSERT INTO coverage VALUES ('desk', 'contacts')")
    opened = Store(open_store(tmp_path), tmp_path)
    assert opened.rows("SELECT source, fact FROM coverage") == [("desk", "contacts")]
    assert opened.rows("SELECT count(*) FROM surveys") == [(0,)]
    opened.engine.dispose()


def test_file_held_by_another_process(tmp_path: Path) -> None:
    path = tmp_path / "facts.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(UserError) as raised:
            open_store(tmp_path)
        holder.kill()
    assert str(raised.value) == (
        f"The facts file {path} is in use by another process."
        " Stop that process, or let the running bot carry out the command."
    )


def test_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "facts.duckdb").write_text("my shopping list\n" * 500)
    with pytest.raises(UserError) as raised:
        open_store(tmp_path)
    assert raised.value.sentence == (
        f"The facts file {tmp_path / 'facts.duckdb'} is not a DuckDB database."
    )


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("facts.duckdb", "The address of the facts database can't be read."),
        ("oracle9://x/y", 'I don\'t know the database "oracle9" of CAREKPI_FACTS_URL.'),
    ],
)
def test_address_that_is_none(tmp_path: Path, url: str, sentence: str) -> None:
    with pytest.raises(UserError) as raised:
        open_facts(url, memory_limit=MEMORY, data_folder=tmp_path)
    assert raised.value.sentence == sentence


def test_folder_that_cannot_hold_the_file(tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised:
        open_facts(
            f"duckdb:///{tmp_path}/nowhere/facts.duckdb", memory_limit=MEMORY, data_folder=tmp_path
        )
    assert raised.value.next_step == "Check CAREKPI_FACTS_URL and CAREKPI_DATA."


def test_what_a_cut_off_import_left_behind_is_removed(tmp_path: Path) -> None:
    left_behind = tmp_path / "data" / "staging" / "import-old"
    left_behind.mkdir(parents=True)
    (left_behind / "staged.parquet").write_bytes(b"x")
    open_store(tmp_path).dispose()
    assert left_behind.exists() is False


@pytest.mark.parametrize(
    ("fact", "moment", "delay"),
    [
        ("contacts", 0.0, 0.0),
        ("contacts", 0.7, 0.0),
        ("contacts", 0.7, 0.05),
        ("surveys", 0.7, 0.05),
    ],
)
def test_killed_import_leaves_all_or_nothing(
    tmp_path: Path, fact: str, moment: float, delay: float
) -> None:
    write_rows(tmp_path / "before.csv", fact, "before", "2026-03-01")
    write_rows(tmp_path / "after.csv", fact, "after", "2026-04-01")
    before = Store(open_store(tmp_path), tmp_path)
    before.load(tmp_path / "before.csv", LoadOrder(fact))
    before.engine.dispose()

    killed = subprocess.run(
        [sys.executable, "-c", LOAD_UNTIL_KILLED, str(tmp_path), str(moment), str(delay), fact],
        cwd=ROOT,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL

    after = Store(open_store(tmp_path), tmp_path)
    found = after.rows(
        f"SELECT team, count(*), count(DISTINCT {IDS[fact]}), any_value(strftime(until, '%m'))"
        f" FROM {fact}, coverage GROUP BY team"
    )
    assert found in possible(moment)
    assert list((tmp_path / "data" / "staging").glob("import-*")) == []
    after.engine.dispose()


def possible(moment: float) -> list[list[tuple[str, int, int, str]]]:
    """What may be in the store after a kill at that progress, or a little later."""
    old, new = [("before", ROWS, ROWS, "03")], [("after", ROWS, ROWS, "04")]
    return {0.0: [old], 0.7: [old, new]}[moment]


def write_rows(path: Path, fact: str, team: str, day: str) -> None:
    columns = {
        "contacts": f"'chat' AS channel, '{day}' AS opened_at",
        "surveys": f"'nps' AS kind, '{day}' AS sent_at",
    }[fact]
    duckdb.execute(
        f"COPY (SELECT i AS {IDS[fact]}, {columns}, '{team}' AS team"
        f" FROM range({ROWS}) AS numbers(i)) TO '{path}' (HEADER)"
    )
