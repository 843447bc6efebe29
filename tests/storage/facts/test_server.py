"""Facts on a PostgreSQL server, where several processes are at work at once."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.errors import UserError
from storage.facts.store import staging_folder
from tests.postgresql import Server
from tests.storage.facts.conftest import ROOT, Store, open_store, opened_in
from tests.storage.facts.test_store import LOAD_UNTIL_KILLED, ROWS, write_rows

HEADER = "contact_id,channel,opened_at,team\n"
OPEN = """
import sys
from pathlib import Path
from tests.storage.facts.conftest import open_store

sys.stdin.read()
open_store(Path(sys.argv[1]), sys.argv[2]).dispose()
print("open")
"""


@pytest.fixture
def url(postgresql: Server) -> Iterator[str]:
    with postgresql.database() as created:
        yield created


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Store]:
    with opened_in(tmp_path, url) as opened:
        yield opened


def test_tables_have_the_indexes_that_answers_need(store: Store) -> None:
    found = store.rows(
        "SELECT indexname FROM pg_indexes WHERE tablename = 'contacts' ORDER BY indexname"
    )
    assert [name for (name,) in found] == [
        "ix_contacts_customer_id_opened_at",
        "ix_contacts_opened_at",
        "ix_contacts_resolved_at",
        "ix_contacts_source_contact_id",
    ]


def test_row_can_be_there_but_once(store: Store) -> None:
    unique = store.rows(
        "SELECT relname FROM pg_index JOIN pg_class ON indexrelid = oid"
        " WHERE indisunique AND relname LIKE 'ix_%' ORDER BY relname"
    )
    assert ("ix_agents_source_agent_id",) in unique
    assert ("ix_contacts_source_contact_id",) in unique


def test_index_that_went_missing_is_made_again(store: Store, url: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_contacts_resolved_at"))
    open_store(store.folder, url).dispose()
    found = store.row("SELECT count(*) FROM pg_indexes WHERE indexname = 'ix_contacts_resolved_at'")
    assert found == (1,)


def test_processes_that_start_at_once_make_the_tables_once(url: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        both = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", OPEN, str(tmp_path / name), url],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    cwd=ROOT,
                    text=True,
                )
            )
            for name in ("one", "two")
        ]
        assert [process.communicate("", timeout=60)[0] for process in both] == ["open\n"] * 2


@pytest.mark.parametrize(("moment", "delay"), [(0.7, 0.0), (0.7, 0.1), (0.7, 0.3)])
def test_killed_import_leaves_all_or_nothing(
    url: str, tmp_path: Path, moment: float, delay: float
) -> None:
    write_rows(tmp_path / "before.csv", "contacts", "before", "2026-03-01")
    write_rows(tmp_path / "after.csv", "contacts", "after", "2026-04-01")
    with opened_in(tmp_path, url) as store:
        store.load(tmp_path / "before.csv")
    program = LOAD_UNTIL_KILLED.replace("open_store(folder)", f"open_store(folder, {url!r})")
    killed = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), str(moment), str(delay), "contacts"],
        cwd=ROOT,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    with opened_in(tmp_path, url) as store:
        (found,) = store.rows(
            "SELECT team, count(*), count(DISTINCT contact_id), to_char(max(until), 'MM')"
            " FROM contacts, coverage GROUP BY team"
        )
    assert found in [("before", ROWS, ROWS, "03"), ("after", ROWS, ROWS, "04")]
    assert list((tmp_path / "data" / "staging").glob("import-*")) == []


def test_imports_of_one_source_from_two_processes_follow_one_another(
    url: str, tmp_path: Path
) -> None:
    """Both bring the same new keys: without waiting, each would insert them."""
    folders = [tmp_path / name for name in ("one", "two")]
    program = LOAD_UNTIL_KILLED.replace("open_store(folder)", f"open_store(folder, {url!r})")
    with ExitStack() as stack:
        both = []
        for folder in folders:
            folder.mkdir()
            write_rows(folder / "after.csv", "contacts", folder.name, "2026-04-01")
            started = subprocess.Popen(
                [sys.executable, "-c", program, str(folder), "2", "0", "contacts"], cwd=ROOT
            )
            both.append(stack.enter_context(started))
        assert [process.wait(60) for process in both] == [0, 0]
    with opened_in(tmp_path, url) as store:
        (found,) = store.rows("SELECT team, count(*) FROM contacts GROUP BY team")
    assert found in [("one", ROWS), ("two", ROWS)]


def test_staging_of_an_import_that_runs_is_left_alone(store: Store, url: str) -> None:
    data_folder = store.folder / "data"
    left_behind = data_folder / "staging" / "import-old"
    left_behind.mkdir()
    with staging_folder(data_folder) as used:
        open_store(store.folder, url).dispose()
        assert [path.name for path in (data_folder / "staging").iterdir()] == [used.name]
    assert list((data_folder / "staging").iterdir()) == []


def test_replaced_rows_and_coverage_change_together_or_not_at_all(store: Store) -> None:
    store.load_text(f"{HEADER}1,chat,2026-03-01,old\n")
    with store.engine.begin() as connection:
        connection.execute(
            text("ALTER TABLE coverage ADD CONSTRAINT no_later CHECK (until < '2026-04-01')")
        )
    with pytest.raises(UserError, match="The rows can't be written") as raised:
        store.load_text(f"{HEADER}1,chat,2026-05-01,new\n")
    assert "Nothing was changed." in str(raised.value)
    assert store.rows("SELECT team, until FROM contacts, coverage") == [
        ("old", store.row("SELECT timestamp '2026-03-01'")[0])
    ]
