"""The workspace's face: Web API, ``response_url`` and Socket Mode on a free port of 127.0.0.1."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground.api import Reply, call_method
from bot.playground.errors import RefusedError
from bot.playground.listening import LOOPBACK, CutResponse, listen
from bot.playground.manifest import Manifest
from bot.playground.methods.arguments import read_json
from bot.playground.responding import respond
from bot.playground.state import State
from bot.playground.trouble import ConnectionCutError
from bot.playground.workspace import Workspace
from storage.periods import Clock


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def serve(
    manifest: Manifest | Path, clock: Clock = now, *, patience_seconds: float = 3.0
) -> Iterator[Workspace]:
    """A workspace on a free port, until the block ends."""
    declared = Manifest.load(manifest) if isinstance(manifest, Path) else manifest
    workspace = Workspace(declared, clock, patience_seconds)
    with listen(build_face(workspace.state)) as address:
        workspace.state.base_url = f"http://{address}"
        workspace.state.sockets.base_url = f"ws://{address}"
        yield workspace


def build_face(state: State) -> Starlette:
    """The ASGI app. A page that is not on this machine reaches nothing: only loopback hosts."""
    app = Starlette(
        routes=[
            Route("/api/{method}", _call, methods=["GET", "POST"]),
            Route("/respond/{team}/{ticket}", _respond, methods=["POST"]),
            WebSocketRoute("/link/", _link),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"])],
    )
    app.state.workspace = state
    return app


async def _call(request: Request) -> Response:
    state = cast("State", request.app.state.workspace)
    try:
        values = await _values(request)
    except RefusedError as refusal:
        return JSONResponse(refusal.answer())
    token_in_body = values.pop("token", None)
    token = _token(request) or token_in_body
    await asyncio.sleep(state.trouble.delay_seconds)
    name = request.path_params["method"]
    return await _reply(lambda: call_method(state, name, token, values))


async def _respond(request: Request) -> Response:
    state = cast("State", request.app.state.workspace)
    try:
        values = await _values(request)
    except RefusedError:
        return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
    await asyncio.sleep(state.trouble.delay_seconds)
    ticket_id = request.path_params["ticket"]
    return await _reply(lambda: respond(state, ticket_id, values))


async def _reply(answer: Any) -> Response:
    try:
        reply: Reply = await run_in_threadpool(answer)
    except ConnectionCutError:
        return CutResponse()
    return JSONResponse(reply.body, reply.status, dict(reply.headers))


async def _values(request: Request) -> dict[str, Any]:
    """The arguments of a call: its query, and its body as JSON or as a form."""
    values: dict[str, Any] = dict(request.query_params)
    body = (await request.body()).decode()
    if not request.headers.get("content-type", "").startswith("application/json"):
        return values | dict(parse_qsl(body, keep_blank_values=True))
    content = read_json(body or "{}", "invalid_json")
    if not isinstance(content, dict):
        raise RefusedError("json_not_object")
    return values | content


def _token(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else None


async def _link(websocket: WebSocket) -> None:
    state = cast("State", websocket.app.state.workspace)
    if not state.sockets.redeem(websocket.query_params.get("ticket", "")):
        await websocket.close()
        return
    await websocket.accept()
    loop = asyncio.get_running_loop()

    def send(content: dict[str, Any]) -> None:
        asyncio.run_coroutine_threadsafe(websocket.send_json(content), loop)

    def drop() -> None:
        asyncio.run_coroutine_threadsafe(websocket.close(), loop)

    connection = state.sockets.connect(send, drop)
    if connection is None:
        await websocket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
        await websocket.close()
        return
    try:
        while True:
            state.sockets.acknowledge(await websocket.receive_json())
    except WebSocketDisconnect:
        state.sockets.forget(connection)
