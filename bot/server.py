"""Signed HTTP: Slack's requests go to the Bolt app in a thread, its answers back."""

from __future__ import annotations

import logging
import os
import re
import socket
from collections.abc import Callable
from threading import Event, Thread
from time import perf_counter

import uvicorn
from slack_bolt import App, BoltRequest, BoltResponse
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.express import FastApp
from bot.shapes import WRONG_SHAPE
from bot.traffic import MEDIA_TYPE, Traffic
from storage.errors import UserError

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
GRACE_SECONDS = 10
LOOK_AGAIN_SECONDS = 0.02


def build_face(app: App, is_ready: Callable[[], bool]) -> Starlette:
    """What is served: Slack's requests at one path, and for a monitor how we are."""
    traffic = Traffic()

    async def take_request(request: Request) -> Response:
        begun = perf_counter()
        response = await _dispatched(app, request)
        traffic.count(response.status_code, perf_counter() - begun)
        return response

    async def tell_alive(_request: Request) -> Response:
        return PlainTextResponse("alive")

    async def tell_ready(_request: Request) -> Response:
        if await run_in_threadpool(is_ready):
            return PlainTextResponse("ready")
        return PlainTextResponse("not ready", 503)

    async def tell_traffic(_request: Request) -> Response:
        return PlainTextResponse(traffic.expose(), media_type=MEDIA_TYPE)

    return Starlette(
        routes=[
            Route(SLACK_PATH, take_request, methods=["POST"]),
            Route("/healthz", tell_alive),
            Route("/readyz", tell_ready),
            Route("/metrics", tell_traffic),
        ]
    )


async def _dispatched(app: App, request: Request) -> Response:
    body = await _body(request)
    if body is None:
        return _refused("The request is too long or not in UTF-8.")
    asked = _understood(body, dict(request.headers.items()))
    if asked is None:
        return _refused("That is no request of Slack's.")
    try:
        return _answered(await run_in_threadpool(_taken, app, asked, perf_counter()))
    except WRONG_SHAPE:
        return _refused("That is no request of Slack's.")


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
    """The bot's HTTP server, in threads of its own."""

    def __init__(self, app: App, host: str, port: int, is_ready: Callable[[], bool]) -> None:
        self._host, self._port = host, port
        self._server = uvicorn.Server(
            uvicorn.Config(
                build_face(app, is_ready),
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._thread = Thread(target=self._serve, name="http", daemon=True)
        self._listener: socket.socket | None = None

    def start(self) -> str:
        """Listens, and returns the address; port 0 takes any free one."""
        self._listener = _listen(self._host, self._port)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            Event().wait(LOOK_AGAIN_SECONDS)
        host, port = self._listener.getsockname()[:2]
        return f"http://{host}:{port}{SLACK_PATH}"

    def stop(self) -> None:
        """Takes no more requests, and returns when those under way are answered."""
        self._server.should_exit = True
        self._thread.join()

    def _serve(self) -> None:
        self._server.run(sockets=[self._listener] if self._listener else None)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(address[:2], family=family)
    except (OSError, OverflowError) as error:
        number = error.errno if isinstance(error, OSError) else None
        reason = os.strerror(number) if number and number > 0 else "there is no such address"
        raise UserError(
            f"The bot can't listen on {host}, port {port}: {reason.lower()}.",
            "Choose another with --host and --port.",
        ) from error
    return listener
