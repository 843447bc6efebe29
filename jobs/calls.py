"""Calls to Slack by jobs: what may become of one, and what a person is told of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

REFUSED_BLOCKS = "invalid_blocks"
TIMEOUT_SECONDS = 8
MISSING_SCOPE = "missing_scope"
RATE_LIMITED = "ratelimited"
WAIT_UNTOLD = timedelta(seconds=30)
CODE = re.compile(r"[a-z0-9_]+")


class PostingError(Exception):
    """A call did not do what it was meant to; the text is a sentence for a person."""


class GoneError(PostingError):
    """It can't be delivered to this recipient until somebody mends that."""


class LockedOutError(PostingError):
    """Slack does not accept our token, for anybody."""


class BusyError(PostingError):
    """Slack asks to wait; it has done nothing."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("Slack asked to wait, as too much was posted.")
        self.wait = wait


class RefusedError(PostingError):
    """Slack has done nothing, for a reason that may pass."""


class UnfitError(PostingError):
    """Slack will never take this message."""


class RefusedBlocksError(PostingError):
    """Slack does not take the message's blocks; the text is its answer."""


class UnsureError(PostingError):
    """Nobody knows whether Slack has done it."""


class TooSlowError(UnsureError):
    """Slack took too long, and may still be at it."""


_CONVERSATION_GONE = (
    "CareKPI does not find this conversation: it was deleted, or made private without CareKPI."
    " Invite it there with /invite @CareKPI, or choose another conversation."
)
_POSTING_RESTRICTED = (
    "Only some people may post in this conversation."
    " Let CareKPI post there in its settings, or choose another one."
)
_MESSAGE_GONE = (
    "The message to be changed is gone, or can't be changed any more; nothing is to be done."
)
_PERSON_GONE = "This person's account is deactivated or was deleted. Choose somebody else."
_THREAD_GONE = "The message to be answered there is gone. Have it posted on its own."
_NO_DIRECT_MESSAGES = (
    "CareKPI may not write direct messages. Update the app with manifest.yml and install it again."
)
GONE = {
    "channel_not_found": _CONVERSATION_GONE,
    "is_archived": (
        "This conversation is archived. Take it out of the archive, or choose another one."
    ),
    "not_in_channel": (
        "CareKPI is no longer in this conversation. Invite it there with /invite @CareKPI."
    ),
    "restricted_action": _POSTING_RESTRICTED,
    "restricted_action_read_only_channel": _POSTING_RESTRICTED,
    "restricted_action_thread_only_channel": _POSTING_RESTRICTED,
    "restricted_action_non_threadable_channel": _POSTING_RESTRICTED,
    "restricted_action_thread_locked": _THREAD_GONE,
    "cannot_reply_to_message": _THREAD_GONE,
    "thread_not_found": _THREAD_GONE,
    "message_not_found": _MESSAGE_GONE,
    "cant_update_message": _MESSAGE_GONE,
    "edit_window_closed": _MESSAGE_GONE,
    "user_not_found": _PERSON_GONE,
    "users_not_found": _PERSON_GONE,
    "user_disabled": _PERSON_GONE,
    "user_not_visible": (
        "This person can't be written to from here. Share a conversation with them first."
    ),
    "cannot_dm_bot": "This recipient is an app. Choose a person or a conversation.",
    "messages_tab_disabled": _NO_DIRECT_MESSAGES,
}
"""By Slack's error: what happened, and how to mend it."""
LOCKED_OUT = frozenset(
    {
        "access_denied",
        "account_inactive",
        "invalid_auth",
        MISSING_SCOPE,
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
"""Slack's errors about the app itself."""
UNFIT = frozenset(
    {
        "invalid_arguments",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "markdown_text_conflict",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
    }
)
"""Slack's errors about a message as such."""
UNSURE = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
"""Slack's errors after which it may have been done or not."""


def client_for_jobs(token: str, api_url: str) -> WebClient:
    """A client that makes each call once: only who knows what may be done twice repeats it."""
    return WebClient(token=token, base_url=api_url, timeout=TIMEOUT_SECONDS, retry_handlers=[])


def asked(call: Callable[..., SlackResponse], **given: Any) -> SlackResponse:
    """Slack's answer.

    Raises:
        PostingError: what came of it instead.
    """
    try:
        return call(**given)
    except SlackApiError as error:
        raise _as_posting_error(error) from error
    except (OSError, HTTPException) as error:
        if isinstance(getattr(error, "reason", error), TimeoutError):
            raise TooSlowError("Slack took too long to answer.") from error
        raise UnsureError("The connection to Slack broke off.") from error


def _as_posting_error(error: SlackApiError) -> PostingError:
    """What Slack's refusal means for a delivery."""
    response = error.response
    code = str(response.get("error", ""))
    if response.status_code == 429 or code == RATE_LIMITED:
        return BusyError(_wait_told(response.headers))
    if response.status_code >= 500 or code in UNSURE or not CODE.fullmatch(code):
        return UnsureError("Slack was out of order and did not say whether it was posted.")
    return _refusal(code, str(response.data))


def shut_out(code: str) -> GoneError:
    """Where the token itself is good."""
    return GoneError(
        f"Slack does not let CareKPI post there ({code})."
        " Ask an admin of the workspace to allow it, or choose another recipient."
    )


def unfit(code: str) -> UnfitError:
    return UnfitError(
        f"Slack does not take this message ({code}). Tell whoever runs CareKPI: the log says more."
    )


def _refusal(code: str, answer: str) -> PostingError:
    if code in GONE:
        return GoneError(GONE[code])
    if code in LOCKED_OUT:
        return LockedOutError(code)
    if code == REFUSED_BLOCKS:
        return RefusedBlocksError(answer)
    return unfit(code) if code in UNFIT else RefusedError(f"Slack did not take it ({code}).")


def _wait_told(headers: dict[str, str]) -> timedelta:
    told = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    return timedelta(seconds=int(told)) if told.isdecimal() else WAIT_UNTOLD
