"""The page as an ASGI app: its routes behind its guard."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.playground.page import actions, live, looks
from bot.playground.page.desk import ActingPerson, MoveClock, NotThereError, open_desk
from bot.playground.page.guard import Guard
from bot.playground.workspace import Workspace

STATIC = Path(__file__).parent / "static"


def page_app(
    workspace: Workspace, people: Sequence[ActingPerson], *, move_clock: MoveClock | None = None
) -> Starlette:
    """The page for this workspace; without ``move_clock`` its clock cannot be moved from here."""
    if not people:
        raise ValueError("a page needs somebody whom one can act as")
    desk = open_desk(workspace, people, move_clock)
    app = Starlette(
        routes=[
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
            *actions.ROUTES,
            *live.ROUTES,
            *looks.ROUTES,
        ],
        middleware=[Middleware(Guard, token=desk.token)],
        exception_handlers={NotThereError: _not_there},
    )
    app.state.desk = desk
    return app


async def _not_there(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("There is nothing at this address. Start again at /.", 404)
