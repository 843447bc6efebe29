"""Looks at alert rules that are due, and puts what they found into the outbox."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from threading import Event

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.blocks.alert_findings import absent_sentence, crossing_sentence, reasons
from bot.blocks.alert_names import place_name
from bot.blocks.alert_questions import asking
from bot.blocks.alerts import (
    MOST_EXPLAINED,
    alert_message,
    as_content,
    gone_message,
    undelivered_message,
)
from bot.blocks.message import Json, Message
from jobs.courier import OnFailed
from jobs.scheduler import Job
from storage.access import InChannel, Refused
from storage.alerts.access import in_channel
from storage.alerts.explaining import explained
from storage.alerts.rule import Evaluated, Finding, Sight, Standing, Watch
from storage.digests.recipients import DestinationOf, admins, has_left
from storage.errors import NotAllowedError, NotNowError, UnreachableError, UserError
from storage.metrics.answer import Question, SegmentValues
from storage.operations import alerts, channels, crossings, imports, outbox, targets
from storage.operations.alerts import Alert
from storage.operations.crossings import KIND, Seen, Telling
from storage.operations.engine import reading, writing
from storage.operations.outbox import Parcel, Priority, Receipt
from storage.periods import Clock, local_day, resolve
from storage.settings import Settings

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
NOTE = "alert note"
LOADS_OF = timedelta(weeks=8)
AGAIN_IN = timedelta(minutes=5)
"""When a rule is looked at anew that could not be judged, or told of, for now."""
NO_MORE = UserError(
    "What it watched is measured no more.", "Delete it, or change it to watch something else."
)


@dataclass(frozen=True, slots=True)
class AlertDesk:
    """What rules are judged with. ``destination_of`` asks what a conversation may get."""

    facts: Engine
    operations: Engine
    settings: Settings
    clock: Clock
    destination_of: DestinationOf
    named_admins: frozenset[str] = frozenset()
    stopping: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class Known:
    """What the operations database says before a rule is judged.

    ``is_waiting`` tells whether something that was found before is not told yet.
    """

    sight: Sight
    open_segments: Mapping[SegmentValues, bool]
    is_waiting: bool


def checking_alerts(desk: AlertDesk) -> Job:
    """Looks at what is due, one rule after the other; any number of processes may do so."""

    def check() -> None:
        while not desk.stopping.is_set() and (alert := _claimed(desk)):
            check_alert(desk, alert)

    return Job("check alerts", EVERY, check)


def check_alert(desk: AlertDesk, alert: Alert) -> None:
    """Judges a rule, and writes down what it found with what is to be told, in one transaction."""
    now = desk.clock()
    try:
        seen = _judged(desk, alert, now)
    except (SQLAlchemyError, NotNowError, UnreachableError) as error:
        logger.warning("Alert %s is looked at again later: %s", alert.id, error)
        with writing(desk.operations) as session:
            alerts.put_off(session, alert.id, now, AGAIN_IN)
    except UserError as error:
        _give_up(desk, alert, error, now)
    else:
        with writing(desk.operations) as session:
            crossings.settle(session, alert, seen, now, _told)


def telling_owner(clock: Clock, named_admins: frozenset[str]) -> OnFailed:
    """What tells the owner that an alert could not be posted."""

    def tell(session: Session, receipt: Receipt) -> None:
        if receipt.kind != KIND:
            return
        alert = alerts.find_any(session, int(receipt.about.removeprefix(f"{KIND}:")))
        note = undelivered_message(alert, receipt.reason or "")
        parcels = _notes(session, alert, f"undelivered:{receipt.id}", note, named_admins)
        outbox.enqueue(session, parcels, clock())

    return tell


def _claimed(desk: AlertDesk) -> Alert | None:
    """Who only looks keeps no writer waiting."""
    now = desk.clock()
    with reading(desk.operations) as session:
        if not alerts.is_any_due(session, now):
            return None
    with writing(desk.operations) as session:
        return alerts.claim_next(session, now)


def _judged(desk: AlertDesk, alert: Alert, now: datetime) -> list[Seen]:
    """What is written down; nothing is computed that the conversation may not get."""
    if alert.watch is None:
        raise NO_MORE
    with desk.facts.connect() as connection:
        known = _known(desk, alert, alert.watch, connection, now)
        seen = list(_seen(known, alert.watch))
    if seen or known.is_waiting:
        _shown(alert.watch, desk.destination_of(alert.channel_id))
    return seen


def _known(
    desk: AlertDesk, alert: Alert, watch: Watch, connection: Connection, now: datetime
) -> Known:
    """Everything that judging takes, under the rights of the rule's conversation."""
    settings = desk.settings
    with reading(desk.operations) as session:
        teams = channels.teams_of(session, alert.channel_id)
        sight = Sight(connection, now, settings, watch, _shown(watch, InChannel(teams)))
        if sight.question is not None:
            period = resolve(sight.question.period, now, settings.timezone)
            day = min(period.last_day, local_day(now, settings.timezone))
            in_force = targets.in_force(session, sight.question.metric.key, day)
            sight = replace(sight, targets=in_force)
        else:
            sight = replace(sight, longest_loads=imports.longest_waits(session, now - LOADS_OF))
        is_waiting = crossings.is_waiting(session, alert.id)
        return Known(sight, crossings.open_segments(session, alert.id), is_waiting)


def _shown(watch: Watch, channel: InChannel) -> Question | None:
    """What the conversation gets of what is watched; None of a rule about sources.

    Raises:
        NotAllowedError: nothing.
    """
    decision = in_channel(watch.question, channel)
    if isinstance(decision, Refused):
        raise NotAllowedError(decision.sentence, decision.next_step)
    return decision.question if decision else None


def _seen(known: Known, watch: Watch) -> Iterator[Seen]:
    """What is written down of each segment; why is asked of those that are to be told of."""
    found = watch.kind.judge(known.sight)
    explained_ones = count()
    for finding in found.findings:
        is_told = known.open_segments.get(finding.segment)
        if finding.standing is Standing.CROSSED and not is_told:
            is_explained = next(explained_ones) < MOST_EXPLAINED
            yield _crossed(finding, found, known.sight, is_explained=is_explained)
        elif finding.standing is Standing.CLEAR and is_told is not None:
            back = crossing_sentence(finding, found, known.sight)
            yield Seen(finding.segment, Standing.CLEAR, finding.value, {"back": back})
    judged = {finding.segment for finding in found.findings}
    for segment in known.open_segments.keys() - judged:
        if found.absent is Standing.CLEAR:
            back = absent_sentence(place_name(segment, watch.filters), watch)
            yield Seen(segment, Standing.CLEAR, None, {"back": back})


def _crossed(finding: Finding, found: Evaluated, sight: Sight, *, is_explained: bool) -> Seen:
    """Why is worked out for those of whom it is told, where many cross together."""
    why = explained(finding, sight) if is_explained else None
    about = {
        "said": crossing_sentence(finding, found, sight),
        "why": reasons(finding, found, why),
        "ask": asking(finding, found, sight),
        "place": place_name(finding.segment, sight.question.filters if sight.question else ()),
    }
    return Seen(finding.segment, Standing.CROSSED, finding.value, about)


def _told(telling: Telling) -> Json:
    return as_content(alert_message(telling))


def _give_up(desk: AlertDesk, alert: Alert, why: UserError, now: datetime) -> None:
    """Pauses it, and tells its owner why and what to do."""
    logger.info("Alert %s is paused: %s", alert.id, why)
    note = gone_message(alert, why.sentence, why.next_step)
    with writing(desk.operations) as session:
        if crossings.give_up(session, alert, now):
            about = f"paused:{alert.version}"
            parcels = _notes(session, alert, about, note, desk.named_admins)
            outbox.enqueue(session, parcels, now)


def _notes(
    session: Session, alert: Alert, about: str, note: Message, named_admins: frozenset[str]
) -> list[Parcel]:
    """To the owner; to the admins where the owner has left."""
    has_gone = has_left(session, alert.owner)
    to = admins(session, named_admins) if has_gone else [alert.owner]
    kind = f"{KIND}-note:{alert.id}:{about}"
    return [Parcel(f"{kind}:{who}", NOTE, Priority.NOTE, who, kind, as_content(note)) for who in to]
