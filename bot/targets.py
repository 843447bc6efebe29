"""Setting, removing and looking up targets, under a member's own rights."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Engine

from bot.answering import Answering
from bot.blocks.targets import Standing
from bot.request import RemoveTarget, SetTarget, ShowTarget
from bot.request.targets import question_of
from storage.access import OnlyThem, Refused, decide, refusal_to_set_target
from storage.errors import NotAllowedError
from storage.metrics.answer import Question
from storage.metrics.judging import grain_of
from storage.metrics.suggesting import Suggestion, suggestions
from storage.metrics.target import scope_of
from storage.operations import targets
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.operations.targets import Entry, Outcome, Subject
from storage.periods import Clock
from storage.roles import Member


class Targets:
    """What is done with targets; who may is decided by ``storage.access``."""

    def __init__(self, operations: Engine, answering: Answering, clock: Clock) -> None:
        self._operations = operations
        self._answering = answering
        self._clock = clock

    def set_target(self, member: Member, wanted: SetTarget) -> Outcome:
        """Sets it, at once or from the day named.

        Without a day it holds from the start of the last complete month, so that the newest
        complete week and month are held against it, too.

        Raises:
            NotAllowedError: this member may not set it.
        """
        about = self._settable(member, wanted.about)
        starts_on = wanted.starts_on or last_month(self._answering.today)
        with writing(self._operations) as session:
            return targets.set_target(
                session,
                subject_of(replace(wanted, about=about)),
                wanted.target,
                starts_on,
                self._by(member),
            )

    def remove_target(self, member: Member, unwanted: RemoveTarget) -> tuple[Question, bool]:
        """Takes it away from today on; False where there is none."""
        about = self._settable(member, unwanted.about)
        subject = subject_of(replace(unwanted, about=about))
        with writing(self._operations) as session:
            found = targets.remove_target(session, subject, self._answering.today, self._by(member))
        return about, found is not None

    def standing(self, member: Member, asked: ShowTarget) -> Standing:
        """What is known of a target.

        Raises:
            NotAllowedError: this member sees no figure of it, nor may set it.
        """
        if refused := _refusal_to_show(member, asked.about):
            raise NotAllowedError(refused.sentence, refused.next_step)
        about = self._answering.named(asked.about)
        subject, today = subject_of(replace(asked, about=about)), self._answering.today
        with reading(self._operations) as session:
            history = targets.history(session, subject)
            standing = targets.entries_in_force(session, today, subject.metric_key)
        may_set = refusal_to_set_target(member, about) is None
        return Standing(
            about=about,
            entry=next((each for each in standing if each.subject == subject), None),
            planned=tuple(targets.planned(history, today)),
            others=tuple(e for e in self._visible(member, standing) if e.subject != subject),
            history=tuple(reversed(history)),
            suggestions=tuple(self._suggested(member, about)) if may_set else (),
            may_set=may_set,
            led_teams=member.led_teams,
        )

    def in_force(self, member: Member) -> list[Entry]:
        """Every target that holds today and that this member may see."""
        with reading(self._operations) as session:
            found = targets.entries_in_force(session, self._answering.today)
        return self._visible(member, found)

    def newest_id(self) -> int:
        """What was set or removed last; 0 where nothing was."""
        with reading(self._operations) as session:
            return targets.newest_id(session)

    def set_since(self, member: Member, wanted: SetTarget, entry_id: int) -> Entry | None:
        """What somebody else set or removed for the same after an entry."""
        subject = subject_of(replace(wanted, about=self._settable(member, wanted.about)))
        with reading(self._operations) as session:
            history = targets.history(session, subject)
        newest = history[-1] if history else None
        is_others = newest and newest.id > entry_id and newest.by.who != member.slack_user_id
        return newest if is_others else None

    def _settable(self, member: Member, about: Question) -> Question:
        """The question with its values as the data spells them, if the member may set it."""
        if refused := refusal_to_set_target(member, about):
            raise NotAllowedError(refused.sentence, refused.next_step)
        return self._answering.named(about)

    def _visible(self, member: Member, entries: list[Entry]) -> list[Entry]:
        return [each for each in entries if not _refusal_to_show(member, question_of(each))]

    def _suggested(self, member: Member, about: Question) -> list[Suggestion]:
        """None for who sets targets without seeing figures, as an admin does."""
        try:
            answered = self._answering.answer(member, about, OnlyThem())
        except NotAllowedError:
            return []
        return suggestions(answered.answer) if answered.question == about else []

    def _by(self, member: Member) -> By:
        return By(member.slack_user_id, self._clock())


def subject_of(request: SetTarget | ShowTarget | RemoveTarget) -> Subject:
    """What a target is kept under."""
    about = request.about
    values = [(each.segment, each.values[0]) for each in about.filters]
    return Subject(about.metric.key, scope_of(values), grain_of(about.metric, request.grain))


def last_month(today: date) -> date:
    """The first day of the last complete month."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def _refusal_to_show(member: Member, about: Question) -> Refused | None:
    """Who sees a metric sees its target, and so does who may set it."""
    if refusal_to_set_target(member, about) is None:
        return None
    decision = decide(member, about, OnlyThem())
    return decision if isinstance(decision, Refused) else None
