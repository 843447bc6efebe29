"""People who wait for what they asked before they ask again, in a process of their own.

Orders come on standard input; what each request took goes to standard output, with the processor's
time that everybody spent meanwhile. What is sent is made and signed beforehand, so that it takes
the least of that time.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import cast
from urllib.parse import urlencode

from tests.benchmarks.processor_time import processor_seconds
from tests.chaos.survey_clients import Click, Orders, Person, body_of, signed

PATIENCE_SECONDS = 30.0
OK, REFUSED = b"HTTP/1.1 200", b"HTTP/1.1 503"
HEAD_END = b"\r\n\r\n"
TAKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
PEOPLE = "people"
SCORES = 11
MOST_QUESTIONS_A_SECOND = 200


@dataclass(frozen=True, slots=True)
class Done:
    """By request the seconds until it was acknowledged, and until what it led to was there.

    ``processor`` is the time that was spent meanwhile, in seconds, by what the processes are.
    """

    seconds: float
    acknowledged: list[float]
    arrived: list[float]
    refused: int
    processor: dict[str, float]


class Whole(asyncio.Protocol):
    """Puts together what belongs together: a head, and as much as it says."""

    def __init__(self) -> None:
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(HEAD_END)
        if end and len(body) >= int(head.lower().partition(b"content-length:")[2].split()[0]):
            self._received = b""
            self.take(head)

    def take(self, head: bytes) -> None:
        raise NotImplementedError

    def send(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)


class Mailbox(Whole):
    """In Slack's place: answers and thanks are posted here, each at the number of its request."""

    def __init__(self, waiting: dict[str, asyncio.Future[None]]) -> None:
        super().__init__()
        self._waiting = waiting

    def take(self, head: bytes) -> None:
        arrived = self._waiting.pop(head.split(None, 2)[1].decode().strip("/"), None)
        if arrived and not arrived.done():
            arrived.set_result(None)
        self.send(TAKEN)
        assert self._transport is not None
        self._transport.close()


class Caller(Whole):
    """A connection that is kept open, as a balancer keeps them."""

    answered: asyncio.Future[bytes]

    async def exchange(self, request: bytes) -> bool:
        """Whether it was taken; the bot refuses a click that would have to wait too long."""
        self.answered = asyncio.get_running_loop().create_future()
        self.send(request)
        head = await self.answered
        if not head.startswith((OK, REFUSED)):
            raise RuntimeError(f"answered with {head[: len(OK)].decode()}")
        return head.startswith(OK)

    def take(self, head: bytes) -> None:
        if not self.answered.done():
            self.answered.set_result(head)

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.answered.done():
            self.answered.set_result(b"no answer")


@dataclass
class Crowd:
    """So many people at once, for so long; ``text`` is what they ask, else they click."""

    orders: Orders
    at_once: int
    text: str
    processes: dict[str, list[int]]
    waiting: dict[str, asyncio.Future[None]] = field(default_factory=dict)
    acknowledged: list[float] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)
    refused: int = 0

    async def run(self) -> Done:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            partial(Mailbox, self.waiting), "127.0.0.1", 0, backlog=200
        )
        requests = self._requests(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        callers = [await self._connected() for _ in range(self.at_once)]
        gc.freeze()
        before = processor_seconds(self.processes)
        began = time.monotonic()
        until = began + self.orders.seconds
        await asyncio.gather(*(self._keep_at_it(each, requests, until) for each in callers))
        seconds = time.monotonic() - began
        after = processor_seconds(self.processes)
        server.close()
        spent = {what: total - before[what] for what, total in after.items()}
        return Done(seconds, self.acknowledged, self.arrived, self.refused, spent)

    async def _connected(self) -> Caller:
        loop = asyncio.get_running_loop()
        _, caller = await loop.create_connection(Caller, "127.0.0.1", self.orders.port)
        return caller

    async def _keep_at_it(
        self, caller: Caller, requests: list[tuple[str, bytes]], until: float
    ) -> None:
        """The next one when what the last one led to is there, and not only its acknowledgement."""
        loop = asyncio.get_running_loop()
        while requests and time.monotonic() < until:
            number, request = requests.pop()
            arrived = self.waiting[number] = loop.create_future()
            began = time.perf_counter()
            if not await caller.exchange(request):
                self.refused += 1
                continue
            self.acknowledged.append(time.perf_counter() - began)
            await asyncio.wait_for(arrived, PATIENCE_SECONDS)
            self.arrived.append(time.perf_counter() - began)

    def _requests(self, url: str) -> list[tuple[str, bytes]]:
        """Each with its number, the first one last."""
        bodies = self._questions(url) if self.text else self._clicks(url)
        return [(str(number), signed(self.orders, body)) for number, body in enumerate(bodies)][
            ::-1
        ]

    def _clicks(self, url: str) -> Iterator[bytes]:
        """One for each person."""
        for number, person in enumerate(self.orders.people):
            click = Click(person, f"{time.time():.6f}", number % SCORES)
            yield body_of(replace(self.orders, thanks_url=f"{url}{number}"), click)

    def _questions(self, url: str) -> Iterator[bytes]:
        person = self.orders.people[0]
        for number in range(round(self.orders.seconds * MOST_QUESTIONS_A_SECOND)):
            command = {
                "team_id": person.team_id,
                "channel_id": person.channel_id,
                "user_id": person.user_id,
                "command": "/kpi",
                "text": self.text,
                "response_url": f"{url}{number}",
                "trigger_id": "1.2.3",
            }
            yield urlencode(command).encode()


def main() -> None:
    given = json.load(sys.stdin)
    people = [Person(**each) for each in given["orders"].pop("people")]
    processes = {**given["processes"], PEOPLE: [os.getpid()]}
    crowd = Crowd(
        Orders(people=people, **given["orders"]), given["at_once"], given["text"], processes
    )
    json.dump(asdict(asyncio.run(crowd.run())), sys.stdout)


if __name__ == "__main__":
    main()
