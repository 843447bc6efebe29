"""What a monitor may ask of the process: whether it lives, is ready, and what it measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from storage.monitoring.measures import MEDIA_TYPE, Measures

READY, NOT_READY = "ready", "not ready"


def nothing_to_watch() -> Mapping[str, bool]:
    return {}


@dataclass(frozen=True, slots=True)
class Monitor:
    """``is_up`` tells of each part that answers depend on, by name, whether it is there.

    Where ``tells_measures`` is false, they are read at another address.
    """

    is_up: Callable[[], Mapping[str, bool]] = nothing_to_watch
    measures: Measures = field(default_factory=Measures)
    tells_measures: bool = True

    def routes(self) -> list[Route]:
        health = [Route("/healthz", _tell_alive), Route("/readyz", self._tell_ready)]
        return [*health, Route("/metrics", self._tell_measures)] if self.tells_measures else health

    def face(self) -> Starlette:
        """What is served where Slack's requests don't come: loopback, as a rule."""
        return Starlette(routes=self.routes())

    async def _tell_ready(self, _request: Request) -> Response:
        """Says what is missing; the words of a part are ours, so they give nothing away."""
        up = await run_in_threadpool(self.is_up)
        missing = [f"{part} is not there" for part, is_there in up.items() if not is_there]
        said = chain([NOT_READY if missing else READY], missing)
        return PlainTextResponse("\n".join(said), 503 if missing else 200)

    async def _tell_measures(self, _request: Request) -> Response:
        told = await run_in_threadpool(self.measures.expose)
        return Response(told, headers={"content-type": MEDIA_TYPE})


async def _tell_alive(_request: Request) -> Response:
    return PlainTextResponse("alive")
