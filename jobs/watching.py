"""Looks whether Slack still accepts the bot's token, so that somebody hears when it does not."""

from __future__ import annotations

import logging
from datetime import timedelta

from slack_sdk import WebClient

from jobs.calls import LockedOutError, PostingError, asked
from jobs.scheduler import Job
from storage.monitoring.standing import TokenStanding

logger = logging.getLogger(__name__)

LOOK_EVERY = timedelta(minutes=1)


def watching_token(slack: WebClient, standing: TokenStanding) -> Job:
    """Asks once a minute; that Slack can't be reached says nothing of the token."""

    def look() -> None:
        try:
            asked(slack.auth_test)
        except LockedOutError as error:
            if standing.note(str(error)):
                logger.error(  # noqa: TRY400  # where it was found is of no help
                    "Slack does not accept the bot's token any more (%s): nothing is answered or"
                    " posted until SLACK_BOT_TOKEN is right. It is tried again every minute",
                    error,
                )
        except PostingError as error:
            logger.warning("Whether Slack accepts the bot's token is not known: %s", error)
        else:
            if standing.note(""):
                logger.info("Slack accepts the bot's token again")

    return Job("watch the token", LOOK_EVERY, look)
