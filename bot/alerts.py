"""Making, changing and looking up alerts, under a member's own rights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine

from bot.answering import Answering
from bot.blocks.alert_list import Listed, Wanted
from bot.blocks.alerts import NEXT_WEEK, TOMORROW, Muting
from bot.channels import Channels
from bot.request.alerts import alert_words
from bot.request.metrics import short_name
from storage.access import Allowed, OnlyThem, Reduced, Refused, decide
from storage.alerts.access import in_channel, refusal_to_have_alerts, refusal_to_manage
from storage.alerts.rule import Watch
from storage.alerts.standings import against_target
from storage.alerts.timing import next_week, tomorrow
from storage.errors import NotAllowedError, UserError
from storage.metrics.answer import Question
from storage.metrics.catalog import VOLUME
from storage.operations import alerts, crossings, targets
from storage.operations.alerts import Alert, AlertOrder
from storage.operations.audit import By
from storage.operations.crossings import KeptCrossing
from storage.operations.digest_models import PlanState
from storage.operations.engine import reading, writing
from storage.periods import Clock, Grain, PeriodChoice, zone
from storage.roles import Member


@dataclass(frozen=True, slots=True)
class Made:
    """An alert as it was made or changed.

    ``hint`` says what its channel gets of it, and what is still missing.
    """

    alert: Alert
    is_new: bool
    hint: str


class Alerts:
    """What is done with alerts; who may is decided by ``storage.alerts.access``."""

    def __init__(
        self, operations: Engine, answering: Answering, channels: Channels, clock: Clock
    ) -> None:
        self._operations = operations
        self._answering = answering
        self._channels = channels
        self._clock = clock

    @property
    def timezone(self) -> str:
        """The zone of an alert that names none."""
        return self._answering.settings.timezone

    def make(self, member: Member, wanted: Wanted) -> Made:
        """Makes it, looked at from now on.

        Raises:
            UserError: this member may not, or the channel gets nothing of it.
        """
        order, hint = self._order(member, wanted)
        with writing(self._operations) as session:
            alert_id, is_new = alerts.make(session, order, self._by(member))
            return Made(alerts.find(session, alert_id), is_new, hint)

    def change(self, member: Member, alert_id: int, version: int, wanted: Wanted) -> Made:
        """Changes it, unless somebody else did meanwhile.

        Raises:
            UserError: this member may not, the channel gets nothing of it, or it was changed.
        """
        self.find(member, alert_id)
        order, hint = self._order(member, wanted)
        with writing(self._operations) as session:
            alerts.change(session, alert_id, version, order, self._by(member))
            return Made(alerts.find(session, alert_id), is_new=False, hint=hint)

    def find(self, member: Member, alert_id: int) -> Alert:
        """The alert, for who may change it.

        Raises:
            UserError: this member may not, or it is deleted.
        """
        with reading(self._operations) as session:
            alert = alerts.find(session, alert_id)
        if refused := self._refusal(member, alert):
            raise NotAllowedError(refused.sentence, refused.next_step)
        return alert

    def set_state(self, member: Member, alert_id: int, version: int, state: PlanState) -> Alert:
        """Pauses, resumes or deletes it; returns it as it was."""
        alert = self.find(member, alert_id)
        with writing(self._operations) as session:
            alerts.set_state(session, alert_id, version, state, self._by(member))
        return alert

    def mute(self, member: Member, muting: Muting) -> tuple[Alert, datetime]:
        """Tells nothing until the morning that is meant."""
        alert, now = self.find(member, muting.alert_id), self._clock()
        ends = {TOMORROW: tomorrow, NEXT_WEEK: next_week}
        until = ends[muting.until](now, alert.told.timezone)
        with writing(self._operations) as session:
            alerts.mute(session, alert.id, until, self._by(member))
        return alert, until

    def unmute(self, member: Member, alert_id: int) -> Alert:
        alert = self.find(member, alert_id)
        with writing(self._operations) as session:
            alerts.mute(session, alert.id, None, self._by(member))
        return alert

    def acknowledge(self, member: Member, ids: list[int]) -> list[KeptCrossing]:
        """Notes that this member takes care; returns what others took care of before."""
        with writing(self._operations) as session:
            return crossings.acknowledge(session, ids, self._by(member))

    def listed(self, member: Member) -> list[Listed]:
        """Every alert that this member may change, the own ones first.

        Raises:
            NotAllowedError: this member may have no alerts at all.
        """
        with reading(self._operations) as session:
            standing = alerts.owned(alerts.standing(session), member.slack_user_id)
            found = [each for each in standing if not self._refusal(member, each)]
            newest = crossings.newest(session, [each.id for each in found])
        refused = refusal_to_have_alerts(member)
        if refused and not found:
            raise NotAllowedError(refused.sentence, refused.next_step)
        return [
            Listed(each, newest.get(each.id), sees_figures=_sees(member, each.watch))
            for each in found
        ]

    def _order(self, member: Member, wanted: Wanted) -> tuple[AlertOrder, str]:
        """What is kept, with values as the data spells them, and what the channel gets of it."""
        if refused := refusal_to_manage(member, wanted.watch):
            raise NotAllowedError(refused.sentence, refused.next_step)
        watch = self._named(wanted.watch)
        channel = self._channels.find(wanted.channel_id)
        shown = in_channel(watch.question, channel.destination)
        if isinstance(shown, Refused):
            raise NotAllowedError(shown.sentence, shown.next_step)
        zone(wanted.timezone)
        name = alert_words(watch)
        order = AlertOrder(name, watch, wanted.channel_id, wanted.timezone, wanted.quiet)
        narrowed = shown.sentence if isinstance(shown, Reduced) else ""
        return order, f"{narrowed} {self._missing(watch)}".strip()

    def _missing(self, watch: Watch) -> str:
        """That there is no target yet where one is to be held against."""
        if watch.metric is None or watch.kind.judge is not against_target:
            return ""
        with reading(self._operations) as session:
            if targets.in_force(session, watch.metric.key, self._answering.today):
                return ""
        return f"No target is set yet: set one with /kpi target {short_name(watch.metric)}."

    def _named(self, watch: Watch) -> Watch:
        question = watch.question or Question(VOLUME, PeriodChoice(Grain.DAY), watch.filters)
        try:
            return replace(watch, filters=self._answering.named(question).filters)
        except UserError as error:
            # What it suggests are questions, and an alert was meant.
            raise UserError(error.sentence, error.next_step) from error

    def _refusal(self, member: Member, alert: Alert) -> Refused | None:
        if alert.owner == member.slack_user_id and not member.is_outsider:
            return None
        return refusal_to_manage(member, alert.watch)

    def _by(self, member: Member) -> By:
        return By(member.slack_user_id, self._clock())


def _sees(member: Member, watch: Watch | None) -> bool:
    """Whether what an alert said may be told to this member, too."""
    if watch is None:
        return False
    if watch.question is None:
        return True
    return isinstance(decide(member, watch.question, OnlyThem()), Allowed)
