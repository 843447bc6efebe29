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
from storage.access import Destination, OnlyThem
from storage.digests.compose import compose
from storage.digests.recipients import THE_ORGANISATION
from storage.digests.timing import timing_of
from storage.digests.told import Composed, Recipient
from storage.metrics.answer import Filter
from storage.metrics.definition import Audience, Segment
from storage.operations.digests import DigestOrder
from storage.operations.engine import reading
from storage.periods import Clock
from storage.roles import Member
from storage.settings import Settings

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True, slots=True)
class Previews:
    """Composes without sending; nothing is kept of it."""

    facts: Engine
    operations: Engine
    settings: Settings
    clock: Clock

    def preview(self, member: Member, order: DigestOrder, to: Destination) -> Message:
        """What the recipient gets where this person may see it; else what this person may see."""
        recipients = [Recipient(MINE, member, to, _own_filters(member, order))]
        if not isinstance(to, OnlyThem):
            recipients.append(Recipient(THEIRS, THE_ORGANISATION, to))
        composed = self._composed(order, recipients)
        told = composed.told.get(MINE)
        if told is None:
            reason = composed.refused.get(MINE, "")
            return nothing_message(order, reason)
        return previewed_message(order, digest_message(told), _same(member, order, composed))

    def _composed(self, order: DigestOrder, recipients: list[Recipient]) -> Composed:
        now = self.clock()
        timing = timing_of(order, now, now, self.settings.timezone)
        with reading(self.operations) as session, self.facts.connect() as facts:
            return compose(facts, session, order, recipients, timing, self.settings)


def _own_filters(member: Member, order: DigestOrder) -> tuple[Filter, ...]:
    """As each lead is told about their own teams."""
    if order.channel_id or order.audience is not Audience.TEAM or not member.led_teams:
        return ()
    return (Filter(Segment.TEAM, tuple(sorted(member.led_teams))),)


def _same(member: Member, order: DigestOrder, composed: Composed) -> Same:
    """Whether the recipient gets just this."""
    if THEIRS in composed.told or THEIRS in composed.refused:
        is_same = composed.told[MINE] == composed.told.get(THEIRS)
        return Same.YES if is_same else Same.NO
    if not order.channel_id and order.audience is not Audience.OWN:
        return Same.EACH
    return Same.YES if order.channel_id in {"", member.slack_user_id} else Same.NO
