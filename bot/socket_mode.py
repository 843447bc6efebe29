"""Socket Mode: Slack's requests come over a connection that the bot opens."""

from __future__ import annotations

import logging
import socket
from contextlib import suppress
from threading import Event

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient

logger = logging.getLogger(__name__)

REQUESTS_AT_ONCE = 20
TRY_AGAIN_SECONDS = 60.0
LOOK_EVERY_SECONDS = 5.0
"""After at most so long it is noticed that the connection is gone."""
REFUSALS = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
"""What Slack answers where it does not accept the app token; whatever else passes by itself."""


class SocketModeLink:
    """The bot's connection to Slack; one that is closed is opened anew until the bot stops."""

    def __init__(
        self,
        app: App,
        app_token: str,
        try_again_seconds: float = TRY_AGAIN_SECONDS,
        look_every_seconds: float = LOOK_EVERY_SECONDS,
    ) -> None:
        self._try_again_seconds = try_again_seconds
        self._stopping = Event()
        self._handler = SocketModeHandler(
            app, app_token, concurrency=REQUESTS_AT_ONCE, ping_interval=look_every_seconds
        )
        self._client = self._handler.client
        self._ask_for_address = self._client.issue_new_wss_url

    def start(self) -> str:
        """Connects, and returns how.

        Raises:
            slack_sdk.errors.SlackApiError: Slack does not know the app token.
        """
        self._handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it open
        # From here on nobody waits who could be told, so it tries until Slack lets it in.
        self._client.issue_new_wss_url = self._address  # type: ignore[method-assign]  # each new connection begins there
        return "Socket Mode"

    @property
    def is_connected(self) -> bool:
        """Whether requests can come on it."""
        return self._client.is_connected()

    def stop(self) -> None:
        """Takes no more requests, acknowledges those under way, then hangs up."""
        self._stopping.set()
        client = self._client
        client.closed = True
        client.message_workers.shutdown(wait=True)
        _wake(client)
        self._handler.close()  # type: ignore[no-untyped-call]  # as above

    def _address(self) -> str:
        """Where the next connection is opened; waits while Slack does not accept the token."""
        logger.info("The connection to Slack is opened anew")
        was_refused = False
        while refused_for := self._asked():
            if not was_refused:
                logger.error(
                    "Slack does not accept the app token any more (%s): no request comes until"
                    " SLACK_APP_TOKEN is right. It is tried again every %.0f seconds",
                    refused_for,
                    self._try_again_seconds,
                )
            was_refused = True
            if self._stopping.wait(self._try_again_seconds):
                raise ConnectionAbortedError("the bot is stopping")
        if was_refused:
            logger.info("Slack accepts the app token again")
        return self._found

    def _asked(self) -> str:
        """Why Slack gives no address, nothing where it does; what may pass by itself is raised."""
        try:
            self._found = self._ask_for_address()
        except SlackApiError as error:
            reason = str(error.response.get("error"))
            if reason not in REFUSALS:
                raise
            return reason
        return ""


def _wake(client: SocketModeClient) -> None:
    """Ends the client's reads, which it would wait out: 1 s for its queue, 3 s for the socket."""
    client.auto_reconnect_enabled = False
    client.current_session_state.terminated = True
    client.message_queue.put(None)
    connected = client.current_session.sock if client.current_session else None
    if connected:
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RD)
