"""Imports into ClickHouse: whole or not at all, by key, with what they say of their coverage."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.errors import UserError
from storage.facts.loading import LoadOrder, load_file
from tests.clickhouse import House
from tests.storage.facts.conftest import MEMORY, NOW, ROOT, Store, open_store, opened_in, stored
from tests.storage.facts.test_store import LOAD_UNTIL_KILLED, ROWS, write_rows

HEADER = "contact_id,channel,opened_at,team\n"
SHOW = """
import sys
from pathlib import Path
from tests.storage.facts.conftest import Store, open_store

store = Store(open_store(Path(sys.argv[1]), sys.argv[2]), Path(sys.argv[1]))
print(store.rows(
    "SELECT team, count(), uniqExact(contact_id), toMonth(max(until))"
    " FROM contacts, coverage GROUP BY team"
))
"""
MAKE = """
import sys
from pathlib import Path
from sqlalchemy import text
from tests.storage.engines import connected
from tests.storage.facts.conftest import Store, open_store

folder, url = Path(sys.argv[1]), sys.argv[2]
with connected(url.replace("///kept", "//")).connect() as connection:
    connection.execute(text("CREATE DATABASE kept"))
    store = Store(open_store(folder, url), folder)
    store.load(folder / "before.csv")
"""


@pytest.fixture(scope="module")
def store_of_module(clickhouse: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with (
        clickhouse.database() as url,
        opened_in(tmp_path_factory.mktemp("house"), url) as opened,
    ):
        yield opened


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


def test_row_is_kept_as_given(store: Store) -> None:
    store.load_text(
        "contact_id,channel,opened_at,direction,team,resolved_at,wait_seconds,abandoned,"
        "reopen_count,article_id\n"
        r"""a\'1,chat,2026-03-01T10:00:00.123456Z,outbound,Zürich "x",,0.5,true,3,\n🙂""" + "\n"
    )
    columns = (
        "contact_id, opened_at, direction, team, resolved_at, wait_seconds, abandoned,"
        " reopen_count, article_id, priority"
    )
    assert store.rows(f"SELECT {columns} FROM contacts") == [
        (
            r"a\'1",
            datetime(2026, 3, 1, 10, 0, 0, 123456, tzinfo=UTC).replace(tzinfo=None),
            *("outbound", 'Zürich "x"', None, 0.5, True, 3, r"\n🙂", None),
        )
    ]


def test_days_long_ago_and_far_ahead_are_kept(store: Store) -> None:
    store.load_text("customer_id,started_on,ended_on\nk1,1990-05-03,2099-01-01\n", fact="customers")
    assert store.rows("SELECT started_on, ended_on FROM customers") == [
        (date(1990, 5, 3), date(2099, 1, 1))
    ]


def test_keys_of_before_are_replaced_and_other_sources_stay(store: Store) -> None:
    store.load_text(f"{HEADER}1,chat,2026-03-01,old\n2,chat,2026-03-01,old\n")
    store.load_text(f"{HEADER}1,chat,2026-03-01,other\n", source="other")
    report = store.load_text(f"{HEADER}2,phone,2026-05-01,new\n3,chat,2026-03-02,new\n")
    assert (report.loaded, report.replaced) == (2, 1)
    assert store.rows("SELECT source, contact_id, team FROM contacts ORDER BY ALL") == [
        ("carekpi", "1", "old"),
        ("carekpi", "2", "new"),
        ("carekpi", "3", "new"),
        ("other", "1", "other"),
    ]
    assert store.rows("SELECT source, until FROM coverage ORDER BY ALL") == [
        ("carekpi", stored(2026, 5, 1)),
        ("other", stored(2026, 3, 1)),
    ]


def test_dry_run_counts_what_would_be_replaced(store: Store) -> None:
    store.load_text(f"{HEADER}1,chat,2026-03-01,old\n")
    report = store.load_text(
        f"{HEADER}1,chat,2026-03-01,new\n2,chat,2026-03-01,new\n", dry_run=True
    )
    assert (report.loaded, report.replaced) == (2, 1)
    assert store.rows("SELECT team FROM contacts") == [("old",)]


def test_what_fails_on_the_way_changes_nothing(store: Store) -> None:
    store.load_text(f"{HEADER}1,chat,2026-03-01,old\n")
    with store.engine.connect() as connection:
        connection.execute(
            text("ALTER TABLE contacts ADD CONSTRAINT no_later CHECK opened_at < '2026-04-01'")
        )
    with pytest.raises(UserError, match="The rows can't be written") as raised:
        store.load_text(f"{HEADER}1,chat,2026-05-01,new\n")
    with store.engine.connect() as connection:
        connection.execute(text("ALTER TABLE contacts DROP CONSTRAINT no_later"))
    assert "Nothing was changed." in str(raised.value)
    assert store.rows("SELECT team, until FROM contacts, coverage") == [("old", stored(2026, 3, 1))]
    store.load_text(f"{HEADER}1,chat,2026-05-01,new\n")
    assert store.rows("SELECT team, until FROM contacts, coverage") == [("new", stored(2026, 5, 1))]


def test_who_was_forgotten_comes_in_without_a_name(store: Store) -> None:
    file = store.folder / "agents.csv"
    file.write_text("agent_id,name,email\na1,Ann,ann@x.org\na2,Bob,bob@x.org\n")
    load_file(
        store.engine,
        LoadOrder("agents"),
        file,
        data_folder=store.folder / "data",
        now=NOW,
        progress=store.progress.append,
        memory_limit=MEMORY,
        is_forgotten=lambda _kind, _source, who: who == "a1",
    )
    assert store.rows("SELECT agent_id, name, email FROM agents ORDER BY ALL") == [
        ("a1", None, None),
        ("a2", "Bob", "bob@x.org"),
    ]


def test_opening_again_adds_the_columns_that_came_later(store: Store) -> None:
    store.load_text(f"{HEADER}1,chat,2026-03-01,care\n")
    with store.engine.connect() as connection:
        connection.execute(text("ALTER TABLE contacts DROP COLUMN article_id"))
    url = store.engine.url.set(drivername="clickhousedb").render_as_string(hide_password=False)
    open_store(store.folder, url).dispose()
    assert store.rows("SELECT contact_id, article_id FROM contacts") == [("1", None)]


def test_killed_import_leaves_all_or_nothing(tmp_path: Path) -> None:
    """In processes of their own: one has but one place where such a database is kept."""
    url = f"clickhousedb:///kept?interface=chdb&path={tmp_path / 'house'}"
    write_rows(tmp_path / "before.csv", "contacts", "before", "2026-03-01")
    write_rows(tmp_path / "after.csv", "contacts", "after", "2026-04-01")
    _run(MAKE, str(tmp_path), url)
    program = LOAD_UNTIL_KILLED.replace("open_store(folder)", f"open_store(folder, {url!r})")
    killed = _run(program, str(tmp_path), "0.7", "0.15", "contacts")
    assert killed.returncode == -signal.SIGKILL
    told = _run(SHOW, str(tmp_path), url).stdout.strip()
    assert told in {
        f"[('before', {ROWS}, {ROWS}, 3)]",
        f"[('after', {ROWS}, {ROWS}, 4)]",
    }


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
