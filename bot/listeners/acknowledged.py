"""Acknowledge first, then work; whatever goes wrong becomes a sentence for the person.

Bolt has an error handler of its own, but when a listener fails within a few milliseconds after
``ack()`` Bolt forgets the acknowledgement, and Slack tells the person that the app did not respond.
So no error leaves a listener.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.blocks.errors import away_message, error_message, fault_message
from bot.blocks.message import Message
from bot.channels import DIRECT_MESSAGE
from bot.listeners.requested import Outcome, Requested, requested
from bot.replying import (
    NotTakenError,
    RefusedBlocksError,
    post_ephemeral,
    post_message,
    reply,
)
from storage.errors import UnreachableError, UserError

logger = logging.getLogger(__name__)

DIRECT = "im"
"""The kind of conversation that is between two."""

TAKEN_UP = "carekpi_taken_up"

Payload = dict[str, Any]
Handler = Callable[[Payload, WebClient], None]
Afterwards = Callable[[], object]
Writer = Callable[[Payload, WebClient], Payload | Message | Afterwards]


def acknowledged(handle: Handler) -> Callable[[Ack, Payload, WebClient], None]:
    """A listener for Bolt that acknowledges and then handles the payload.

    A ``UserError`` is shown as it is; all else is logged under a reference that is shown too.
    """

    def listener(ack: Ack, body: Payload, client: WebClient) -> None:
        with requested(body) as request:
            ack()
            _handle_safely(request, handle, body, client)

    return listener


def committed(
    handle: Writer, then: Handler | None = None, *, replaces: bool = False
) -> Callable[[Ack, Payload, WebClient], None]:
    """A listener for Bolt that handles the payload, and only then acknowledges.

    For what writes: a click that was acknowledged and then lost is lost for good. The handler
    returns what the acknowledgement carries, or what is shown after it: anything that is done then,
    or a message to the person, with ``replaces`` in the place of the one that was clicked on, where
    this person alone sees that. ``then`` is what may take longer, once the acknowledgement is out.
    """

    def listener(ack: Ack, body: Payload, client: WebClient) -> None:
        take_up(body)
        with requested(body) as request:
            done = _done(request, handle, body, client)
            replace = replaces and is_private(body) and request.outcome is Outcome.ANSWERED
            if isinstance(done, dict):
                ack(**done)
                if then:
                    _handle_safely(request, then, body, client)
                return
            ack()
            if isinstance(done, Message):
                _tell_safely(body, client, done, replace=replace)
            else:
                _safely(done)

    return listener


def _done(
    request: Requested, handle: Writer, body: Payload, client: WebClient
) -> Payload | Message | Afterwards:
    """What the handler made of it, or the message that says why it did not."""
    try:
        return handle(body, client)
    except UserError as error:
        return _refused(request, error)
    except Exception:
        logger.exception("Fault %s", request.reference)
        return _fault(request)


def _handle_safely(request: Requested, handle: Handler, body: Payload, client: WebClient) -> None:
    try:
        handle(body, client)
    except UserError as error:
        _tell_safely(body, client, _refused(request, error))
    except Exception:
        logger.exception("Fault %s", request.reference)
        _tell_safely(body, client, _fault(request))


def _refused(request: Requested, error: UserError) -> Message:
    """Why there is no answer; how a database is mended concerns only who runs it."""
    if isinstance(error, UnreachableError):
        logger.error("Fault %s: %s", request.reference, error)
        request.outcome = Outcome.FAULT
        return away_message(request.reference)
    request.outcome = Outcome.REFUSED
    return error_message(error)


def _fault(request: Requested) -> Message:
    """The person sees the reference that it is logged under."""
    request.outcome = Outcome.FAULT
    return fault_message(request.reference)


def take_up(body: Payload) -> None:
    """Says that a listener has this payload: where it takes long, Bolt asks the next one too."""
    body[TAKEN_UP] = True


def is_taken_up(body: Payload) -> bool:
    return TAKEN_UP in body


def user_id(body: Payload) -> str:
    """Who did it: a command, a click or a submission, or an event."""
    clicked = body.get("user") or {}
    return str(body.get("user_id") or clicked.get("id") or body.get("event", {}).get("user"))


def is_private(body: Payload) -> bool:
    """Whether the message clicked on is seen by this person alone."""
    return bool(body.get("container", {}).get("is_ephemeral"))


def tell(body: Payload, client: WebClient, message: Message, *, replace: bool = False) -> None:
    """Beside what was typed or clicked; in a direct message where Slack does not take it there.

    The person alone sees it: in a channel as an ephemeral message, in the direct message with
    CareKPI as one that stays.
    """
    try:
        if _tell_there(body, client, message, replace=replace):
            return
    except NotTakenError as error:
        logger.warning("Slack did not take a reply, sending a direct message: %s", error)
    post_message(client, user_id(body), message, rather_twice=True)


def _tell_there(body: Payload, client: WebClient, message: Message, *, replace: bool) -> bool:
    """Whether there is a place beside what was typed or clicked; then the message is there."""
    event = body.get("event", {})
    written = event if event.get("channel_type") == DIRECT else _clicked_in_direct_message(body)
    if written:
        channel_id, thread_ts = written["channel"], written.get("thread_ts")
        post_message(client, channel_id, message, thread_ts=thread_ts, rather_twice=True)
    elif url := body.get("response_url"):
        reply(str(url), message, replace=replace)
    elif event.get("type") == "app_mention":
        channel_id, thread_ts = event["channel"], event.get("thread_ts")
        post_ephemeral(client, channel_id, user_id(body), message, thread_ts)
    else:
        return False
    return True


def _clicked_in_direct_message(body: Payload) -> Payload | None:
    """Where a button was pressed under a message that stays in the direct message with us."""
    channel_id, clicked = body.get("channel", {}).get("id", ""), body.get("message")
    if not clicked or not channel_id.startswith(DIRECT_MESSAGE):
        return None
    return {"channel": channel_id, "thread_ts": clicked.get("thread_ts")}


def _tell_safely(
    body: Payload, client: WebClient, message: Message, *, replace: bool = False
) -> None:
    _safely(lambda: tell(body, client, message, replace=replace))


def _safely(show: Afterwards) -> None:
    try:
        show()
    except (
        SlackApiError,
        RefusedBlocksError,
        NotTakenError,
        UserError,
        OSError,
        HTTPException,
    ):
        logger.exception("Slack did not take a message")
