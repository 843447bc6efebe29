"""A ClickHouse server's address, and what is told where it can't be used; no secret in any."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import make_url

from storage.clickhouse import clickhouse_engine, read_address, refusal
from storage.errors import UserError
from storage.facts.store import open_facts
from tests.clickhouse import House
from tests.storage.facts.conftest import MEMORY

PLACE = "The ClickHouse server of CAREKPI_FACTS_URL"


def complaint(url: str, folder: Path) -> str:
    with pytest.raises(UserError) as raised:
        open_facts(url, memory_limit=MEMORY, data_folder=folder)
    told = str(raised.value)
    assert "hush" not in told
    return told


class Door(BaseHTTPRequestHandler):
    """A server that says no, as a real one does."""

    code = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = f"Code: {self.code}. DB::Exception: ann: hush. (NO)".encode()
        self.send_response(500)
        self.send_header("X-ClickHouse-Exception-Code", str(self.code))
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST  # noqa: N815 - as the standard library calls it

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@contextmanager
def server_that_says(code: int) -> Iterator[int]:
    door = type("OwnDoor", (Door,), {"code": code})
    with HTTPServer(("127.0.0.1", 0), door) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (516, "does not accept the user or the password."),
        (
            81,
            'has no database "care".',
        ),
        (164, "lets this user only read."),
        (
            497,
            'does not let this user do what is needed in "care".',
        ),
        (9, "can't be used (code 9)."),
    ],
)
def test_what_a_server_says_at_the_door(tmp_path: Path, code: int, told: str) -> None:
    with server_that_says(code) as port:
        url = f"clickhousedb://ann:hush@127.0.0.1:{port}/care"
        assert complaint(url, tmp_path).startswith(f"{PLACE} {told} ")


def test_server_that_is_away(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert complaint(f"clickhousedb://ann:hush@127.0.0.1:{port}/care", tmp_path) == (
        f"{PLACE} can't be reached. Check that it runs, and the host and port of CAREKPI_FACTS_URL."
    )


def test_database_that_is_not_there(tmp_path: Path, clickhouse: House) -> None:
    assert complaint(clickhouse.url("nothing"), tmp_path) == (
        f'{PLACE} has no database "nothing".'
        " Make it with CREATE DATABASE nothing, or correct CAREKPI_FACTS_URL."
    )


def test_database_in_which_tables_cannot_be_exchanged(tmp_path: Path, clickhouse: House) -> None:
    assert complaint("clickhousedb://?interface=chdb", tmp_path) == (
        "The database of CAREKPI_FACTS_URL is of the kind Overlay, in which tables can't be"
        " exchanged. Make one with: CREATE DATABASE carekpi ENGINE = Atomic."
    )


@pytest.mark.parametrize(
    "url",
    [
        "clickhousedb://ann:hu@sh@db/care",
        "clickhouse://ann:x@hush:hush@db/care",
        "clickhousedb://ann:hush@db:eightthousand/care",
    ],
)
def test_address_that_cannot_be_read(tmp_path: Path, url: str) -> None:
    assert complaint(url, tmp_path).split(". ")[0] == (
        "CAREKPI_FACTS_URL is no address of a ClickHouse database"
    )


def test_password_is_in_no_repr() -> None:
    address = read_address("clickhousedb://ann:hush@db/care", "NAME")
    assert address is not None
    assert "hush" not in repr(clickhouse_engine(address, "NAME"))


def test_connection_that_breaks_off_is_told_plainly() -> None:
    address = make_url("clickhousedb://ann:hush@db/care")
    assert refusal(ConnectionResetError("hush"), address, "NAME").sentence == (
        "The ClickHouse server of NAME can't be reached."
    )


def test_driver_is_asked_for_where_it_is_missing(tmp_path: Path) -> None:
    program = (
        "import sys, importlib.util as found; look = found.find_spec\n"
        "found.find_spec = lambda name, *more: None if name == 'clickhouse_connect' else"
        " look(name, *more)\n"
        "from storage.clickhouse import clickhouse_engine, read_address\n"
        "from storage.errors import UserError\n"
        "try: clickhouse_engine(read_address('clickhousedb://db/care', 'NAME'), 'NAME')\n"
        "except UserError as error: print(error)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert told.stdout == (
        "The driver for ClickHouse is not installed. Run pip install 'carekpi[clickhouse]'.\n"
    )


def test_driver_is_loaded_only_where_there_is_such_a_server(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from storage.facts.store import open_facts\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "open_facts(f'duckdb:///{folder}/facts.duckdb', memory_limit='600MB',"
        " data_folder=folder).dispose()\n"
        "print([name for name in sys.modules if name.startswith(('clickhouse', 'chdb'))])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert told.stdout == "[]\n"
