"""All that the clock does in one process: what it wakes, and the deliveries."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # it has none
from slack_sdk import WebClient
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from jobs import alerts, calibration_messages, coaching, coaching_messages
from jobs.alerts import AlertDesk, checking_alerts
from jobs.clock_watch import ClockWatch
from jobs.coaching import (
    CoachingDesk,
    assigning_appeals,
    copying_reviews,
    taking_back,
    telling_author,
)
from jobs.coaching_progress import following_up
from jobs.courier import Courier, Manner, OnFailed, OnSent, Renderers
from jobs.delivery import Delivering
from jobs.digests import DigestDesk, planning_digests, telling_owner
from jobs.directory import reading_directory
from jobs.follow_ups import (
    FollowUpDesk,
    assigning_follow_ups,
    finding_next_answers,
    rendering_follow_ups,
)
from jobs.homes import refreshing_homes
from jobs.housekeeping import (
    purging_deliveries,
    purging_events,
    purging_rejects,
    purging_texts,
)
from jobs.posting import Posting
from jobs.scheduler import Job, start_scheduler, wake_all
from jobs.survey_copying import copying_surveys
from jobs.survey_messages import noting_sent, rendering_surveys
from jobs.surveys import SurveyDesk, asking_in_surveys, closing_surveys, settling_undelivered
from jobs.watching import watching_token
from storage.digests.recipients import DestinationOf
from storage.errors import UserError
from storage.monitoring.measures import Measures
from storage.monitoring.standing import TokenStanding
from storage.operations import outbox
from storage.operations.engine import writing
from storage.operations.paces import Pacing
from storage.periods import Clock
from storage.sealing import Sealer
from storage.settings import Settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What jobs work with; ``slack`` makes each call once (``client_for_jobs``).

    ``show_home`` shows the Home of a user id as it is now. ``destination_of`` tells what a
    conversation may get; ``admins`` are those of ``CAREKPI_ADMINS``.
    """

    facts: Engine
    operations: Engine
    settings: Settings
    folder: Path
    clock: Clock
    slack: WebClient
    show_home: Callable[[str], None]
    destination_of: DestinationOf
    admins: frozenset[str] = frozenset()
    sealer: Sealer = field(default_factory=lambda: Sealer([]))
    measures: Measures = field(default_factory=Measures)
    token: TokenStanding = field(default_factory=TokenStanding)
    stopping: Event = field(default_factory=Event)


def jobs_of(parts: Parts) -> list[Job]:
    """Every job; each bears being woken in several processes at once."""
    operations, clock = parts.operations, parts.clock
    return [
        purging_rejects(parts.folder, clock, parts.settings.retention),
        purging_events(operations, clock, parts.settings.retention),
        purging_deliveries(operations, clock, parts.settings.retention),
        purging_texts(parts.facts, operations, clock, parts.settings),
        watching_token(parts.slack, parts.token),
        reading_directory(operations, parts.slack, clock, parts.stopping),
        refreshing_homes(operations, clock, parts.show_home),
        planning_digests(_digest_desk(parts)),
        copying_reviews(_coaching_desk(parts)),
        taking_back(_coaching_desk(parts), parts.slack),
        assigning_appeals(_coaching_desk(parts)),
        following_up(_coaching_desk(parts)),
        checking_alerts(_alert_desk(parts)),
        copying_surveys(operations, parts.facts, clock),
        assigning_follow_ups(_follow_up_desk(parts)),
        finding_next_answers(_follow_up_desk(parts)),
        asking_in_surveys(_survey_desk(parts)),
        closing_surveys(_survey_desk(parts)),
    ]


def renderers_of(parts: Parts) -> Renderers:
    """What makes the message of a kind of delivery that is made only when it is sent."""
    return {
        **rendering_surveys(parts.operations, parts.settings.survey_texts),
        **rendering_follow_ups(_follow_up_desk(parts)),
        **coaching_messages.renderers_of(_coaching_desk(parts)),
        **calibration_messages.renderers_of(_coaching_desk(parts)),
    }


def on_sent_of(parts: Parts) -> tuple[OnSent, ...]:
    """Who notes that something is there."""
    return (noting_sent(parts.clock), coaching.noting_sent(_coaching_desk(parts)))


def on_failed_of(parts: Parts) -> tuple[OnFailed, ...]:
    """Who is told that something was not delivered."""
    to_whom = parts.clock, parts.admins
    return (
        telling_owner(*to_whom),
        alerts.telling_owner(*to_whom),
        telling_author(parts.clock),
        settling_undelivered(parts.settings, parts.clock),
    )


def _survey_desk(parts: Parts) -> SurveyDesk:
    return SurveyDesk(
        parts.facts, parts.operations, parts.settings, parts.clock, parts.sealer, parts.stopping
    )


def _digest_desk(parts: Parts) -> DigestDesk:
    return DigestDesk(
        parts.facts,
        parts.operations,
        parts.settings,
        parts.clock,
        parts.destination_of,
        parts.admins,
        parts.stopping,
    )


def _alert_desk(parts: Parts) -> AlertDesk:
    return AlertDesk(
        parts.facts,
        parts.operations,
        parts.settings,
        parts.clock,
        parts.destination_of,
        parts.admins,
        parts.stopping,
    )


def _follow_up_desk(parts: Parts) -> FollowUpDesk:
    return FollowUpDesk(parts.facts, parts.operations, parts.settings, parts.clock, parts.admins)


def _coaching_desk(parts: Parts) -> CoachingDesk:
    return CoachingDesk(
        parts.facts,
        parts.operations,
        parts.settings,
        parts.clock,
        parts.sealer,
        parts.admins,
    )


def manner_of(parts: Parts) -> Manner:
    """How deliveries are made, and who hears of them."""
    return Manner(
        Pacing(parts.settings.messages_per_minute),
        renderers_of(parts),
        on_failed_of(parts),
        on_sent_of(parts),
    )


def _put_right(parts: Parts, scheduler: BackgroundScheduler) -> None:
    """What waits by a clock that was set back waits no longer."""
    wake_all(scheduler)
    try:
        with writing(parts.operations) as session:
            outbox.bring_forward(session, parts.clock())
    except (SQLAlchemyError, UserError) as error:
        logger.warning("What is in the outbox is sent when the clock has caught up: %s", error)


@contextmanager
def running_clockwork(parts: Parts) -> Iterator[Delivering]:
    """The jobs and the deliveries until the block ends; what is under way is brought to its end."""
    courier = Courier(parts.operations, Posting(parts.slack), parts.clock, manner_of(parts))
    with ExitStack() as running:
        delivering = Delivering(courier)
        delivering.start()
        running.callback(delivering.stop)
        scheduler = start_scheduler(jobs_of(parts), parts.measures)
        running.callback(scheduler.shutdown)
        watch = ClockWatch(lambda: _put_right(parts, scheduler), lambda: datetime.now(UTC))
        watch.start()
        running.callback(watch.stop)
        running.callback(parts.stopping.set)
        yield delivering
