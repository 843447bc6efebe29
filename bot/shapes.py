"""Requests that have another shape than Slack's, and what they are answered."""

from __future__ import annotations

import logging

from slack_bolt import BoltResponse

logger = logging.getLogger(__name__)

WRONG_SHAPE = (TypeError, ValueError, AttributeError, LookupError)
"""What Bolt raises where it takes apart a request that lacks what Slack's always have."""


def answer_fault(error: Exception) -> BoltResponse:
    """The answer where Bolt could not make out what a request is; no listener was reached.

    What has another shape than Slack's requests will have it again, so it is not to be sent again.
    """
    if isinstance(error, WRONG_SHAPE):
        logger.warning("Refused a request of another shape than Slack's: %s", type(error).__name__)
        return BoltResponse(status=400)
    logger.error("A request could not be handed to a listener", exc_info=error)
    return BoltResponse(status=500)
