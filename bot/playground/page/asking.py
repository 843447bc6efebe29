"""From a request to who acts and where, and the answers that all actions share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.playground.errors import NotConnectedError, NotVisibleError, PlaygroundError
from bot.playground.page.desk import Desk, NotThereError
from bot.playground.page.drawing import draw
from bot.playground.people import Person

Fields = dict[str, list[str]]
Endpoint = Callable[[Request], Awaitable[Response]]

NOBODY_LISTENS = "No app is connected to this workspace, so nobody can answer."
GONE = "This is no longer there."
MOST_BYTES = 200_000


class Asked:
    """A request: the desk, who acts, and what the form holds."""

    def __init__(self, request: Request, fields: Fields) -> None:
        self.desk = cast("Desk", request.app.state.desk)
        self.person: Person = self.desk.person(request.path_params["person"])
        self.place: str = request.path_params.get("place", "")
        self.path: dict[str, str] = request.path_params
        self.query = request.query_params
        self.fields = fields

    def field(self, name: str) -> str:
        return next(iter(self.fields.get(name, [])), "")


def answering(answer: Callable[[Asked], Response]) -> Endpoint:
    """An endpoint that looks; it works in a thread, as the state is locked while it is read."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(lambda: answer(Asked(request, {})))

    return endpoint


def acting(act: Callable[[Asked], Response | None]) -> Endpoint:
    """An endpoint that does something for a person; it may wait for the app meanwhile.

    The page hears of what changed by itself, so there is nothing to answer but trouble.
    """

    async def endpoint(request: Request) -> Response:
        if int(request.headers.get("content-length", MOST_BYTES + 1)) > MOST_BYTES:
            return Response("This is too long.", 413)
        fields = parse_qs((await request.body()).decode(), keep_blank_values=True)
        return await run_in_threadpool(lambda: _carried_out(act, Asked(request, fields)))

    return endpoint


def note(asked: Asked, sentence: str) -> Response:
    """A sentence for the person, where they look."""
    html = draw("parts/note.html", asked.desk.state, sentence=sentence)
    return HTMLResponse(html, headers={"HX-Retarget": "#note", "HX-Reswap": "innerHTML"})


def _carried_out(act: Callable[[Asked], Response | None], asked: Asked) -> Response:
    try:
        return act(asked) or Response(status_code=204)
    except NotConnectedError:
        return note(asked, NOBODY_LISTENS)
    except (NotVisibleError, NotThereError):
        return note(asked, GONE)
    except PlaygroundError as error:
        return note(asked, str(error))
