"""A balancer in a process of its own: each connection goes to the next of several bots.

``python -m tests.benchmarks.balancing PORT BOT_PORT BOT_PORT …``
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle

AT_ONCE_BYTES = 65_536


async def balance(port: int, bots: Sequence[int]) -> None:
    turns = cycle(bots)

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_bot, to_bot = await asyncio.open_connection("127.0.0.1", next(turns))
        await asyncio.gather(_pass_on(reader, to_bot), _pass_on(from_bot, writer))

    server = await asyncio.start_server(take, "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while part := await reader.read(AT_ONCE_BYTES):
            writer.write(part)
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    asyncio.run(balance(int(sys.argv[1]), [int(port) for port in sys.argv[2:]]))
