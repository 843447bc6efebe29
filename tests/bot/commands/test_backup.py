"""``carekpi backup`` and ``carekpi restore``, as somebody types them."""

from __future__ import annotations

import os
import resource
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.cli import carry_out
from bot.command_socket import CommandSocket
from bot.environment import read_data_environment
from bot.workplace import Workplace, holding
from storage.operations.engine import reading, writing
from storage.operations.outbox import Parcel, Priority, enqueue
from storage.operations.outbox_models import Delivery
from tests.bot.command_line import NOW, Listener, Said, run_command, write_contacts
from tests.postgresql import Server
from tests.storage.facts.conftest import ROOT

SEALED = (
    "Set CAREKPI_KEYS as it was, or what is sealed can't be read. Next: carekpi doctor, then"
    " carekpi run.\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with three contacts, a role and settings."""
    made = tmp_path / "data"
    run_command(made, "role", "ann@example.com", "admin")
    run_command(made, "import", "contacts", write_contacts(tmp_path))
    (made / "carekpi.toml").write_text('timezone = "Europe/Berlin"\n')
    (made / "carekpi.env").write_text("SLACK_BOT_TOKEN=xoxb-1\n")
    return made


@pytest.fixture
def archive(folder: Path, tmp_path: Path) -> Path:
    path = tmp_path / "backup.tar"
    assert run_command(folder, "backup", str(path)).status == 0
    return path


def volume(folder: Path) -> list[int]:
    asked = run_command(folder, "ask", "volume 2026-02", "--json").json
    return [row["n"] for row in asked["rows"]]


def test_backup_comes_back_in_another_folder(folder: Path, tmp_path: Path) -> None:
    path, other = tmp_path / "backup.tar", tmp_path / "other"
    said = run_command(folder, "backup", str(path))
    assert (said.status, said.err) == (0, "")
    assert said.out.endswith(
        " MB), as they were at one moment.\n"
        "It holds no token and no key: keep CAREKPI_KEYS and carekpi.env in another safe place.\n"
    )
    assert said.out.startswith("Operations and facts are in backup.tar (")
    restored = run_command(other, "restore", str(path))
    assert restored == Said(
        0,
        "Restored from backup.tar, taken 2026-03-02 09:30 UTC by CareKPI "
        f"{restored.out.split('CareKPI ')[1].split(':')[0]}:"
        f" operations.sqlite, facts.duckdb, carekpi.toml.\n{SEALED}",
    )
    assert volume(other) == volume(folder) == [3]
    assert run_command(other, "role") == Said(0, "ann@example.com  admin\n")
    assert (other / "carekpi.toml").read_text() == 'timezone = "Europe/Berlin"\n'
    assert not (other / "carekpi.env").exists()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in other.iterdir()}
    assert {name for name, mode in modes.items() if mode & 0o077} == set()


def test_backup_and_restore_are_in_the_trail(folder: Path, archive: Path, tmp_path: Path) -> None:
    run_command(tmp_path / "other", "restore", str(archive))
    entries = "SELECT what, about, details FROM audit_entries WHERE what LIKE 'backup%'"
    trails = []
    for each in (folder, tmp_path / "other"):
        with closing(sqlite3.connect(each / "operations.sqlite")) as connection:
            trails.append(connection.execute(entries).fetchall())
    assert trails == [
        [("backup taken", "backup.tar", f"{archive.stat().st_size} bytes")],
        [("backup restored", "backup.tar", "taken 2026-03-02 09:30 UTC")],
    ]


def test_message_that_waited_is_looked_for_before_it_is_sent(folder: Path, tmp_path: Path) -> None:
    """The bot that the backup is of may have sent it since."""
    parcel = Parcel("survey:1", "survey", Priority.SURVEY, "U1", "survey:1", {"message": {}})
    place = Workplace(read_data_environment({}, folder), lambda: NOW)
    with writing(place.operations) as session:
        enqueue(session, [parcel], NOW)
    place.close()
    run_command(folder, "backup", str(tmp_path / "b.tar"))
    run_command(tmp_path / "other", "restore", str(tmp_path / "b.tar"))
    handed_over: list[datetime | None] = []
    for each in (folder, tmp_path / "other"):
        opened = Workplace(read_data_environment({}, each), lambda: NOW)
        with reading(opened.operations) as session:
            handed_over += session.scalars(select(Delivery.posted_at)).all()
        opened.close()
    assert handed_over == [None, NOW]


def test_restore_where_something_is_has_to_be_told(folder: Path, archive: Path) -> None:
    run_command(folder, "role", "bob@example.com", "executive")
    refused = run_command(folder, "restore", str(archive))
    assert refused == Said(
        2,
        "",
        f"{folder} is not empty: it holds carekpi.toml, facts.duckdb, operations.sqlite. Choose"
        " another folder with --data, or add --replace: what is there is kept aside.\n",
    )
    assert "bob@example.com" in run_command(folder, "role").out
    replaced = run_command(folder, "restore", str(archive), "--replace")
    (aside,) = folder.glob("before-restore-*")
    assert replaced.out.endswith(f"What was there before is in {aside}.\n{SEALED}")
    assert run_command(folder, "role").out == "ann@example.com  admin\n"
    assert "bob@example.com" in run_command(aside, "role").out
    assert (folder / "carekpi.env").read_text() == "SLACK_BOT_TOKEN=xoxb-1\n"


def test_restore_of_what_is_damaged_touches_nothing(
    folder: Path, archive: Path, tmp_path: Path
) -> None:
    archive.write_bytes(archive.read_bytes()[:-20_000])
    before = {path.name for path in folder.iterdir()}
    said = run_command(folder, "restore", str(archive), "--replace")
    assert said == Said(
        2,
        "",
        "backup.tar is no backup of CareKPI, or it was changed since it was written. Nothing was"
        " restored. Use another backup.\n",
    )
    assert {path.name for path in folder.iterdir()} == before
    assert volume(folder) == [3]


def test_restore_of_a_newer_database_is_refused(folder: Path, tmp_path: Path) -> None:
    place = Workplace(read_data_environment({}, folder), lambda: NOW)
    with place.operations.begin() as connection:
        connection.exec_driver_sql("UPDATE carekpi_version SET version_num = '9999'")
    said = run_command_open(place, "backup", str(tmp_path / "newer.tar"))
    assert said.status == 0
    restored = run_command(tmp_path / "other", "restore", str(tmp_path / "newer.tar"))
    assert restored.err == (
        "The operations database was written by a newer version of CareKPI. Update CareKPI, or"
        " restore the backup made before the update.\n"
    )
    assert {path.name for path in (tmp_path / "other").iterdir()} == {"carekpi.lock", "staging"}


def run_command_open(place: Workplace, *argv: str) -> Said:
    """What a bot does that has the folder open."""
    listener = Listener(place.folder)
    status = carry_out(argv, listener, place)
    place.close()
    return Said(status, "\n".join(listener.out), "\n".join(listener.err))


def test_bot_takes_backups_and_no_restore_goes_beneath_it(
    folder: Path, archive: Path, tmp_path: Path
) -> None:
    place = Workplace(read_data_environment({}, folder), lambda: NOW)
    with holding(folder, lambda: None):
        commands = CommandSocket(folder, lambda argv, console: carry_out(argv, console, place))
        commands.start()
        taken = run_command(folder, "backup", str(tmp_path / "second.tar"))
        refused = run_command(folder, "restore", str(archive), "--replace")
        commands.stop()
        place.close()
    assert taken.out.startswith("Operations and facts are in second.tar (")
    assert refused == Said(
        2,
        "",
        f"A bot runs on the data folder {folder}. Stop it first, or choose another folder with"
        " --data.\n",
    )


def test_backup_goes_to_where_the_person_is(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run_command(folder, "backup", "here.tar")
    again = run_command(folder, "backup", "here.tar")
    assert (tmp_path / "here.tar").exists()
    assert again == Said(2, "", "here.tar is there already. Choose another name.\n")


def on_small_disk(megabytes: float, folder: Path, *argv: str) -> Said:
    """What a command says where no file may grow beyond so much."""
    limit = int(megabytes * 1_000_000)
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "--data", str(folder), *argv],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    return Said(ended.returncode, ended.stdout, ended.stderr)


def test_restore_onto_a_full_disk_is_a_sentence_and_touches_nothing(
    folder: Path, archive: Path
) -> None:
    before = {path.name for path in folder.iterdir()}
    assert on_small_disk(0.1, folder, "restore", str(archive), "--replace") == Said(
        2,
        "",
        "backup.tar can't be restored: file too large. Make room, or choose another folder with"
        " --data.\n",
    )
    assert {path.name for path in folder.iterdir()} == before
    assert list((folder / "staging").iterdir()) == []
    assert volume(folder) == [3]


@pytest.mark.parametrize("megabytes", [0.1, 0.5])
def test_backup_onto_a_full_disk_is_a_sentence_and_leaves_nothing(
    folder: Path, tmp_path: Path, megabytes: float
) -> None:
    """No file may grow beyond so much: what a full disk answers, at two moments."""
    backups = tmp_path / "backups"
    backups.mkdir()
    before = sorted(path.name for path in folder.iterdir())
    said = on_small_disk(megabytes, folder, "backup", str(backups / "b.tar"))
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("The backup b.tar can't be written: ")
    assert said.err.endswith("Nothing of it was left behind. Make room, or choose another place.\n")
    assert list(backups.iterdir()) == []
    assert list((folder / "staging").iterdir()) == []
    assert sorted(path.name for path in folder.iterdir()) == before


def test_backup_of_servers_says_which_tool_is_for_them(tmp_path: Path, postgresql: Server) -> None:
    with postgresql.database() as url:
        both = {"CAREKPI_FACTS_URL": url, "CAREKPI_OPERATIONS_URL": url}
        neither = run_command(tmp_path, "backup", str(tmp_path / "b.tar"), environ=both)
        facts = run_command(
            tmp_path / "one",
            "backup",
            str(tmp_path / "o.tar"),
            environ={"CAREKPI_FACTS_URL": url},
        )
        refused = run_command(tmp_path / "two", "restore", str(tmp_path / "o.tar"), environ=both)
    assert neither == Said(
        2,
        "",
        "Both databases are on servers, so there is no file to back up. Use your servers' own"
        " backups, such as pg_dump, and keep carekpi.toml.\n",
    )
    assert facts.out.startswith("Operations are in o.tar (")
    assert facts.out.splitlines()[-1] == (
        "The facts are on a server: back them up now, after this, with pg_dump."
    )
    assert refused.err == (
        "The backup holds operations.sqlite, but CAREKPI_OPERATIONS_URL names a server. Take"
        " CAREKPI_OPERATIONS_URL out of the environment to restore the file.\n"
    )
