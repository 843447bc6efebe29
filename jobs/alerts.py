"""Looks at alert rules that are due, and puts what they found into the outbox."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from bot.blocks.alert_findings import absent_sentence, crossing_sentence, reasons
from bot.blocks.alert_names import place_name
from bot.blocks.alert_questions import asking
from bot.blocks.alerts import alert_message, as_content, gone_message
from jobs.scheduler import Job
from storage.access import InChannel, Refused
from storage.alerts.access import in_channel
from storage.alerts.explaining import explained
from storage.alerts.rule import Evaluated, Finding, Sight, Standing, Watch
from storage.errors import UserError
from storage.metrics.answer import SegmentValues
from storage.operations import alerts, channels, crossings, imports, targets
from storage.operations.alerts import Alert
from storage.operations.crossings import Seen, Telling
from storage.operations.engine import reading, writing
from storage.periods import Clock, local_day, resolve
from storage.settings import Settings

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
LOADS_OF = timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class Known:
    """What the operations database says before a rule is judged."""

    sight: Sight
    open_segments: Mapping[SegmentValues, bool]


class NotShownError(UserError):
    """The conversation gets nothing of what is watched."""


def checking_alerts(facts: Engine, operations: Engine, settings: Settings, clock: Clock) -> Job:
    """Looks at one rule after the other. What stops one is not in the way of those due later."""

    def check() -> None:
        while alert := _claimed(operations, clock()):
            check_alert(alert, facts, operations, settings, clock())

    return Job("check alerts", EVERY, check)


def check_alert(
    alert: Alert, facts: Engine, operations: Engine, settings: Settings, now: datetime
) -> None:
    """Judges a rule, and writes down what it found with what is to be told, in one transaction."""
    if alert.watch is None:
        _give_up(operations, alert, _NO_MORE, now)
        return
    try:
        with facts.connect() as connection:
            known = _known(alert, alert.watch, connection, operations, settings, now)
            seen = list(_seen(known, alert.watch))
    except UserError as error:
        logger.info("Alert %s is paused: %s", alert.id, error)
        _give_up(operations, alert, error, now)
        return
    with writing(operations) as session:
        crossings.settle(session, alert, seen, now, _content)


_NO_MORE = UserError(
    "What it watched is measured no more.", "Delete it, or change it to watch something else."
)


def _claimed(operations: Engine, now: datetime) -> Alert | None:
    with writing(operations) as session:
        return alerts.claim_next(session, now)


def _known(
    alert: Alert,
    watch: Watch,
    connection: Connection,
    operations: Engine,
    settings: Settings,
    now: datetime,
) -> Known:
    """Everything that judging takes, under the rights of the rule's conversation."""
    with reading(operations) as session:
        shown = in_channel(watch.question, InChannel(channels.teams_of(session, alert.channel_id)))
        if isinstance(shown, Refused):
            raise NotShownError(shown.sentence, shown.next_step)
        sight = Sight(connection, now, settings, watch, question=shown.question if shown else None)
        if sight.question is not None:
            period = resolve(sight.question.period, now, settings.timezone)
            day = min(period.last_day, local_day(now, settings.timezone))
            in_force = targets.in_force(session, sight.question.metric.key, day)
            sight = replace(sight, targets=in_force)
        else:
            sight = replace(sight, longest_loads=imports.longest_waits(session, now - LOADS_OF))
        return Known(sight, crossings.open_segments(session, alert.id))


def _seen(known: Known, watch: Watch) -> Iterator[Seen]:
    """What is written down of each segment; why is asked of those that are to be told of."""
    found = watch.kind.judge(known.sight)
    for finding in found.findings:
        is_told = known.open_segments.get(finding.segment)
        if finding.standing is Standing.CROSSED and not is_told:
            yield _crossed(finding, found, known.sight)
        elif finding.standing is Standing.CLEAR and is_told is not None:
            back = crossing_sentence(finding, found, known.sight)
            yield Seen(finding.segment, Standing.CLEAR, finding.value, {"back": back})
    judged = {finding.segment for finding in found.findings}
    for segment in known.open_segments.keys() - judged:
        back = absent_sentence(place_name(segment, watch.filters), watch)
        yield Seen(segment, found.absent, None, {"back": back})


def _crossed(finding: Finding, found: Evaluated, sight: Sight) -> Seen:
    about = {
        "said": crossing_sentence(finding, found, sight),
        "why": reasons(finding, found, explained(finding, sight)),
        "ask": asking(finding, found, sight),
    }
    return Seen(finding.segment, Standing.CROSSED, finding.value, about)


def _content(telling: Telling) -> dict[str, object]:
    return as_content(alert_message(telling))


def _give_up(operations: Engine, alert: Alert, why: UserError, now: datetime) -> None:
    note = as_content(gone_message(alert, why.sentence, why.next_step))
    with writing(operations) as session:
        crossings.give_up(session, alert, note, now)
