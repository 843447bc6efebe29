"""Signed HTTP: Slack's requests go to the Bolt app in a thread, its answers back."""

from __future__ import annotations

import logging
import re
from time import perf_counter

from slack_bolt import App, BoltRequest, BoltResponse
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.express import FastApp
from bot.monitor import Monitor
from bot.serving import HttpServer
from bot.shapes import WRONG_SHAPE
from bot.surfaces import UNKNOWN_SURFACE, surface_of

logger = logging.getLogger(__name__)

SLACK_PATH = "/slack/events"
LONGEST_BODY = 1_000_000
TIMESTAMP = re.compile("[0-9]{1,12}")
PARTS: dict[str, dict[str, type]] = {
    "event_callback": {"event": dict},
    "block_actions": {"actions": list, "user": dict},
    "view_submission": {"view": dict, "user": dict},
    "view_closed": {"view": dict, "user": dict},
}
"""What a request of each type cannot be without."""
LONGEST_WAIT_SECONDS = 1.0
"""Slack tells the person after 3 seconds that the app did not respond."""
NOT_SIGNED = 401


def build_face(app: App, monitor: Monitor) -> Starlette:
    """What is served: Slack's requests at one path, and for a monitor how we are."""

    async def take_request(request: Request) -> Response:
        begun = perf_counter()
        response, surface = await _dispatched(app, request)
        monitor.measures.acknowledged(surface, response.status_code, perf_counter() - begun)
        return response

    slack = Route(SLACK_PATH, take_request, methods=["POST"])
    return Starlette(routes=[slack, *monitor.routes()])


async def _dispatched(app: App, request: Request) -> tuple[Response, str]:
    """The answer, and the surface that the request came from."""
    body = await _body(request)
    if body is None:
        return _refused("The request is too long or not in UTF-8."), UNKNOWN_SURFACE
    asked = _understood(body, dict(request.headers.items()))
    if asked is None:
        return _refused("That is no request of Slack's."), UNKNOWN_SURFACE
    try:
        response = await run_in_threadpool(_taken, app, asked, perf_counter())
    except WRONG_SHAPE:
        return _refused("That is no request of Slack's."), UNKNOWN_SURFACE
    is_slack = response.status != NOT_SIGNED
    return _answered(response), surface_of(asked.body) if is_slack else UNKNOWN_SURFACE


def _taken(app: App, asked: BoltRequest, since: float) -> BoltResponse:
    """A click that waited long is not begun, or those behind it would wait too long as well."""
    express = app.express if isinstance(app, FastApp) else None
    if express is None or not express.is_for(asked):
        return app.dispatch(asked)
    if perf_counter() - since > LONGEST_WAIT_SECONDS:
        return BoltResponse(status=503)
    return express.take(asked)


def _refused(sentence: str) -> Response:
    """What it held is not logged: it may be what somebody wrote."""
    logger.warning("Refused a request with 400: %s", sentence)
    return PlainTextResponse(sentence, 400)


def _understood(body: str, headers: dict[str, str]) -> BoltRequest | None:
    """The request for Bolt, which takes it apart before it asks who signed it."""
    timestamp = headers.get("x-slack-request-timestamp", "0")
    if not TIMESTAMP.fullmatch(timestamp) or not headers.get("x-slack-signature", "").isascii():
        return None
    try:
        asked = BoltRequest(body=body, headers=dict(headers))
    except (*WRONG_SHAPE, RecursionError):
        return None
    return asked if _has_its_parts(asked.body) else None


def _has_its_parts(body: object) -> bool:
    """Whether a request has what Bolt takes for granted of its kind."""
    if not isinstance(body, dict):
        return False
    kind = body.get("type")
    wanted = PARTS.get(kind, {}) if isinstance(kind, str) else {}
    has_parts = all(isinstance(body.get(name), of) and body[name] for name, of in wanted.items())
    actions = body.get("actions", [])
    return has_parts and isinstance(actions, list) and all(isinstance(e, dict) for e in actions)


async def _body(request: Request) -> str | None:
    """The body, unless it is longer than Slack's ever are, cut off, or no text."""
    received = b""
    try:
        async for part in request.stream():
            received += part
            if len(received) > LONGEST_BODY:
                return None
        return received.decode()
    except (ClientDisconnect, UnicodeDecodeError):
        return None


def _answered(response: BoltResponse) -> Response:
    return Response(
        response.body, response.status, dict(response.first_headers_without_set_cookie())
    )


class HttpLink:
    """The way on which Slack's requests come over HTTP."""

    def __init__(self, app: App, host: str, port: int, monitor: Monitor) -> None:
        self._server = HttpServer(build_face(app, monitor), host, port, "--host and --port")

    def start(self) -> str:
        """Listens, and returns the address; port 0 takes any free one."""
        return f"{self._server.start()}{SLACK_PATH}"

    @property
    def is_connected(self) -> bool:
        """Whoever asks got through."""
        return True

    def stop(self) -> None:
        """Takes no more requests, and returns when those under way are answered."""
        self._server.stop()
