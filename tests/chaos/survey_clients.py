"""People who click on surveys, as signed HTTP: each client is a process and keeps its own count.

Started as ``python -m tests.chaos.survey_clients``, with its orders on standard input; it writes
what became of each click to standard output.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from random import Random
from urllib.parse import urlencode

PATIENCE_SECONDS = 3.0
"""As Slack's: after that the person is told that the app did not respond."""
DRAIN_SECONDS = PATIENCE_SECONDS + 0.5


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was invited."""

    invitation_id: str
    user_id: str
    team_id: str
    channel_id: str


@dataclass(frozen=True, slots=True)
class Orders:
    """What one client does, from ``starts_at`` (seconds since 1970) on."""

    port: int
    path: str
    secret: str
    thanks_url: str
    rate: float
    seconds: float
    starts_at: float
    seed: int
    people: list[Person]


@dataclass(frozen=True, slots=True)
class Sent:
    """A click and what became of it; ``took`` is in seconds, ``status`` 0 without an answer."""

    invitation_id: str
    clicked_at: str
    score: int
    status: int
    took: float


Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Idle = list[Connection]


@dataclass(frozen=True, slots=True)
class Click:
    person: Person
    clicked_at: str
    score: int


def clicks(orders: Orders) -> Iterator[Click]:
    """Answers and changed answers, some sent twice, some arriving before those that they follow."""
    random, number = Random(orders.seed), 0
    while True:
        person = orders.people[number % len(orders.people)]
        number += 1
        at = time.time()
        first = Click(person, f"{at:.6f}", random.randrange(11))
        match random.random():
            case chance if chance < 0.1:
                yield from (first, first)
            case chance if chance < 0.2:
                yield Click(person, f"{at + 0.001:.6f}", random.randrange(11))
                yield first
            case _:
                yield first


async def run(orders: Orders) -> list[Sent]:
    """Clicks at the ordered rate, whether or not those before were answered."""
    found: list[Sent] = []
    running: set[asyncio.Task[None]] = set()
    idle: Idle = []
    await asyncio.sleep(max(0.0, orders.starts_at - time.time()))
    began, wanted = time.monotonic(), clicks(orders)
    for number in range(round(orders.rate * orders.seconds)):
        await asyncio.sleep(max(0.0, began + number / orders.rate - time.monotonic()))
        task = asyncio.create_task(_click(orders, idle, next(wanted), found))
        running.add(task)
        task.add_done_callback(running.discard)
    if running:
        await asyncio.wait(running, timeout=DRAIN_SECONDS)
    return found


async def _click(orders: Orders, idle: Idle, click: Click, found: list[Sent]) -> None:
    body = body_of(orders, click)
    began = time.perf_counter()
    try:
        status = await asyncio.wait_for(_post(orders, idle, body), PATIENCE_SECONDS)
    except (OSError, TimeoutError, EOFError):
        status = 0
    took = time.perf_counter() - began
    found.append(Sent(click.person.invitation_id, click.clicked_at, click.score, status, took))


async def _post(orders: Orders, idle: Idle, body: bytes) -> int:
    """Over a connection that is kept open, as a balancer keeps them."""
    connection = idle.pop() if idle else await connected(orders)
    try:
        status = await exchange(connection, orders, body)
    except BaseException:
        connection[1].close()
        raise
    idle.append(connection)
    return status


async def exchange(connection: Connection, orders: Orders, body: bytes) -> int:
    """Sends a signed request and returns the answer's status."""
    reader, writer = connection
    writer.write(signed(orders, body))
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].split()[0])
    await reader.readexactly(length)
    return int(head.split()[1])


async def connected(orders: Orders) -> Connection:
    return await asyncio.open_connection("127.0.0.1", orders.port)


def signed(orders: Orders, body: bytes) -> bytes:
    """A request as Slack sends it, of now."""
    timestamp = str(int(time.time()))
    signed = b"v0:" + timestamp.encode() + b":" + body
    signature = hmac.new(orders.secret.encode(), signed, hashlib.sha256).hexdigest()
    head = (
        f"POST {orders.path} HTTP/1.1\r\nHost: 127.0.0.1:{orders.port}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nX-Slack-Request-Timestamp: {timestamp}\r\n"
        f"X-Slack-Signature: v0={signature}\r\n\r\n"
    )
    return head.encode() + body


def body_of(orders: Orders, click: Click) -> bytes:
    """A click on a button of a direct message, as Slack tells of it."""
    person = click.person
    payload = {
        "type": "block_actions",
        "api_app_id": "A1",
        "team": {"id": person.team_id, "domain": "chaos"},
        "user": {"id": person.user_id, "team_id": person.team_id, "username": "somebody"},
        "channel": {"id": person.channel_id, "name": "directmessage"},
        "container": {
            "type": "message",
            "message_ts": "1.000001",
            "channel_id": person.channel_id,
            "is_ephemeral": False,
        },
        "message": {"type": "message", "ts": "1.000001", "text": "How likely …", "blocks": []},
        "trigger_id": "1.2.3",
        "response_url": orders.thanks_url,
        "actions": [
            {
                "type": "button",
                "action_id": f"survey_answer.{click.score}",
                "block_id": "b",
                "value": f"nps:{person.invitation_id}:{click.score}",
                "action_ts": click.clicked_at,
            }
        ],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def main() -> None:
    given = json.load(sys.stdin)
    people = [Person(**each) for each in given.pop("people")]
    sent = asyncio.run(run(Orders(people=people, **given)))
    json.dump([asdict(each) for each in sent], sys.stdout)


if __name__ == "__main__":
    main()
