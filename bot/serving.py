"""An HTTP server in a thread of its own."""

from __future__ import annotations

import os
import socket
from threading import Event, Thread

import uvicorn
from starlette.applications import Starlette

from storage.errors import UserError

GRACE_SECONDS = 10
LOOK_AGAIN_SECONDS = 0.02


class HttpServer:
    """Serves a face at an address; ``options`` are where another address is chosen."""

    def __init__(self, face: Starlette, host: str, port: int, options: str) -> None:
        self._host, self._port, self._options = host, port, options
        self._server = uvicorn.Server(
            uvicorn.Config(
                face,
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
        """Listens, and returns the address; port 0 takes any free one.

        Raises:
            UserError: the port is taken, or there is no such address.
        """
        self._listener = self._listen()
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            Event().wait(LOOK_AGAIN_SECONDS)
        host, port = self._listener.getsockname()[:2]
        return f"http://{host}:{port}"

    def stop(self) -> None:
        """Takes no more requests, and returns when those under way are answered."""
        self._server.should_exit = True
        self._thread.join()

    def _serve(self) -> None:
        self._server.run(sockets=[self._listener] if self._listener else None)

    def _listen(self) -> socket.socket:
        host, port = self._host, self._port
        try:
            family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            listener = socket.create_server(address[:2], family=family)
        except (OSError, OverflowError) as error:
            number = error.errno if isinstance(error, OSError) else None
            reason = os.strerror(number) if number and number > 0 else "there is no such address"
            raise UserError(
                f"The bot can't listen on {host}, port {port}: {reason.lower()}.",
                f"Choose another with {self._options}.",
            ) from error
        return listener
