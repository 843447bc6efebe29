"""A PostgreSQL server as either database: its address, its connections, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.addresses import is_postgresql
from storage.errors import SettingsError, UnreachableError

if TYPE_CHECKING:
    from psycopg import Connection as PsycopgConnection

POSTGRESQL = "postgresql"
DRIVER = "postgresql+psycopg"
CONNECT_WITHIN_SECONDS = 10
CONNECTIONS = 10
ENCODING = "UTF8"
SESSION = ("TimeZone = 'UTC'", "work_mem = '64MB'", "jit = off")
"""For each connection. Compiling a statement costs more than an answer takes to compute."""
ONE_MOMENT = "REPEATABLE READ"
"""All statements of a transaction see the data as it was when the first one ran."""
LATEST = "READ COMMITTED"
"""Each statement sees what was committed before it: what a wait for a lock asks for."""


def read_address(url: str, setting: str) -> URL | None:
    """The address of a PostgreSQL server, with the driver that is used; None for another engine.

    Raises:
        SettingsError: it is one, but can't be read. The sentence shows nothing of it.
    """
    if not is_postgresql(url):
        return None
    try:
        address = make_url(url.strip())
    except (ArgumentError, ValueError):
        raise _unreadable(setting) from None
    if "@" in (address.host or ""):
        raise _unreadable(setting)
    return address.set(drivername=DRIVER)


def _unreadable(setting: str) -> SettingsError:
    return SettingsError(
        f"{setting} is no address of a PostgreSQL database.",
        "Write postgresql://USER:PASSWORD@HOST:5432/DATABASE; in the password @ becomes %40,"
        " : becomes %3A and / becomes %2F.",
    )


def server_engine(address: URL, setting: str) -> Engine:
    """Connections to the server: all in UTC, none used after it broke.

    That the server can't be reached is an ``UnreachableError``, whenever it happens.
    """
    engine = create_engine(
        address,
        isolation_level=ONE_MOMENT,
        pool_pre_ping=True,
        pool_size=CONNECTIONS,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_WITHIN_SECONDS,
            "application_name": "carekpi",
        },
    )

    def tell(context: ExceptionContext) -> None:
        is_about_connection = context.connection is None or context.is_disconnect
        if is_about_connection and not context.is_pre_ping:
            raise refusal(context.original_exception, address, setting)

    event.listen(engine, "connect", _prepare)
    event.listen(engine, "handle_error", tell)
    return engine


def _prepare(connection: PsycopgConnection[Any], _record: ConnectionPoolEntry) -> None:
    # The driver is loaded only where there is a server.
    from storage.decimals import PlainNumberLoader  # noqa: PLC0415 - as said above

    connection.adapters.register_loader("numeric", PlainNumberLoader)
    with connection.cursor() as cursor:
        for setting in SESSION:
            cursor.execute(f"SET {setting}")
    connection.commit()


def check_encoding(connection: Connection, setting: str) -> None:
    """Refuses a database that could not hold every letter."""
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != ENCODING:
        raise SettingsError(
            f"The database of {setting} keeps text as {encoding}, which has not every letter.",
            "Make one with: CREATE DATABASE carekpi ENCODING 'UTF8' TEMPLATE template0;",
        )


def lock_until_committed(connection: Connection, *names: str) -> None:
    """Waits until no other transaction has the lock of these names, and takes it."""
    connection.execute(select(func.pg_advisory_xact_lock(_key(names))))


def is_locked_until_committed(connection: Connection, *names: str) -> bool:
    """Takes the lock of these names, unless another transaction has it; waits for none."""
    return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(_key(names)))))


def _key(names: tuple[str, ...]) -> Any:
    return func.hashtextextended("\n".join(("carekpi", *names)), 0)


def refusal(error: BaseException | None, address: URL, setting: str) -> UnreachableError:
    """Why the database can't be used, in a sentence that holds no secret."""
    reason, database = str(error), address.database or address.username
    place = f"The PostgreSQL server of {setting}"
    for said, sentence, next_step in _KNOWN_REASONS:
        if said in reason:
            return UnreachableError(
                f"{place} {sentence.format(database=database)}",
                next_step.format(setting=setting),
            )
    return UnreachableError(
        f"{place} can't be used{_state(error)}.", f"See the server's log, and check {setting}."
    )


def _state(error: BaseException | None) -> str:
    state = getattr(error, "sqlstate", None)
    return f" (SQLSTATE {state})" if state else ""


_KNOWN_REASONS = (
    (
        "authentication failed",
        "does not accept the user or the password.",
        "Correct them in {setting}.",
    ),
    (
        "no password supplied",
        "asks for a password.",
        "Put it into {setting}: postgresql://USER:PASSWORD@HOST/DATABASE.",
    ),
    (
        "no pg_hba.conf entry",
        "does not let this machine in.",
        "Allow it in the server's pg_hba.conf, or add ?sslmode=require to {setting}.",
    ),
    (
        "permission denied for database",
        'does not let this user into "{database}".',
        "Grant what docs/databases.md lists.",
    ),
    (
        "permission denied",
        'does not let this user make tables in "{database}".',
        "Grant what docs/databases.md lists.",
    ),
    (
        "not currently accepting connections",
        'takes no connection to "{database}" right now.',
        "Try again soon; if it stays, ask whoever runs the server.",
    ),
    (
        'database "',
        'has no database "{database}".',
        "Make it with CREATE DATABASE, or correct {setting}.",
    ),
    (
        "too many c",
        "has no connection left.",
        "Raise its max_connections, or stop what uses them.",
    ),
    (
        "could not translate host name",
        "is not known by that name.",
        "Correct the host in {setting}, or check the network.",
    ),
    (
        "failed to resolve host",
        "is not known by that name.",
        "Correct the host in {setting}, or check the network.",
    ),
    (
        "invalid connection option",
        "is named with an option that there is not.",
        "Correct what stands after the ? in {setting}.",
    ),
    ("FATAL", "refuses the connection.", "See its log, and correct {setting}."),
    ("connection failed", "can't be reached.", "Check that it runs, and {setting}."),
    ("connection timeout", "can't be reached.", "Check that it runs, and {setting}."),
    ("connection", "broke the connection off.", "Try again; if it happens again, see its log."),
)
"""What the server or its driver says, what is told instead, and the next step."""
