"""The page on a port of this machine."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from starlette.applications import Starlette

from bot.playground.listening import listen
from bot.playground.page.app import page_app
from bot.playground.page.desk import ActingPerson, MoveClock
from bot.playground.workspace import Workspace

DEFAULT_PORT = 8080


@contextmanager
def serve_page(
    workspace: Workspace,
    people: Sequence[ActingPerson],
    *,
    port: int = DEFAULT_PORT,
    move_clock: MoveClock | None = None,
) -> Iterator[str]:
    """Serve the page until the block ends; gives ``127.0.0.1:port``.

    Where somebody else has the port, it is a free one.
    """
    app = page_app(workspace, people, move_clock=move_clock)
    with ExitStack() as running:
        yield _listen(running, app, port)


def _listen(running: ExitStack, app: Starlette, port: int) -> str:
    try:
        return running.enter_context(listen(app, port))
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        return running.enter_context(listen(app))
