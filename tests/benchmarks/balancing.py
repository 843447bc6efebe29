"""A balancer in a process of its own: each connection goes to the next of several bots.

``python -m tests.benchmarks.balancing PORT BOT_PORT BOT_PORT …``
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from functools import partial
from itertools import cycle
from typing import cast


class End(asyncio.Protocol):
    """One end of a connection; what comes in goes out at the other."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.other: End | None = None
        self._early: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def join(self, other: End) -> None:
        self.other, other.other = other, self
        for part in self._early:
            other.send(part)

    def data_received(self, data: bytes) -> None:
        if self.other:
            self.other.send(data)
        else:
            self._early.append(data)

    def connection_lost(self, _error: Exception | None) -> None:
        if self.other and self.other.transport:
            self.other.transport.close()

    def send(self, data: bytes) -> None:
        if self.transport:
            self.transport.write(data)


class Front(End):
    """Where a client came in; the bot whose turn it is is called."""

    def __init__(self, bots: cycle[int]) -> None:
        super().__init__()
        self._bots = bots

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._calling = asyncio.create_task(self._call(next(self._bots)))

    async def _call(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        _, back = await loop.create_connection(End, "127.0.0.1", port)
        self.join(back)


async def balance(port: int, bots: Sequence[int]) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(Front, cycle(bots)), "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(balance(int(sys.argv[1]), [int(port) for port in sys.argv[2:]]))
