"""A ClickHouse server for the facts: its address, its connections, and what it refuses."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.addresses import is_clickhouse
from storage.errors import SettingsError, UnreachableError

CLICKHOUSE = "clickhousedb"
DRIVER = f"{CLICKHOUSE}+carekpi"
CONNECTIONS = 10
CONNECT_WITHIN_SECONDS = 10
ANSWER_WITHIN_SECONDS = 3600
TABLE_EXISTS, TABLE_UNKNOWN = 57, 60
SESSION = {
    "aggregate_functions_null_for_empty": 1,
    "async_insert": 0,
    "cast_keep_nullable": 1,
    "compile_expressions": 0,
    "group_by_use_nulls": 1,
    "insert_deduplicate": 0,
    "join_use_nulls": 1,
    "mutations_sync": 2,
    "prefer_column_name_to_alias": 1,
    "session_timezone": "UTC",
}
"""For each connection: what is not there is NULL, as elsewhere, and no zero or empty text.

Changes are waited for, and rows that were there before are put in again. Compiling expressions
costs more than it saves: no two statements have the same.
"""


def read_address(url: str, setting: str) -> URL | None:
    """The address of a ClickHouse server, with the dialect that is used; None for another engine.

    Raises:
        SettingsError: it is one, but can't be read. The sentence shows nothing of it.
    """
    if not is_clickhouse(url):
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
        f"{setting} is no address of a ClickHouse database.",
        "Write clickhousedb://USER:PASSWORD@HOST:8123/DATABASE; in the password @ becomes %40,"
        " : becomes %3A and / becomes %2F.",
    )


def clickhouse_engine(address: URL, setting: str) -> Engine:
    """Connections to the server, all in UTC.

    That the server can't be reached is an ``UnreachableError``, whenever it happens.

    Raises:
        SettingsError: what is needed for it is not installed.
    """
    _check_installed(address)
    registry.register(f"{CLICKHOUSE}.carekpi", "storage.clickhouse_dialect", "CareDialect")
    try:
        engine = create_engine(_with_patience(address), pool_size=CONNECTIONS, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError):
        raise _unreadable(setting) from None

    def tell(context: ExceptionContext) -> None:
        error = context.original_exception
        if context.connection is None or is_unreachable(error):
            raise refusal(error, address, setting)

    event.listen(engine, "connect", _prepare)
    event.listen(engine, "handle_error", tell)
    return engine


def _check_installed(address: URL) -> None:
    needed = ["clickhouse_connect", *(["chdb"] if _is_embedded(address) else [])]
    missing = [name for name in needed if find_spec(name) is None]
    if missing == ["chdb"]:
        raise SettingsError(
            "ClickHouse within this process needs chdb, which is not installed.",
            "Run pip install chdb, or name a server.",
        )
    if missing:
        raise SettingsError(
            "The driver for ClickHouse is not installed.", "Run pip install 'carekpi[clickhouse]'."
        )


def _is_embedded(address: URL) -> bool:
    return address.query.get("interface") == "chdb"


def _with_patience(address: URL) -> URL:
    """How long a server is waited for, unless the address says so itself."""
    if _is_embedded(address):
        return address
    waits = {
        "connect_timeout": str(CONNECT_WITHIN_SECONDS),
        "send_receive_timeout": str(ANSWER_WITHIN_SECONDS),
    }
    return address.set(query={**waits, **address.query})


def _prepare(connection: Any, _record: ConnectionPoolEntry) -> None:
    for name, value in SESSION.items():
        connection.client.set_client_setting(name, str(value))


def insert_parquet(
    connection: Connection, table: str, columns: tuple[str, ...], file: Path
) -> None:
    """Sends a file as it is, some of it at a time.

    Raises:
        DBAPIError: the rows can't be taken; as a statement's own.
    """
    from clickhouse_connect.driver.exceptions import Error  # noqa: PLC0415 - where there is a server

    client: Any = connection.connection.dbapi_connection
    try:
        with file.open("rb") as content:
            client.client.raw_insert(table, columns, content, fmt="Parquet")
    except Error as error:
        raise DBAPIError("INSERT", None, error) from error


def code_of(error: BaseException | None) -> int | None:
    """The number of a server's complaint; None for one of the way there."""
    return getattr(error, "code", None)


def is_unreachable(error: BaseException | None) -> bool:
    """Whether the server did not say it itself."""
    return code_of(error) is None and type(error).__name__ in {
        "InterfaceError",
        "OperationalError",
        "StreamFailureError",
    }


def refusal(error: BaseException | None, address: URL, setting: str) -> UnreachableError:
    """Why the database can't be used, in a sentence that holds no secret."""
    place, code = f"The ClickHouse server of {setting}", code_of(error)
    known = _KNOWN_CODES.get(code or 0)
    if known:
        sentence, next_step = (
            each.format(database=address.database or "default", setting=setting) for each in known
        )
        return UnreachableError(f"{place} {sentence}", next_step)
    if code is None:
        return UnreachableError(
            f"{place} can't be reached.", f"Check that it runs, and the host and port of {setting}."
        )
    return UnreachableError(
        f"{place} can't be used (code {code}).", f"See the server's log, and check {setting}."
    )


_GRANTS = "Grant what docs/databases.md lists."
_ACCOUNT = ("does not accept the user or the password.", "Correct them in {setting}.")
_KNOWN_CODES = {
    81: (
        'has no database "{database}".',
        "Make it with CREATE DATABASE {database}, or correct {setting}.",
    ),
    115: ("does not know a setting that is needed.", "Use ClickHouse 25.8 or newer."),
    164: ("lets this user only read.", _GRANTS),
    192: _ACCOUNT,
    193: _ACCOUNT,
    194: _ACCOUNT,
    242: ("can only be read now: it has lost its Keeper.", "See the server's log."),
    243: ("has no room left on its disk.", "Make room, then try again."),
    452: ("lets this user not choose settings that are needed.", _GRANTS),
    497: ('does not let this user do what is needed in "{database}".', _GRANTS),
    516: _ACCOUNT,
}
"""What the server's codes mean, and the next step."""
