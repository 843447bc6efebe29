"""What went between Slack and the app, for a developer to read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.playground.page.desk import Desk, NotThereError
from bot.playground.people import Person
from bot.playground.record import Attempt, Call, Exchange

NEWEST = 60
Part = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the inspector; ``side`` says who spoke."""

    key: str
    mark: str
    side: str
    route: str
    what: str
    outcome: str
    is_good: bool
    at: str
    address: str


def events(desk: Desk, person: Person) -> list[Event]:
    """The newest of all that went to and fro, oldest first."""
    zone = ZoneInfo(person.tz)
    sent = [_sent(each, number, zone) for number, each in _last(desk.workspace.exchanges)]
    called = [_called(each, number, zone) for number, each in _last(desk.workspace.calls)]
    return sorted([*sent, *called], key=lambda event: event.key)[-NEWEST:]


def details(desk: Desk, kind: str, number: int) -> list[Part]:
    """Everything about one line, under headings."""
    if kind == "exchange" and number < len(desk.workspace.exchanges):
        exchange = desk.workspace.exchanges[number]
        attempts = [_acknowledgement(attempt) for attempt in exchange.attempts]
        problem = [("The person was told", exchange.problem)] if exchange.problem else []
        return [("Slack sent", exchange.payload), *attempts, *problem]
    if kind == "call" and number < len(desk.workspace.calls):
        call = desk.workspace.calls[number]
        return [("Arguments", _readable(call.arguments)), (f"Answer {call.status}", call.answer)]
    raise NotThereError("there is no such exchange")


def _last(found: list[Any]) -> list[tuple[int, Any]]:
    return list(enumerate(found))[-NEWEST:]


def _sent(exchange: Exchange, number: int, zone: ZoneInfo) -> Event:
    return Event(
        key=_key(exchange.at, 0, number),
        mark=f"{len(exchange.attempts)}.{exchange.problem or ''}",
        side="sent",
        route="Slack → app",
        what=_what(exchange),
        outcome=_outcome(exchange),
        is_good=exchange.is_acknowledged and not exchange.problem,
        at=f"{exchange.at.astimezone(zone):%H:%M:%S}",
        address=f"inspect/exchange/{number}",
    )


def _called(call: Call, number: int, zone: ZoneInfo) -> Event:
    is_good = call.status == 200 and bool(call.answer.get("ok", True))
    error = call.answer.get("error", f"status {call.status}")
    return Event(
        key=_key(call.at, 1, number),
        mark="",
        side="called",
        route="app → Slack",
        what=call.method,
        outcome="ok" if is_good else str(error),
        is_good=is_good,
        at=f"{call.at.astimezone(zone):%H:%M:%S}",
        address=f"inspect/call/{number}",
    )


def _key(at: datetime, side: int, number: int) -> str:
    """In order of time; where the clock stands still, what Slack sent comes first."""
    return f"{round(at.timestamp() * 1_000_000):020d}.{side}.{number:06d}"


def _what(exchange: Exchange) -> str:
    payload = exchange.payload
    if exchange.kind == "slash_commands":
        return f"{payload['command']} {payload['text']}"
    if exchange.kind == "events_api":
        return f"event {payload['event']['type']}"
    if payload["type"] == "block_actions":
        return f"block_actions {payload['actions'][0]['action_id']}"
    return f"{payload['type']} {payload['view']['callback_id']}"


def _outcome(exchange: Exchange) -> str:
    if not exchange.attempts:
        return "waiting"
    times = f", sent {len(exchange.attempts)} times" if len(exchange.attempts) > 1 else ""
    if exchange.is_acknowledged:
        return f"acknowledged in {_milliseconds(exchange.last)}{times}"
    if exchange.status is None:
        return f"no answer in {exchange.seconds:.1f} s{times}"
    return f"status {exchange.status}{times}"


def _acknowledgement(attempt: Attempt) -> Part:
    if attempt.status is None:
        return f"No answer in {attempt.seconds:.1f} s", ""
    heading = f"The app answered {attempt.status} in {_milliseconds(attempt)}"
    return heading, attempt.body if attempt.body is not None else "(empty)"


def _milliseconds(attempt: Attempt) -> str:
    return f"{attempt.seconds * 1000:.0f} ms"


def _readable(arguments: dict[str, Any]) -> dict[str, Any]:
    """Structures that came as JSON text in a form, as structures."""
    return {key: _parsed(value) for key, value in arguments.items()}


def _parsed(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in {"{", "["}:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
