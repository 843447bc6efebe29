"""The calls to Slack of a delivery: posting it, and looking whether it is there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.blocks.degrade import plainer_each
from bot.blocks.message import Json, Message
from jobs.calls import (
    MISSING_SCOPE,
    REFUSED_BLOCKS,
    GoneError,
    LockedOutError,
    PostingError,
    RefusedBlocksError,
    asked,
    unfit,
)

logger = logging.getLogger(__name__)

EVENT_TYPE = "carekpi_delivery"
MESSAGES_A_PAGE = 200
CLOCKS_DIFFER = timedelta(minutes=10)
"""How far Slack's clock may be behind ours."""
MAY_NOT_LOOK = (
    "CareKPI may not read what it posted there. Update the app with manifest.yml and install it"
    " again."
)


@dataclass(frozen=True, slots=True)
class Posted:
    """Slack's receipt."""

    channel_id: str
    ts: str


class Posting:
    """Slack, as a delivery sees it: every method raises a ``PostingError``.

    The client is one of ``client_for_jobs``, which makes each call once.
    """

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def post(
        self, channel_id: str, message: Message, delivery_id: str, thread_ts: str | None
    ) -> Posted:
        """Posts it to a conversation or a person, plainer where Slack refuses its blocks."""
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"id": delivery_id}}
        for plainer in plainer_each(message):
            given: Json = {"channel": channel_id, "thread_ts": thread_ts, "metadata": metadata}
            given |= plainer.arguments()
            try:
                answer = asked(self._client.chat_postMessage, **given)
            except RefusedBlocksError as refusal:
                logger.warning("Slack refused blocks, sending a plainer message: %s", refusal)
            else:
                return Posted(str(answer["channel"]), str(answer["ts"]))
        raise unfit(REFUSED_BLOCKS)

    def change(self, channel_id: str, ts: str, message: Message) -> None:
        """Puts another content into a message of ours."""
        given: Json = {"text": message.text, "blocks": list(message.blocks)}
        asked(self._client.chat_update, channel=channel_id, ts=ts, **given)

    def is_accepted(self) -> bool:
        """Whether Slack takes our token at all."""
        try:
            asked(self._client.auth_test)
        except PostingError:
            return False
        return True

    def open_direct(self, user_id: str) -> str:
        """The conversation between CareKPI and this person."""
        answer = _looked(self._client.conversations_open, users=user_id)
        return str(answer["channel"]["id"])

    def find(
        self, channel_id: str, delivery_id: str, posted_at: datetime, thread_ts: str | None
    ) -> Posted | None:
        """Looks for what was handed over at that time; None where it is not there."""
        oldest = str((posted_at - CLOCKS_DIFFER).timestamp())
        for message in self._messages(channel_id, oldest, thread_ts):
            metadata = message.get("metadata", {})
            is_ours = metadata.get("event_type") == EVENT_TYPE
            if is_ours and metadata.get("event_payload", {}).get("id") == delivery_id:
                return Posted(channel_id, str(message["ts"]))
        return None

    def _messages(self, channel_id: str, oldest: str, thread_ts: str | None) -> Iterator[Json]:
        read: Callable[..., SlackResponse] = self._client.conversations_history
        given: Json = {"channel": channel_id, "oldest": oldest, "limit": MESSAGES_A_PAGE}
        if thread_ts:
            read, given["ts"] = self._client.conversations_replies, thread_ts
        cursor = ""
        while True:
            answer = _looked(read, **given, include_all_metadata=True, cursor=cursor)
            yield from answer["messages"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return


def _looked(call: Callable[..., SlackResponse], **given: Any) -> SlackResponse:
    """That the app may not look is no reason why it should not post to others."""
    try:
        return asked(call, **given)
    except LockedOutError as error:
        if str(error) == MISSING_SCOPE:
            raise GoneError(MAY_NOT_LOOK) from error
        raise
