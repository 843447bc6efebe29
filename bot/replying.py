"""Posts a message, plainer where Slack refuses a block, so that an answer always arrives."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
)
from slack_sdk.webhook import WebhookClient

from bot.blocks.degrade import without
from bot.blocks.message import Message

logger = logging.getLogger(__name__)

REFUSED = "invalid_blocks"
RETRIES = 2
CHARTS = frozenset({"data_visualization"})
TABLES = frozenset({"table", "data_table"})


class RefusedBlocksError(Exception):
    """Slack would not take a message's blocks, and said which and why."""


def reply(response_url: str, message: Message, *, replace: bool = False) -> None:
    """Answers a command or a click, to the person alone; ``replace`` takes the message's place."""
    webhook = WebhookClient(
        response_url,
        retry_handlers=[
            ConnectionErrorRetryHandler(),
            RateLimitErrorRetryHandler(max_retry_count=RETRIES),
        ],
    )

    def post(arguments: dict[str, Any]) -> None:
        body = {"response_type": "ephemeral", "replace_original": replace, **arguments}
        response = webhook.send_dict(body)
        if REFUSED in response.body:
            raise RefusedBlocksError(response.body)
        if response.status_code != 200:
            logger.error("Slack did not take a reply: %s %s", response.status_code, response.body)

    _first_taken(post, message)


def post_message(client: WebClient, channel_id: str, message: Message) -> str:
    """Posts into a conversation, or to a person by user id; returns Slack's ``ts``."""
    posted: list[str] = []

    def post(arguments: dict[str, Any]) -> None:
        try:
            response = client.chat_postMessage(channel=channel_id, **arguments)
        except SlackApiError as error:
            if error.response.get("error") == REFUSED:
                raise RefusedBlocksError(str(error.response.data)) from error
            raise
        posted.append(response["ts"])

    _first_taken(post, message)
    return posted[0]


def _first_taken(post: Callable[[dict[str, Any]], None], message: Message) -> None:
    """Tries the message as it is, then each plainer one; the last has no blocks to refuse."""
    for attempt in _attempts(message):
        try:
            return post(attempt.arguments())
        except RefusedBlocksError as refusal:
            logger.warning("Slack refused blocks, sending a plainer message: %s", refusal)
    raise RefusedBlocksError("a message without blocks")


def _attempts(message: Message) -> Iterator[Message]:
    yield message
    yield without(message, CHARTS)
    yield without(message, CHARTS | TABLES)
    yield Message(message.text)
