"""An ASGI app on a free port of 127.0.0.1, in a thread; its connections can be cut."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

LOOPBACK = "127.0.0.1"
LONGEST_END_SECONDS = 0.5

Ends = tuple[Any, Any]
"""Both addresses of a connection, the client's first, as ASGI names them."""


@contextmanager
def listen(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Serve the app until the block ends; gives ``127.0.0.1:port``, a free port for 0.

    Raises:
        OSError: somebody else listens on that port.
    """
    with socket.create_server((LOOPBACK, port)) as listener:
        address = listener.getsockname()
        server = PromptServer(app, address)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield f"{LOOPBACK}:{address[1]}"
        finally:
            server.stopping.set()
            thread.join()


class CuttableProtocol(H11Protocol):
    """HTTP that keeps hold of every connection, those that became WebSockets too."""

    transports: ClassVar[dict[Ends, asyncio.Transport]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        super().connection_made(transport)
        self.transports[_ends(transport)] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.transports.pop(_ends(self.transport), None)
        super().connection_lost(exc)


class CutResponse(Response):
    """No response: the connection ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # the shape is ASGI's
        CuttableProtocol.transports[scope["client"], scope["server"]].abort()
        while (await receive())["type"] != "http.disconnect":
            pass


class PromptServer(uvicorn.Server):
    """A server that stops when it is told to, and leaves nobody waiting."""

    def __init__(self, app: ASGIApp, address: tuple[str, int]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=CuttableProtocol,
                ws="websockets-sansio",
                lifespan="off",
                log_level="error",
                access_log=False,
                # Who answers for Slack says what time Slack has.
                date_header=False,
            )
        )
        self.stopping = threading.Event()
        self._address = address

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await asyncio.to_thread(self.stopping.wait)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002  # uvicorn's signature
        for server in self.servers:
            server.close()
        for ends, transport in list(CuttableProtocol.transports.items()):
            if ends[1] == self._address:
                transport.abort()
                del CuttableProtocol.transports[ends]
        await asyncio.sleep(0)
        if self.server_state.tasks:
            # Who streams to a page learns here that it is gone, and ends without a complaint.
            await asyncio.wait(self.server_state.tasks, timeout=LONGEST_END_SECONDS)


def _ends(transport: asyncio.Transport) -> Ends:
    return transport.get_extra_info("peername"), transport.get_extra_info("sockname")
