"""Who changes a fact on ClickHouse, which knows no transaction, waits for whoever does so already.

A turn is a table that only one can make. Who has it tells again and again that it is still there;
whoever was killed does not, and after a while loses it, with all that it was about to put in place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread
from uuid import uuid4

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from storage.clickhouse import CLICKHOUSE, TABLE_EXISTS, TABLE_UNKNOWN, code_of
from storage.facts.house import engine_of

TURN, NEXT, ARRIVED = "carekpi_turn_", "carekpi_next_", "carekpi_arrived_"
TELLS_EVERY = timedelta(seconds=5)
LOST_AFTER = timedelta(seconds=30)
LOOKS_EVERY_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Turn:
    """A fact that nobody else changes; ``next_table`` is what may be put in its place."""

    fact: str
    holder: str

    @property
    def next_table(self) -> str:
        return f"{NEXT}{self.fact}_{self.holder}"


@contextmanager
def changing(engine: Engine, *facts: str) -> Iterator[Connection]:
    """A transaction; on ClickHouse instead those facts' turns, in an order that all keep to."""
    if engine.dialect.name != CLICKHOUSE:
        with engine.begin() as connection:
            yield connection
        return
    with ExitStack() as turns, engine.connect() as connection:
        for fact in sorted(facts):
            turns.enter_context(turn_of(engine, fact))
        yield connection


@contextmanager
def turn_of(engine: Engine, fact: str) -> Iterator[Turn]:
    """Waits for the fact's turn, and has it until it leaves."""
    turn = Turn(fact, uuid4().hex)
    with engine.connect() as connection:
        _take(connection, turn)
        left = Event()
        teller = Thread(target=_tell, args=(engine, turn, left), name="turn", daemon=True)
        teller.start()
        try:
            yield turn
        finally:
            left.set()
            teller.join()
            _leave(connection, turn)


def _take(connection: Connection, turn: Turn) -> None:
    waiting = Event()
    while not _made(connection, turn):
        if _is_lost(connection, turn.fact):
            _displace(connection, turn)
        else:
            waiting.wait(LOOKS_EVERY_SECONDS)
    _say(connection, turn)
    _clear(connection, turn.fact)


def _made(connection: Connection, turn: Turn) -> bool:
    try:
        connection.execute(
            text(
                f"CREATE TABLE {TURN}{turn.fact} (holder String,"
                " at DateTime64(6, 'UTC') DEFAULT now64(6))"
                f" ENGINE = {engine_of(connection)} ORDER BY at"
            )
        )
    except DBAPIError as error:
        if code_of(error.orig) == TABLE_EXISTS:
            return False
        raise
    return True


def _say(connection: Connection, turn: Turn) -> None:
    said = text(f"INSERT INTO {TURN}{turn.fact} (holder) VALUES (:holder)")  # noqa: S608 - our own name
    connection.execute(said, {"holder": turn.holder})


def _tell(engine: Engine, turn: Turn, left: Event) -> None:
    """That the holder is still there; a server that can't be told now is told the next time."""
    while not left.wait(TELLS_EVERY.total_seconds()):
        try:
            with engine.connect() as connection:
                _say(connection, turn)
        except DBAPIError:
            continue


def _is_lost(connection: Connection, fact: str) -> bool:
    """Whether its holder was not heard of for long, by the server's own clock."""
    told = text(f"SELECT max(at) < now64(6) - :lost FROM {TURN}{fact}")  # noqa: S608 - our own name
    made = text(
        "SELECT metadata_modification_time < now() - :lost FROM system.tables"
        " WHERE database = currentDatabase() AND name = :name"
    )
    lost = {"lost": int(LOST_AFTER.total_seconds())}
    try:
        is_lost = connection.scalar(told, lost)
    except DBAPIError as error:
        if code_of(error.orig) == TABLE_UNKNOWN:
            return False
        raise
    if is_lost is None:
        is_lost = connection.scalar(made, lost | {"name": f"{TURN}{fact}"})
    return bool(is_lost)


def _displace(connection: Connection, turn: Turn) -> None:
    """Of several who wait, one gets the lost turn's table out of the way."""
    away = f"{TURN}{turn.fact}_{turn.holder}"
    try:
        connection.execute(text(f"RENAME TABLE {TURN}{turn.fact} TO {away}"))
    except DBAPIError as error:
        if code_of(error.orig) != TABLE_UNKNOWN:
            raise
        return
    connection.execute(text(f"DROP TABLE {away} SYNC"))


def _leave(connection: Connection, turn: Turn) -> None:
    """Unless the turn was lost meanwhile, and is somebody else's."""
    held = text(f"SELECT count() FROM {TURN}{turn.fact} WHERE holder = :holder")  # noqa: S608 - our own name
    try:
        if connection.scalar(held, {"holder": turn.holder}):
            connection.execute(text(f"DROP TABLE {TURN}{turn.fact} SYNC"))
    except DBAPIError as error:
        if code_of(error.orig) != TABLE_UNKNOWN:
            raise


def _clear(connection: Connection, fact: str) -> None:
    """Drops what others left behind who were cut off.

    What is sent in is sent before its turn: it is dropped only when it is old.
    """
    found = text(
        "SELECT name FROM system.tables WHERE database = currentDatabase()"
        " AND (startsWith(name, :next) OR startsWith(name, :arrived)"
        " AND metadata_modification_time < now() - toIntervalDay(1))"
    )
    names = {"next": f"{NEXT}{fact}_", "arrived": f"{ARRIVED}{fact}_"}
    for name in connection.scalars(found, names).all():
        connection.execute(text(f"DROP TABLE IF EXISTS {name} SYNC"))
