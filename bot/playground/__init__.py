"""A pretend Slack workspace: strict, stateful, and served over real HTTP and WebSocket.

A test starts one, points the app at it, and then acts and looks as people do::

    with serve(Path("manifest.yml"), clock=clock) as workspace:
        ana = workspace.add_person("ana", is_admin=True)
        team = workspace.add_channel("billing", [ana], with_bot=True)
        app = App(
            client=WebClient(token=workspace.bot_token, base_url=workspace.api_url),
            signing_secret=workspace.signing_secret,
        )
        workspace.connect_http("http://127.0.0.1:3000/slack/events")

        exchange = workspace.command(ana, team, "/kpi fcr weekly")
        assert exchange.is_acknowledged
        workspace.wait_for(lambda: workspace.visible(ana, team))
        assert workspace.visible(ana, team)[-1].read() == "..."

        workspace.click(ana, "Share in channel", confirm=True)
        workspace.submit(ana, {"Reason": "Too slow"})

Signed HTTP is the fast way to connect an app: ``listen(asgi_app)`` serves it on a free port. With
Socket Mode the app connects by itself: ``SocketModeHandler(app, workspace.app_token).connect()``,
then ``workspace.wait_for(lambda: workspace.open_sockets)``. What is to go wrong is told in advance:
``workspace.trouble.rate_limit("chat.postMessage", 30)``.
"""

from __future__ import annotations

from bot.playground.conversations import Conversation
from bot.playground.errors import (
    NotConfirmedError,
    NotConnectedError,
    NotDeclaredError,
    NotVisibleError,
    PlaygroundError,
)
from bot.playground.listening import listen
from bot.playground.manifest import Manifest
from bot.playground.messages import Message
from bot.playground.people import Person
from bot.playground.record import Call, Exchange
from bot.playground.server import serve
from bot.playground.views import View
from bot.playground.workspace import Workspace

__all__ = [
    "Call",
    "Conversation",
    "Exchange",
    "Manifest",
    "Message",
    "NotConfirmedError",
    "NotConnectedError",
    "NotDeclaredError",
    "NotVisibleError",
    "Person",
    "PlaygroundError",
    "View",
    "Workspace",
    "listen",
    "serve",
]
