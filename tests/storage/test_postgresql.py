"""What is said where a PostgreSQL server can't be used; never what would open it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from traceback import format_exception
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine, make_url, text

from storage.errors import UserError
from storage.facts.store import open_facts
from storage.operations.engine import open_operations, reading
from storage.postgresql import refusal
from tests.postgresql import PASSWORD, Server
from tests.storage.engines import connected

SECRET_PARTS = (PASSWORD, "it%27s%3Aa%40secret%2F%3F", "secret", "hush")
Opener = Callable[[str], Engine]


@pytest.fixture(params=["CAREKPI_FACTS_URL", "CAREKPI_OPERATIONS_URL"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Opener]:
    """What opens either database, and the setting that says where."""
    if request.param == "CAREKPI_OPERATIONS_URL":
        return request.param, open_operations
    return request.param, lambda url: open_facts(url, memory_limit="300MB", data_folder=tmp_path)


@pytest.fixture(scope="module")
def database(postgresql: Server) -> Iterator[str]:
    with postgresql.database() as url:
        yield url


def complaint(opener: tuple[str, Opener], url: str) -> str:
    """The sentence, with NAME for the setting; no trace of the error shows a secret."""
    setting, opened = opener
    with pytest.raises(UserError) as raised:
        opened(url)
    shown = "".join(format_exception(raised.value)) + repr(raised.value)
    assert [part for part in SECRET_PARTS if part in shown] == []
    return str(raised.value).replace(setting, "NAME")


def unique(name: str) -> str:
    """Roles and databases are the server's, which other processes test on too."""
    return f"{name}_{uuid4().hex}"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "POSTGRES"])
def test_address_is_taken_as_other_tools_write_it(
    opener: tuple[str, Opener], database: str, scheme: str
) -> None:
    engine = opener[1](database.replace("postgresql", scheme, 1))
    assert PASSWORD not in repr(engine)
    engine.dispose()


def test_wrong_password(opener: tuple[str, Opener], database: str) -> None:
    wrong = make_url(database).set(password="hush")
    assert complaint(opener, wrong.render_as_string(hide_password=False)) == (
        "The PostgreSQL server of NAME does not accept the user or the password."
        " Correct them in NAME."
    )


def test_password_left_out(opener: tuple[str, Opener], database: str) -> None:
    without = make_url(database)._replace(password=None)
    assert complaint(opener, without.render_as_string(hide_password=False)) == (
        "The PostgreSQL server of NAME asks for a password."
        " Put it into NAME: postgresql://USER:PASSWORD@HOST/DATABASE."
    )


def test_database_that_is_not_there(opener: tuple[str, Opener], postgresql: Server) -> None:
    assert complaint(opener, postgresql.url("nothing")) == (
        'The PostgreSQL server of NAME has no database "nothing".'
        " Make it with CREATE DATABASE, or correct NAME."
    )


def test_server_that_is_away(opener: tuple[str, Opener]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert complaint(opener, f"postgresql://ann:hush@127.0.0.1:{port}/care") == (
        "The PostgreSQL server of NAME can't be reached. Check that it runs, and NAME."
    )


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:hu@sh@db/care",
        "postgresql://ann:x@hush:hush@db/care",
        "postgres://ann:hush@db:fivethousand/care",
        "postgresql//ann:hush@db/care",
    ],
)
def test_address_that_cannot_be_read(opener: tuple[str, Opener], url: str) -> None:
    told = complaint(opener, url)
    assert told.split(". ")[0] in {
        "NAME is no address of a PostgreSQL database",
        "NAME is no address of a database that CareKPI knows",
        "The address of the facts database can't be read",
    }


def test_option_that_there_is_not(opener: tuple[str, Opener], database: str) -> None:
    assert complaint(opener, f"{database}&hurry=yes") == (
        "The PostgreSQL server of NAME is named with an option that there is not."
        " Correct what stands after the ? in NAME."
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("FATAL:  permission denied for database", 'does not let this user into "care".'),
        ("FATAL:  the database system is starting up", "refuses the connection."),
        ("FATAL:  sorry, too many clients already", "has no connection left."),
        ("timeout expired", "can't be reached."),
    ],
)
def test_what_a_server_says_at_the_door(said: str, told: str) -> None:
    address = make_url("postgresql://ann:hush@db/care")
    reason = f'connection failed: connection to server at "10.0.0.1", port 5432 failed: {said}'
    error = psycopg.OperationalError(reason)
    assert refusal(error, address, "NAME").sentence == f"The PostgreSQL server of NAME {told}"


def test_user_who_may_not_enter(opener: tuple[str, Opener], postgresql: Server) -> None:
    stranger = unique("stranger")
    postgresql.run(f"CREATE ROLE {stranger} LOGIN PASSWORD 'hush'")
    with postgresql.database() as url:
        address = make_url(url).set(username=stranger, password="hush")
        name = address.database
        postgresql.run(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
        told = complaint(opener, address.render_as_string(hide_password=False))
    postgresql.run(f"DROP ROLE {stranger}")
    assert told == (
        f'The PostgreSQL server of NAME does not let this user into "{name}".'
        " Grant what docs/databases.md lists."
    )


def test_user_who_may_not_make_tables(opener: tuple[str, Opener], postgresql: Server) -> None:
    reader = unique("reader")
    postgresql.run(f"CREATE ROLE {reader} LOGIN PASSWORD 'hush'")
    with postgresql.database() as url:
        address = make_url(url).set(username=reader, password="hush")
        told = complaint(opener, address.render_as_string(hide_password=False))
        name = address.database
    postgresql.run(f"DROP ROLE {reader}")
    assert told == (
        f"The PostgreSQL server of NAME does not let this user make tables in"
        f' "{name}". Grant what docs/databases.md lists.'
    )


def test_database_that_has_not_every_letter(opener: tuple[str, Opener], postgresql: Server) -> None:
    latin = unique("latin")
    postgresql.run(
        f"CREATE DATABASE {latin} ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
        " TEMPLATE template0"
    )
    told = complaint(opener, postgresql.url(latin))
    postgresql.run(f"DROP DATABASE {latin} WITH (FORCE)")
    assert told == (
        "The database of NAME keeps text as LATIN1, which has not every letter."
        " Make one with: CREATE DATABASE carekpi ENCODING 'UTF8' TEMPLATE template0;"
    )


def test_server_that_breaks_a_connection_off_is_told_and_forgiven(
    opener: tuple[str, Opener], database: str, postgresql: Server
) -> None:
    setting, opened = opener
    engine = opened(database)
    with reading(engine) as session:
        session.execute(text("SELECT 1"))
        postgresql.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{make_url(database).database}'"
        )
        with pytest.raises(UserError) as raised:
            session.execute(text("SELECT 1"))
    assert str(raised.value).replace(setting, "NAME") == (
        "The PostgreSQL server of NAME broke the connection off."
        " Try again; if it happens again, see its log."
    )
    with reading(engine) as session:
        assert session.scalar(text("SELECT 1")) == 1
    engine.dispose()


def test_sums_of_counts_are_whole_numbers(database: str) -> None:
    engine = connected(database)
    with engine.connect() as connection:
        row = connection.execute(
            text(
                "SELECT sum(n::bigint), avg(n), -sum(n::bigint), NULL::numeric"
                " FROM (VALUES (1), (2)) AS counted(n)"
            )
        ).one()
    engine.dispose()
    assert [(type(each), each) for each in row] == [
        (int, 3),
        (float, 1.5),
        (int, -3),
        (type(None), None),
    ]


def test_times_are_read_in_utc_whatever_the_server_says(database: str) -> None:
    engine = connected(database)
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW timezone")) == "UTC"
    engine.dispose()
