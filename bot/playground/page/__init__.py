"""The pretend workspace in a browser tab: what people see and do, drawn as Slack draws it.

A page is put on top of a workspace that runs already::

    people = [ActingPerson(eva.id, "Eva", "executive"), ActingPerson(leo.id, "Leo", "team lead")]
    with serve_page(workspace, people, move_clock=clock.move_to) as address:
        print(f"open http://{address}")

Everything that is shown lives in the workspace, and a page's address names the person and the
place, so a reload, a second tab and a test that acts by itself all see the same.
"""

from __future__ import annotations

from bot.playground.page.app import page_app
from bot.playground.page.desk import ActingPerson, MoveClock
from bot.playground.page.serving import DEFAULT_PORT, serve_page

__all__ = ["DEFAULT_PORT", "ActingPerson", "MoveClock", "page_app", "serve_page"]
