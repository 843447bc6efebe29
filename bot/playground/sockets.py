"""Socket Mode: up to ten connections, each request sent over one of them."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.playground.errors import NotConnectedError
from bot.playground.record import Attempt

CONNECTION_LIMIT = 10

Send = Callable[[dict[str, Any]], None]


@dataclass(slots=True, eq=False)
class Connection:
    """One WebSocket; a retiring one gets no more requests."""

    send: Send
    drop: Callable[[], None]
    is_retiring: bool = False


class Sockets:
    """The open connections; ``send`` and ``drop`` of each may be called from any thread."""

    def __init__(self, changed: threading.Condition, app_id: str) -> None:
        self._changed = changed
        self._app_id = app_id
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self._acknowledged: dict[str, dict[str, Any] | None] = {}
        self._turn = 0
        self.base_url = ""
        self.has_been_used = False

    @property
    def open_count(self) -> int:
        with self._changed:
            return len(self._ready())

    def new_address(self) -> str:
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return f"{self.base_url}/link/?ticket={ticket}&app_id={self._app_id}"

    def redeem(self, ticket: str) -> bool:
        """Whether this ticket opens a connection; each does so once."""
        with self._changed:
            is_known = ticket in self._tickets
            self._tickets.discard(ticket)
            return is_known

    def connect(self, send: Send, drop: Callable[[], None]) -> Connection | None:
        """A new connection, greeted; or None where there are too many already.

        It takes the place of those that were told to end.
        """
        with self._changed:
            if len(self._ready()) >= CONNECTION_LIMIT:
                return None
            for old in self._connections:
                if old.is_retiring:
                    old.drop()
            connection = Connection(send, drop)
            self._connections.append(connection)
            self.has_been_used = True
            send(self._hello())
            self._changed.notify_all()
        return connection

    def forget(self, connection: Connection) -> None:
        with self._changed:
            self._connections.remove(connection)
            self._changed.notify_all()

    def acknowledge(self, envelope: dict[str, Any]) -> None:
        """Take what the app sent back for an envelope."""
        with self._changed:
            self._acknowledged[str(envelope.get("envelope_id"))] = envelope.get("payload")
            self._changed.notify_all()

    def refresh(self) -> None:
        """Announce to every connection that it ends soon, so that the app opens another."""
        with self._changed:
            for connection in self._ready():
                connection.is_retiring = True
                connection.send({"type": "disconnect", "reason": "refresh_requested"})

    def drop(self) -> None:
        """Close every connection without a word, as a network does that goes away."""
        with self._changed:
            for connection in self._connections:
                connection.is_retiring = True
                connection.drop()

    def deliver(self, envelope: dict[str, Any], seconds: float) -> Attempt:
        """Send one request and wait that long for its acknowledgement."""
        envelope_id = secrets.token_hex(16)
        started = time.monotonic()
        with self._changed:
            self._next_connection(seconds).send({"envelope_id": envelope_id, **envelope})
            remaining = seconds - (time.monotonic() - started)
            self._changed.wait_for(lambda: envelope_id in self._acknowledged, remaining)
            took = time.monotonic() - started
            if envelope_id not in self._acknowledged:
                return Attempt(None, None, took)
            return Attempt(200, self._acknowledged.pop(envelope_id), took)

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._ready()),
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "playground", "approximate_connection_time": 18060},
        }

    def _ready(self) -> list[Connection]:
        return [connection for connection in self._connections if not connection.is_retiring]

    def _next_connection(self, seconds: float) -> Connection:
        """The next in turn; while the app reconnects, the one that comes."""
        if not self._changed.wait_for(self._ready, seconds):
            raise NotConnectedError("no Socket Mode connection is open")
        ready = self._ready()
        self._turn += 1
        return ready[self._turn % len(ready)]
