"""Reads who is in Slack once a day, so that nobody has to be asked for one by one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from threading import Event
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import Engine

from jobs.calls import BusyError, PostingError, asked
from jobs.scheduler import Job
from storage.operations import paces, slack_people
from storage.operations.engine import writing
from storage.periods import Clock

logger = logging.getLogger(__name__)

NAME = "read the directory"
LOOK_EVERY = timedelta(minutes=10)
READ_EVERY = timedelta(days=1)
AT_MOST = timedelta(minutes=30)
"""Whoever began to read it longer ago was killed."""
PEOPLE_A_PAGE = 200


def reading_directory(operations: Engine, client: WebClient, clock: Clock, stopping: Event) -> Job:
    """Reads all people anew where that was not done for a day, by one process for all."""

    def read() -> None:
        now = clock()
        with writing(operations) as session:
            if not paces.take_turn(session, NAME, now, now + AT_MOST):
                return
        try:
            number = _read(operations, client, clock, stopping)
        except PostingError as error:
            logger.warning("The people in Slack were not all read, and will be later: %s", error)
            return
        if not stopping.is_set():
            with writing(operations) as session:
                paces.hold(session, NAME, clock() + READ_EVERY)
            logger.info("Read %s people from Slack", number)

    return Job(NAME, LOOK_EVERY, read)


def _read(operations: Engine, client: WebClient, clock: Clock, stopping: Event) -> int:
    own_team_id = str(asked(client.auth_test)["team_id"])
    number = 0
    for page in _pages(client, stopping):
        people = [slack_people.as_told(user, own_team_id) for user in page]
        with writing(operations) as session:
            slack_people.keep(session, people, clock())
        number += len(people)
    return number


def _pages(client: WebClient, stopping: Event) -> Iterator[list[dict[str, Any]]]:
    """Page after page, at the pace that Slack asks for."""
    cursor = ""
    while not stopping.is_set():
        try:
            answer = asked(client.users_list, limit=PEOPLE_A_PAGE, cursor=cursor)
        except BusyError as busy:
            stopping.wait(busy.wait.total_seconds())
            continue
        yield answer["members"]
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
