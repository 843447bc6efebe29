"""Brings one delivery to Slack, or finds out that it is there already."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.blocks.message import Json, Message
from jobs.calls import (
    MISSING_SCOPE,
    BusyError,
    GoneError,
    LockedOutError,
    PostingError,
    RefusedError,
    TooSlowError,
    UnfitError,
    UnsureError,
    shut_out,
)
from jobs.posting import Posted, Posting
from storage.errors import UnreachableError, UserError
from storage.operations import handover, outbox, paces, slack_people
from storage.operations.engine import reading, writing
from storage.operations.handover import CALL, Claim
from storage.operations.outbox import Receipt
from storage.operations.outbox_models import DeliveryState
from storage.operations.paces import LONGEST_PAUSE, Pacing
from storage.periods import Clock

logger = logging.getLogger(__name__)

Renderers = Mapping[str, Callable[[Json], Message]]
"""By a delivery's kind: what makes its message from its content when it is sent."""
OnFailed = Callable[[Session, Receipt], None]
"""Tells whom it concerns that something was not delivered, in the same transaction."""
OnSent = Callable[[Session, Claim, Posted], None]
"""Notes elsewhere that something is in Slack, in the transaction that notes the receipt."""

FIRST_WAIT = timedelta(seconds=5)
"""After a connection broke off Slack may still be at it; to look before would tell nothing."""
SLOW_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=5)
LOCKED_OUT_FOR = timedelta(minutes=1)
PERSON = ("U", "W")
UNSEEN = "Slack broke off while this was posted, and CareKPI can't see whether it is there. {why}"
UNFORESEEN = "Something went wrong that CareKPI did not expect: its log says more."


@dataclass(frozen=True, slots=True)
class Manner:
    """How deliveries are made."""

    pacing: Pacing = field(default_factory=Pacing)
    renderers: Renderers = field(default_factory=dict)
    on_failed: Sequence[OnFailed] = ()
    on_sent: Sequence[OnSent] = ()


class Courier:
    """Claims deliveries and brings them to their end, one at a time in each thread."""

    def __init__(
        self, operations: Engine, posting: Posting, clock: Clock, manner: Manner | None = None
    ) -> None:
        self._operations = operations
        self._posting = posting
        self._clock = clock
        self._manner = manner or Manner()
        self._who = f"{socket.gethostname()[:30]} {os.getpid()}"

    def claim(self, limit: int) -> list[Claim]:
        """What is due and free, at most so many; who only looks keeps no writer waiting."""
        with reading(self._operations) as session:
            if not handover.is_anything_due(session, self._clock()):
                return []
        with writing(self._operations) as session:
            return handover.claim(session, self._who, self._clock(), limit, self._manner.pacing)

    def expire(self) -> None:
        """Gives up what is too late, and tells whom it concerns."""
        with reading(self._operations) as session:
            if not outbox.is_anything_late(session, self._clock()):
                return
        with writing(self._operations) as session:
            for receipt in outbox.expire(session, self._clock()):
                self._tell(session, receipt)

    def deliver_due(self) -> int:
        """Delivers all that the pace allows now, here and one after the other."""
        number = 0
        while claims := self.claim(1):
            for claim in claims:
                self.deliver(claim)
                number += 1
        return number

    def deliver(self, claim: Claim) -> None:
        """Brings it as far as it gets today; nothing that goes wrong with it concerns others."""
        try:
            self._deliver(claim)
        except (SQLAlchemyError, UserError) as error:
            logger.warning("Delivery %s waits until its claim ends: %s", claim.id, error)
        except Exception:
            logger.exception("Delivery %s", claim.id)
            self._postpone(claim, UNFORESEEN)

    def _deliver(self, claim: Claim) -> None:
        try:
            there = self._found(claim)
        except PostingError as error:
            self._could_not_look(claim, error)
            return
        if there:
            self._mark_sent(claim, there)
        elif claim.expires_at and claim.expires_at <= self._clock():
            self._give_up(claim)
        else:
            self._send(claim)

    def _send(self, claim: Claim) -> None:
        try:
            message = self._rendered(claim)
        except UnreachableError:
            raise
        except UserError as error:
            self._fail(claim, str(error))
            return
        channel_id = self._known_channel(claim)
        if not self._hand_over(claim, channel_id):
            return
        try:
            posted = self._post(claim, channel_id or claim.recipient, message)
        except PostingError as error:
            self._was_not_taken(claim, error)
        else:
            self._mark_sent(claim, posted)

    def _post(self, claim: Claim, channel_id: str, message: Message) -> Posted:
        """A process that was asleep meanwhile has lost its claim, and posts nothing."""
        if self._clock() + CALL > claim.until:
            raise RefusedError("It was not posted, as the machine was too slow.")
        if ts := _changed(claim):
            self._posting.change(channel_id, ts, message)
            return Posted(channel_id, ts)
        return self._posting.post(channel_id, message, claim.id, claim.thread_ts)

    def _rendered(self, claim: Claim) -> Message:
        renderer = self._manner.renderers.get(claim.kind)
        if "message" in claim.content:
            given = claim.content["message"]
            return Message(given["text"], tuple(given.get("blocks", ())))
        if renderer is None:
            raise UserError("This version of CareKPI does not know how to write this message.")
        return renderer(claim.content)

    def _found(self, claim: Claim) -> Posted | None:
        """The message, where it was handed over before and is there; a change is made again."""
        if claim.posted_at is None or _changed(claim):
            return None
        channel_id = self._known_channel(claim) or self._open(claim.recipient)
        return self._posting.find(channel_id, claim.id, claim.posted_at, claim.thread_ts)

    def _known_channel(self, claim: Claim) -> str | None:
        """The conversation; None for a person whose one is not known."""
        if claim.channel_id or not claim.recipient.startswith(PERSON):
            return claim.channel_id or claim.recipient
        with reading(self._operations) as session:
            return slack_people.direct_channel(session, claim.recipient)

    def _open(self, user_id: str) -> str:
        channel_id = self._posting.open_direct(user_id)
        with writing(self._operations) as session:
            slack_people.keep_direct_channel(session, user_id, channel_id)
        return channel_id

    def _hand_over(self, claim: Claim, channel_id: str | None) -> bool:
        with writing(self._operations) as session:
            now = self._clock()
            if handover.mark_handed_over(session, claim, channel_id, now):
                return True
            handover.release(session, claim, paces.paused_until(session, now) or now)
        return False

    def _could_not_look(self, claim: Claim, error: PostingError) -> None:
        match error:
            case GoneError():
                self._fail(claim, UNSEEN.format(why=error), may_be_there=True)
            case BusyError():
                self._release(claim, self._clock() + min(error.wait, LONGEST_PAUSE))
            case LockedOutError():
                self._lock_out(claim, error)
            case _:
                self._postpone(claim, str(error))

    def _was_not_taken(self, claim: Claim, error: PostingError) -> None:
        match error:
            case GoneError() | UnfitError():
                logger.info("Delivery %s to %s failed: %s", claim.id, claim.recipient, error)
                self._fail(claim, str(error))
            case BusyError():
                if not _changed(claim):
                    self._pause(self._clock() + min(error.wait, LONGEST_PAUSE))
                self._release(claim, self._clock() + min(error.wait, LONGEST_PAUSE))
            case LockedOutError() if str(error) != MISSING_SCOPE and self._posting.is_accepted():
                self._fail(claim, str(shut_out(str(error))))
            case LockedOutError():
                self._lock_out(claim, error)
            case TooSlowError():
                self._postpone(claim, str(error), at_least=SLOW_WAIT)
            case _:
                is_unsure = isinstance(error, UnsureError)
                self._postpone(claim, str(error), may_be_there=is_unsure)

    def _mark_sent(self, claim: Claim, posted: Posted) -> None:
        with writing(self._operations) as session:
            now = self._clock()
            if handover.mark_sent(session, claim.id, posted.channel_id, posted.ts, now):
                for note in self._manner.on_sent:
                    note(session, claim, posted)
            paces.hold(session, claim.recipient, now + self._manner.pacing.between_messages)
            if claim.recipient.startswith(PERSON):
                slack_people.keep_direct_channel(session, claim.recipient, posted.channel_id)

    def _give_up(self, claim: Claim) -> None:
        with writing(self._operations) as session:
            if receipt := handover.give_up(session, claim):
                self._tell(session, receipt)

    def _fail(self, claim: Claim, reason: str, *, may_be_there: bool = False) -> None:
        with writing(self._operations) as session:
            if receipt := handover.mark_failed(session, claim, reason, may_be_there=may_be_there):
                self._tell(session, receipt)

    def _tell(self, session: Session, receipt: Receipt) -> None:
        if receipt.state is not DeliveryState.STOPPED:
            for tell in self._manner.on_failed:
                tell(session, receipt)

    def _postpone(
        self,
        claim: Claim,
        reason: str,
        *,
        may_be_there: bool = True,
        at_least: timedelta = FIRST_WAIT,
    ) -> None:
        until = self._clock() + max(_wait_after(claim.attempts), at_least)
        with writing(self._operations) as session:
            handover.postpone(session, claim, until, reason, may_be_there=may_be_there)

    def _release(self, claim: Claim, until: datetime) -> None:
        with writing(self._operations) as session:
            handover.release(session, claim, until)

    def _pause(self, until: datetime) -> None:
        with writing(self._operations) as session:
            paces.pause(session, until)

    def _lock_out(self, claim: Claim, error: LockedOutError) -> None:
        """Nobody gets anything until the token is right; it is tried now and then."""
        logger.error(
            "Slack does not accept the bot's token (%s): nothing is posted until"
            " SLACK_BOT_TOKEN is right. Trying again in a minute",
            error,
        )
        until = self._clock() + LOCKED_OUT_FOR
        self._pause(until)
        self._release(claim, until)


def _changed(claim: Claim) -> str:
    """The timestamp of the message that is changed; Slack paces changes apart from new messages."""
    return str(claim.content.get("changes", ""))


def _wait_after(attempts: int) -> timedelta:
    """Twice as long each time: 5 seconds, 10, 20, up to 5 minutes."""
    doublings = min(max(attempts - 1, 0), 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
