"""Socket Mode: Slack's requests come over a connection that the bot opens."""

from __future__ import annotations

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

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
        self._handler.close()  # type: ignore[no-untyped-call]  # as above
