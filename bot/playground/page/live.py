"""What changes is pushed to each open page: over server-sent events, as soon as it happened.

A page says how far it knows the workspace; where that is the present, only later changes are sent,
else everything that it shows, so a page that was away catches up.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.playground.blockkit.reading import plain_of
from bot.playground.page.asking import Asked
from bot.playground.page.sight import Piece, Pieces, Sight, fills, lists
from bot.playground.page.timeline import NEWEST

HEARTBEAT_SECONDS = 15.0
GATHERING_SECONDS = 0.05
"""Changes come in bursts: an answer is a call, a message and an acknowledgement."""

Change = dict[str, Any]


class Tab:
    """An open page, and what it shows by now."""

    def __init__(self, sight: Sight, seen: int) -> None:
        self._sight = sight
        self._lists: dict[str, Pieces] = {}
        self._fills: Pieces = {}
        self.changes = sight.desk.state.changes
        if seen == self.changes:
            self._lists, self._fills = lists(sight), fills(sight)

    def news(self) -> list[Change]:
        """What to change on the page so that it shows the present."""
        self.changes = self._sight.desk.state.changes
        present = lists(self._sight)
        news = [change for name in present for change in self._list_news(name, present[name])]
        self._lists = present
        filled = fills(self._sight)
        for name, piece in filled.items():
            if name not in self._fills or self._fills[name].mark != piece.mark:
                news.append({"do": "fill", "id": name, "html": piece.draw()})
        self._fills = filled
        return news

    def _list_news(self, name: str, present: Pieces) -> list[Change]:
        known = self._lists.get(name)
        if known is None:
            return _all_of(name, present)
        oldest = next(iter(present), "")
        gone = [_drop(name, key) for key in known if key not in present and key >= oldest]
        changed = [
            _put(name, key, piece, is_new=key not in known)
            for key, piece in present.items()
            if key not in known or known[key].mark != piece.mark
        ]
        return gone + changed


async def stream(request: Request) -> Response:
    """The changes of one page, until it is closed."""
    asked = Asked(request, {})
    tab = await run_in_threadpool(lambda: Tab(_sight(asked), _seen(request)))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(tab, asked), media_type="text/event-stream", headers=headers)


ROUTES = [Route("/{person}/{place}/stream", stream)]


async def _events(tab: Tab, asked: Asked) -> AsyncIterator[str]:
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def tell() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(changed.set)

    with asked.desk.state.watching(tell):
        while True:
            changed.clear()
            news = await run_in_threadpool(tab.news)
            yield f"id: {tab.changes}\ndata: {json.dumps(news)}\n\n" if news else ":\n\n"
            await _next_change(changed)


async def _next_change(changed: asyncio.Event) -> None:
    """Wait for a change; without any, the page still hears of us, and of the time."""
    try:
        await asyncio.wait_for(changed.wait(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return
    await asyncio.sleep(GATHERING_SECONDS)


def _sight(asked: Asked) -> Sight:
    is_inspecting = bool(asked.query.get("inspect"))
    thread = asked.query.get("thread", "")
    return Sight(asked.desk, asked.person.id, asked.place, thread, is_inspecting=is_inspecting)


def _seen(request: Request) -> int:
    """How far the page knows the workspace: told by the browser where it was cut off."""
    seen = request.headers.get("last-event-id") or request.query_params.get("seen", "")
    return int(seen) if seen.isdecimal() else -1


def _all_of(name: str, present: Pieces) -> list[Change]:
    keys = list(present)[-NEWEST:]
    puts = [_put(name, key, present[key], is_new=False) for key in keys]
    return [{"do": "only", "list": name, "keys": keys}, *puts]


def _put(name: str, key: str, piece: Piece, *, is_new: bool) -> Change:
    change = {"do": "put", "list": name, "key": key, "html": piece.draw()}
    return change | {"say": plain_of(piece.says)[:300]} if is_new and piece.says else change


def _drop(name: str, key: str) -> Change:
    return {"do": "drop", "list": name, "key": key}
