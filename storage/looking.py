"""Looks at both databases without making or changing anything in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from storage import clickhouse
from storage.addresses import file_of
from storage.errors import UserError
from storage.facts.server import SETTING as FACTS_SETTING
from storage.operations.engine import SETTING as OPERATIONS_SETTING
from storage.postgresql import read_address, refusal, server_engine


class InUseError(UserError):
    """Another process has the file of a database open."""


OpenFile = Callable[[Path], Engine]


class NothingThereError(UserError):
    """The file of a database was not made yet."""


@contextmanager
def looking_at_operations(url: str) -> Iterator[Connection]:
    with _looking(url, OPERATIONS_SETTING, _sqlite) as connection:
        yield connection


@contextmanager
def looking_at_facts(url: str) -> Iterator[Connection]:
    house = clickhouse.read_address(url, FACTS_SETTING)
    looking = _looking_at_house(house) if house else _looking(url, FACTS_SETTING, _duckdb)
    with looking as connection:
        yield connection


@contextmanager
def _looking_at_house(address: URL) -> Iterator[Connection]:
    engine = clickhouse.clickhouse_engine(address, FACTS_SETTING)
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise clickhouse.refusal(error.orig, address, FACTS_SETTING) from None
    finally:
        engine.dispose()


@contextmanager
def _looking(url: str, setting: str, open_file: OpenFile) -> Iterator[Connection]:
    server = read_address(url, setting)
    engine = server_engine(server, setting) if server else _file_engine(url, setting, open_file)
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        if server:
            raise refusal(error.orig, server, setting) from None
        reason = (str(error.orig).splitlines() or ["no reason given"])[0]
        raise _unreadable(reason) from error
    finally:
        engine.dispose()


def _file_engine(url: str, setting: str, open_file: OpenFile) -> Engine:
    path = file_of(url)
    if path is None:
        raise UserError(f"{setting} names no file and no server.", "Leave it out for a file.")
    if not path.exists():
        raise NothingThereError(f"{path} is not there yet.", "It is made at the first start.")
    return open_file(path)


def _sqlite(path: Path) -> Engine:
    """A file without a log beside it is read as it is, so that none is made."""
    has_log = path.with_name(f"{path.name}-wal").exists()
    how = "mode=ro" if has_log else "immutable=1"
    return create_engine(f"sqlite:///file:{path}?{how}&uri=true")


def _duckdb(path: Path) -> Engine:
    return create_engine(f"duckdb:///{path}", connect_args={"read_only": True})


def _unreadable(reason: str) -> UserError:
    if "lock on file" in reason:
        return InUseError("another command has it open.", "Try again when that has finished.")
    return UserError(f"it can't be opened: {reason}", "Restore it from a backup.")
