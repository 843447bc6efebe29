"""What a digest would tell now, shown to one person under that person's own rights."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from bot.blocks.digests import digest_message
from bot.blocks.digests.preview import (
    Same,
    nothing_message,
    previewed_message,
)
from bot.blocks.message import Message
from storage.access import Destination, OnlyThem, Refused, decide
from storage.digests.compose import compose, metrics_of
from storage.digests.recipients import THE_ORGANISATION
from storage.digests.timing import timing_of
from storage.digests.told import Composed, Recipient
from storage.metrics.answer import Filter, Question
from storage.metrics.catalog import VOLUME
from storage.metrics.definition import Audience, Segment
from storage.operations.digests import DigestOrder
from storage.operations.engine import reading
from storage.periods import Clock, PeriodChoice
from storage.roles import Member
from storage.settings import Settings


@dataclass(frozen=True, slots=True)
class Previews:
    """Composes without sending; nothing is kept of it."""

    facts: Engine
    operations: Engine
    settings: Settings
    clock: Clock

    def preview(self, member: Member, order: DigestOrder, to: Destination) -> Message:
        """What the recipient gets where this person may see it; else what this person may see."""
        mine = Recipient(member.slack_user_id, member, to, _own_filters(member, order))
        composed = self._composed(order, mine)
        told = composed.told.get(mine.id)
        if told is None:
            return nothing_message(order, composed.refused.get(mine.id, ""))
        return previewed_message(order, digest_message(told), _same(order, mine))

    def _composed(self, order: DigestOrder, recipient: Recipient) -> Composed:
        now = self.clock()
        timing = timing_of(order, now, now, self.settings.timezone)
        with reading(self.operations) as session, self.facts.connect() as facts:
            return compose(facts, session, order, [recipient], timing, self.settings)


def _own_filters(member: Member, order: DigestOrder) -> tuple[Filter, ...]:
    """As each lead is told about their own teams."""
    if order.channel_id or order.audience is not Audience.TEAM or not member.led_teams:
        return ()
    return (Filter(Segment.TEAM, tuple(sorted(member.led_teams))),)


def _same(order: DigestOrder, mine: Recipient) -> Same:
    """Whether the recipient gets just this."""
    if not isinstance(mine.destination, OnlyThem):
        metrics, _ = metrics_of(order)
        questions = [
            Question(metric, PeriodChoice(order.grain), order.filters)
            for metric in (*metrics, VOLUME)
        ]
        is_same = all(_gets(mine.member, each, mine) for each in questions)
        return Same.YES if is_same else Same.NO
    if not order.channel_id and order.audience is not Audience.OWN:
        return Same.EACH
    return Same.YES if order.channel_id in {"", mine.id} else Same.NO


def _gets(member: Member, question: Question, mine: Recipient) -> bool:
    """Whether this person there is answered as the conversation is."""
    own, theirs = (decide(each, question, mine.destination) for each in (member, THE_ORGANISATION))
    if isinstance(own, Refused) or isinstance(theirs, Refused):
        return isinstance(own, Refused) and isinstance(theirs, Refused)
    return (own.question, own.withhold_small_groups) == (
        theirs.question,
        theirs.withhold_small_groups,
    )
