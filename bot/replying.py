"""Posts a message, plainer where Slack refuses a block, so that an answer always arrives."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import cache
from http.client import HTTPException
from ssl import SSLContext, create_default_context
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.webhook import WebhookClient

from bot.blocks.degrade import plainer_each
from bot.blocks.message import Message
from storage.errors import UserError

logger = logging.getLogger(__name__)

REFUSED = "invalid_blocks"
RETRIES = 2


NOT_OK = re.compile(r'\s*\{\s*"ok"\s*:\s*false')
CUT_OFF = (OSError, HTTPException)
"""What is raised where a connection ends without an answer."""
UNSURE = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
"""Slack's errors after which the message may be there or not."""


class NotTakenError(Exception):
    """Slack would not take a reply, or can't be reached."""


class UnsureError(UserError):
    """Slack broke off, so that nobody knows whether a message is there."""

    def __init__(self) -> None:
        super().__init__(
            "Slack broke off without saying whether the message was posted.",
            "Look whether it is there before you try again.",
        )


class RefusedBlocksError(Exception):
    """Slack would not take a message's blocks, and said which and why."""


def reply(response_url: str, message: Message, *, replace: bool = False) -> None:
    """Answers a command or a click, to the person alone; ``replace`` takes the message's place.

    Raises:
        NotTakenError: the address is too old or used too often, or Slack is out of order.
    """
    webhook = WebhookClient(
        response_url,
        ssl=_certificates(),
        retry_handlers=[
            ConnectionErrorRetryHandler(),
            RateLimitErrorRetryHandler(max_retry_count=RETRIES),
            ServerErrorRetryHandler(),
        ],
    )

    def post(arguments: dict[str, Any]) -> None:
        body = {"response_type": "ephemeral", "replace_original": replace, **arguments}
        try:
            response = webhook.send_dict(body)
        except CUT_OFF as error:
            raise NotTakenError(str(error)) from error
        if REFUSED in response.body:
            raise RefusedBlocksError(response.body)
        if response.status_code != 200 or NOT_OK.match(response.body):
            raise NotTakenError(f"{response.status_code} {response.body}")

    _first_taken(post, message)


@cache
def _certificates() -> SSLContext:
    """Whom to trust; to read it anew for each reply would take longer than the reply."""
    return create_default_context()


def post_message(
    client: WebClient,
    channel_id: str,
    message: Message,
    *,
    thread_ts: str | None = None,
    rather_twice: bool = False,
) -> str:
    """Posts into a conversation, or to a person by user id; returns Slack's ``ts``.

    One that is cut off is not sent again, unless it is better there ``rather_twice`` than never.

    Raises:
        UnsureError: nobody knows whether the message is there, so it is not posted a second time.
    """
    posted: list[str] = []
    sender = client if rather_twice else _sending_once(client)

    def post(arguments: dict[str, Any]) -> None:
        try:
            response = sender.chat_postMessage(channel=channel_id, thread_ts=thread_ts, **arguments)
        except SlackApiError as error:
            if error.response.get("error") == REFUSED:
                raise RefusedBlocksError(str(error.response.data)) from error
            if error.response.status_code >= 500 or error.response.get("error") in UNSURE:
                raise UnsureError from error
            raise
        except CUT_OFF as error:
            raise UnsureError from error
        posted.append(response["ts"])

    _first_taken(post, message)
    return posted[0]


def open_direct_message(client: WebClient, user_id: str) -> str:
    """The id of the conversation with a person, in which a thread can be written to.

    Raises:
        slack_sdk.errors.SlackApiError: Slack does not open it.
    """
    channel_id: str = client.conversations_open(users=user_id)["channel"]["id"]
    return channel_id


def post_ephemeral(
    client: WebClient, channel_id: str, user_id: str, message: Message, thread_ts: str | None
) -> None:
    """Shows a message in a channel to one person alone, within a thread where there is one.

    Raises:
        NotTakenError: the person or CareKPI is not there, or Slack is out of order.
    """

    def post(arguments: dict[str, Any]) -> None:
        try:
            client.chat_postEphemeral(
                channel=channel_id, user=user_id, thread_ts=thread_ts, **arguments
            )
        except SlackApiError as error:
            if error.response.get("error") == REFUSED:
                raise RefusedBlocksError(str(error.response.data)) from error
            raise NotTakenError(str(error.response.data)) from error
        except CUT_OFF as error:
            raise NotTakenError(str(error)) from error

    _first_taken(post, message)


def update_message(client: WebClient, channel_id: str, ts: str, message: Message) -> None:
    """Puts a message into the place of one of ours.

    Raises:
        NotTakenError: it is not there or not ours, or Slack is out of order.
    """

    def post(arguments: dict[str, Any]) -> None:
        try:
            client.chat_update(channel=channel_id, ts=ts, **_updating(arguments))
        except SlackApiError as error:
            if error.response.get("error") == REFUSED:
                raise RefusedBlocksError(str(error.response.data)) from error
            raise NotTakenError(str(error.response.data)) from error
        except CUT_OFF as error:
            raise NotTakenError(str(error)) from error

    _first_taken(post, message)


def open_view(client: WebClient, trigger_id: str, view: dict[str, Any]) -> str | None:
    """Opens a dialog, and returns its id.

    A trigger opens one: where it is used up already, the dialog is there, and None is returned.
    """
    try:
        return str(client.views_open(trigger_id=trigger_id, view=view)["view"]["id"])
    except SlackApiError as error:
        match error.response.get("error"):
            case "exchanged_trigger_id":
                return None
            case "expired_trigger_id":
                sentence = "That took too long, so Slack no longer opens the dialog."
                raise UserError(sentence, "Click again.") from error
        raise


def update_view(
    client: WebClient, view_id: str, view: dict[str, Any], view_hash: str | None = None
) -> str:
    """Shows a dialog anew; what was typed meanwhile stays. Returns the hash that it has then.

    Nothing where it is closed already, or, with ``view_hash``, was shown anew since it had that.
    """
    try:
        shown = client.views_update(view_id=view_id, view=view, hash=view_hash)
    except SlackApiError as error:
        if error.response.get("error") not in {"not_found", "hash_conflict"}:
            raise
        return ""
    return str(shown["view"]["hash"])


def _updating(arguments: dict[str, Any]) -> dict[str, Any]:
    """Links can't be told not to unfold in a message that is there; without blocks, none stay."""
    kept = {key: arguments[key] for key in arguments if not key.startswith("unfurl_")}
    return {"blocks": [], **kept}


def _sending_once(client: WebClient) -> WebClient:
    """The client, without sending again what may have arrived before the connection was cut."""
    kept = [
        handler
        for handler in client.retry_handlers
        if not isinstance(handler, ConnectionErrorRetryHandler)
    ]
    return WebClient(
        token=client.token, base_url=client.base_url, timeout=client.timeout, retry_handlers=kept
    )


def _first_taken(post: Callable[[dict[str, Any]], None], message: Message) -> None:
    """Tries the message as it is, then each plainer one; the last has no blocks to refuse."""
    for attempt in plainer_each(message):
        try:
            return post(attempt.arguments())
        except RefusedBlocksError as refusal:
            logger.warning("Slack refused blocks, sending a plainer message: %s", refusal)
    raise RefusedBlocksError("a message without blocks")
