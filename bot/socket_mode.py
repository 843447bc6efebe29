"""Socket Mode: Slack's requests come over a connection that the bot opens."""

from __future__ import annotations

import socket
from contextlib import suppress

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin import SocketModeClient

REQUESTS_AT_ONCE = 20


class SocketModeLink:
    """The bot's connection to Slack."""

    def __init__(self, app: App, app_token: str) -> None:
        self._handler = SocketModeHandler(app, app_token, concurrency=REQUESTS_AT_ONCE)

    def start(self) -> str:
        """Connects, and returns how.

        Raises:
            slack_sdk.errors.SlackApiError: Slack does not know the app token.
        """
        self._handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it open
        return "Socket Mode"

    def stop(self) -> None:
        """Takes no more requests, acknowledges those under way, then hangs up."""
        client = self._handler.client
        client.closed = True
        client.message_workers.shutdown(wait=True)
        _wake(client)
        self._handler.close()  # type: ignore[no-untyped-call]  # as above


def _wake(client: SocketModeClient) -> None:
    """Ends the client's reads, which it would wait out: 1 s for its queue, 3 s for the socket."""
    client.auto_reconnect_enabled = False
    client.current_session_state.terminated = True
    client.message_queue.put(None)
    connected = client.current_session.sock if client.current_session else None
    if connected:
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RD)
