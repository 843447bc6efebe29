"""Sending requests to the app, over its sockets or to its address; events again where unheard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.playground.errors import NotConnectedError
from bot.playground.record import DID_NOT_RESPOND, Attempt, Exchange
from bot.playground.signed_http import encode, post, signed_headers
from bot.playground.state import State

RETRY_DELAYS = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Retry:
    """A sending that is yet to come."""

    exchange: Exchange
    number: int
    due: datetime


class Delivery:
    """The way to the app: its addresses in turn, unless it has opened a socket."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._urls: list[str] = []
        self._turn = 0
        self._retries: list[Retry] = []

    def add_url(self, url: str) -> None:
        self._urls.append(url)

    def send(self, kind: str, payload: dict[str, Any]) -> Exchange:
        """Send a command or a click, once: the person sees where no answer comes in time."""
        exchange = self._start(kind, payload)
        self._attempt(exchange)
        if not exchange.is_acknowledged:
            exchange.problem = DID_NOT_RESPOND
        return exchange

    def send_event(self, payload: dict[str, Any]) -> Exchange:
        """Send an event, and once more at once where it was not heard; the rest come later."""
        exchange = self._start("events_api", payload)
        is_twice = self._state.trouble.take_twice()
        self._attempt(exchange)
        if is_twice:
            self._attempt(exchange, retry_number=1)
        elif not exchange.is_acknowledged:
            self._retry_later(exchange, 1)
            self.redeliver()
        return exchange

    def redeliver(self) -> list[Exchange]:
        """Send again every event whose time has come, by the workspace's clock."""
        now = self._state.clock()
        due = [retry for retry in self._retries if retry.due <= now]
        for retry in due:
            self._retries.remove(retry)
            self._attempt(retry.exchange, retry.number)
            if not retry.exchange.is_acknowledged and retry.number < len(RETRY_DELAYS):
                self._retry_later(retry.exchange, retry.number + 1)
        return [retry.exchange for retry in due]

    def _start(self, kind: str, payload: dict[str, Any]) -> Exchange:
        exchange = Exchange(kind, payload, self._state.clock())
        with self._state.changing():
            self._state.exchanges.append(exchange)
        return exchange

    def _retry_later(self, exchange: Exchange, number: int) -> None:
        due = self._state.clock() + RETRY_DELAYS[number - 1]
        self._retries.append(Retry(exchange, number, due))

    def _attempt(self, exchange: Exchange, retry_number: int = 0) -> None:
        sockets = self._state.sockets
        if sockets.open_count or (sockets.has_been_used and not self._urls):
            attempt = self._over_socket(exchange, retry_number)
        elif self._urls:
            attempt = self._over_http(exchange, retry_number)
        else:
            raise NotConnectedError("no app is connected: call connect_http, or open a socket")
        with self._state.changing():
            exchange.attempts.append(attempt)

    def _over_socket(self, exchange: Exchange, retry_number: int) -> Attempt:
        envelope = {
            "type": exchange.kind,
            "payload": exchange.payload,
            "accepts_response_payload": exchange.kind != "events_api",
        }
        if exchange.kind == "events_api":
            reason = _reason(exchange) if retry_number else ""
            envelope |= {"retry_attempt": retry_number, "retry_reason": reason}
        return self._state.sockets.deliver(envelope, self._state.patience_seconds)

    def _over_http(self, exchange: Exchange, retry_number: int) -> Attempt:
        body, content_type = encode(exchange.kind, exchange.payload)
        headers = signed_headers(self._state.credentials.signing_secret, body, content_type)
        if retry_number:
            headers["X-Slack-Retry-Num"] = str(retry_number)
            headers["X-Slack-Retry-Reason"] = _reason(exchange)
        self._turn += 1
        url = self._urls[self._turn % len(self._urls)]
        return post(url, body, headers, self._state.patience_seconds)


def _reason(exchange: Exchange) -> str:
    """Why an event is sent again: the last answer was an error, or there was none."""
    is_error = bool(exchange.attempts) and exchange.last.status is not None
    return "http_error" if is_error and not exchange.last.is_acknowledged else "http_timeout"
