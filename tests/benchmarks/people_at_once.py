"""People who wait for what they asked before they ask again, in a process of their own.

Orders come on standard input; what each request took, in seconds, goes to standard output.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.chaos.survey_clients import (
    Click,
    Connection,
    Orders,
    Person,
    body_of,
    connected,
    exchange,
)

PATIENCE_SECONDS = 30.0
OK = 200

Act = Callable[[Connection, str, int], Awaitable[None]]


@dataclass
class Mailbox:
    """In Slack's place: where answers are posted to, each at the number of its question."""

    waiting: dict[str, asyncio.Event] = field(default_factory=dict)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        await reader.readexactly(length)
        if event := self.waiting.get(head.split()[1].decode().strip("/")):
            event.set()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()


@dataclass
class Crowd:
    """So many people at once, for so long; ``text`` is what they ask, else they click."""

    orders: Orders
    at_once: int
    text: str
    mailbox: Mailbox = field(default_factory=Mailbox)
    took: list[float] = field(default_factory=list)
    number: int = 0

    async def run(self) -> list[float]:
        server = await asyncio.start_server(self.mailbox.take, "127.0.0.1", 0, backlog=200)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        until = time.monotonic() + self.orders.seconds
        act = self._ask if self.text else self._click
        await asyncio.gather(*(self._keep_at_it(act, url, until) for _ in range(self.at_once)))
        server.close()
        return self.took

    async def _keep_at_it(self, act: Act, url: str, until: float) -> None:
        connection = await connected(self.orders)
        while time.monotonic() < until:
            self.number += 1
            began = time.perf_counter()
            await act(connection, url, self.number)
            self.took.append(time.perf_counter() - began)
        connection[1].close()

    async def _click(self, connection: Connection, _url: str, number: int) -> None:
        person = self.orders.people[number % len(self.orders.people)]
        click = Click(person, f"{time.time():.6f}", number % 11)
        await self._sent(connection, body_of(self.orders, click))

    async def _ask(self, connection: Connection, url: str, number: int) -> None:
        """Until the answer is there, and not only its acknowledgement."""
        arrived = self.mailbox.waiting[str(number)] = asyncio.Event()
        person = self.orders.people[0]
        command = {
            "team_id": person.team_id,
            "channel_id": person.channel_id,
            "user_id": person.user_id,
            "command": "/kpi",
            "text": self.text,
            "response_url": f"{url}{number}",
            "trigger_id": "1.2.3",
        }
        await self._sent(connection, urlencode(command).encode())
        await asyncio.wait_for(arrived.wait(), PATIENCE_SECONDS)

    async def _sent(self, connection: Connection, body: bytes) -> None:
        status = await exchange(connection, self.orders, body)
        if status != OK:
            raise RuntimeError(f"answered with {status}")


def main() -> None:
    given = json.load(sys.stdin)
    people = [Person(**each) for each in given["orders"].pop("people")]
    crowd = Crowd(Orders(people=people, **given["orders"]), given["at_once"], given["text"])
    json.dump(asyncio.run(crowd.run()), sys.stdout)


if __name__ == "__main__":
    main()
