"""Homes that are shown anew, once something that they tell of has changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPException

from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine

from jobs.scheduler import Job
from storage.errors import UserError
from storage.operations import homes
from storage.operations.engine import writing
from storage.periods import Clock

logger = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=15)
A_MINUTE = 40
"""Slack takes about 50 views a minute; the others are left to people who open theirs."""
COMES_BACK = {"ratelimited", "internal_error", "fatal_error", "service_unavailable"}


def refreshing_homes(operations: Engine, clock: Clock, show: Callable[[str], None]) -> Job:
    """Shows outdated Homes to those who looked at theirs within a day; ``show`` takes a user id."""

    def refresh() -> None:
        now = clock()
        with writing(operations) as session:
            outdated = homes.claim_outdated(session, now, A_MINUTE)
        for user_id in outdated:
            if not _is_shown(user_id, show):
                with writing(operations) as session:
                    homes.give_back(session, user_id, now)

    return Job("refresh homes", LOOK_EVERY, refresh)


def _is_shown(user_id: str, show: Callable[[str], None]) -> bool:
    """Whether there is nothing left to do: it was shown, or Slack will never take it."""
    try:
        show(user_id)
    except SlackApiError as error:
        logger.warning("The Home of %s was not shown: %s", user_id, error.response.get("error"))
        code = error.response.get("error")
        return code not in COMES_BACK and error.response.status_code < 500
    except (OSError, HTTPException, UserError) as error:
        logger.warning("The Home of %s was not shown: %s", user_id, error)
        return False
    return True
