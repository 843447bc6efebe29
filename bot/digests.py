"""Digests as a member manages them; who may is decided by ``storage.digests.rights``."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.blocks.digest_names import KnownDigest
from bot.blocks.digest_runs import MOST_RECEIPTS, KnownRun
from bot.request.digests import Verb, nearest_names
from bot.request.tokens import printable
from storage.cadences.occurrences import next_occurrence
from storage.digests.rights import (
    refusal_to_change_digest,
    refusal_to_make_digest,
    sees_digest,
)
from storage.digests.starter import make_all, starter_set
from storage.errors import NotAllowedError, UserError
from storage.operations import digests, occurrences, outbox
from storage.operations.audit import By, record
from storage.operations.digest_models import PlanState
from storage.operations.digests import Digest, DigestOrder
from storage.operations.engine import reading, writing
from storage.operations.occurrences import Run, grace_of
from storage.periods import Clock
from storage.roles import Member

_TURNING = {
    Verb.PAUSE: digests.pause,
    Verb.RESUME: digests.resume,
    Verb.DELETE: digests.delete,
    Verb.TAKE: digests.take_over,
}


class UnknownDigestError(UserError):
    """There is none of that name that the person may see; ``near`` are those that are close."""

    def __init__(self, typed: str, near: Sequence[Digest]) -> None:
        super().__init__(
            f'I know no digest "{printable(typed)}".', "See which there are: /digest list."
        )
        self.near = tuple(near)


class Digests:
    """``here`` is always the conversation in which the member asks."""

    def __init__(self, operations: Engine, clock: Clock) -> None:
        self._operations = operations
        self._clock = clock

    def seen(self, member: Member, here: str) -> list[Digest]:
        """Those that the member may know of, by name."""
        with reading(self._operations) as session:
            return _seen(session, member, here)

    def listed(self, member: Member, here: str) -> list[KnownDigest]:
        """The same with what became of each last."""
        with reading(self._operations) as session:
            last = occurrences.newest(session)
            return [
                self._known(session, member, digest, last.get(digest.id))
                for digest in _seen(session, member, here)
            ]

    def named(self, member: Member, name: str, here: str) -> Digest:
        """The digest of a name, whatever its capitals.

        Raises:
            UnknownDigestError: there is none that this member may know of.
        """
        known = {each.order.name: each for each in self.seen(member, here)}
        folded = {" ".join(each.split()).casefold(): known[each] for each in known}
        if found := folded.get(" ".join(name.split()).casefold()):
            return found
        raise UnknownDigestError(name, [known[near] for near in nearest_names(name, known)])

    def known(self, member: Member, digest_id: int, here: str) -> KnownDigest:
        """A digest with its next and its last time."""
        with reading(self._operations) as session:
            digest = _visible(session, member, digest_id, here)
            _check_there(digest)
            runs = occurrences.history(session, digest_id, limit=1)
            return self._known(session, member, digest, runs[0] if runs else None)

    def history(
        self, member: Member, digest_id: int, here: str
    ) -> tuple[KnownDigest, list[KnownRun]]:
        """The digest, also a deleted one, and its newest runs, newest first."""
        with reading(self._operations) as session:
            digest = _visible(session, member, digest_id, here)
            runs = [_told(session, each) for each in occurrences.history(session, digest_id)]
            return self._known(session, member, digest, runs[0].run if runs else None), runs

    def changeable(self, member: Member, digest_id: int) -> Digest:
        """A digest that the member may change.

        Raises:
            NotAllowedError: it is somebody else's.
        """
        with reading(self._operations) as session:
            return _changeable(session, member, digest_id)

    def save(
        self, member: Member, order: DigestOrder, digest_id: int | None, version: int
    ) -> Digest:
        """Makes it, or changes the one of the id; the same saved twice is saved once.

        Raises:
            ChangedMeanwhileError: somebody else changed it after that version.
        """
        if refused := refusal_to_make_digest(member, order):
            raise NotAllowedError(refused.sentence, refused.next_step)
        with writing(self._operations) as session:
            if digest_id is None:
                return digests.find(session, digests.make(session, order, self._by(member)))
            _changeable(session, member, digest_id)
            digests.change(session, digest_id, version, order, self._by(member))
            return digests.find(session, digest_id)

    def start(self, member: Member, timezone: str, country: str) -> None:
        """Makes the set to start with; what has its name already is left alone."""
        for order in starter_set(timezone, country):
            if refused := refusal_to_make_digest(member, order):
                raise NotAllowedError(refused.sentence, refused.next_step)
        with writing(self._operations) as session:
            make_all(session, starter_set(timezone, country), self._by(member))

    def turn(self, member: Member, verb: Verb, digest_id: int, version: int) -> None:
        """Pauses, resumes or deletes it, or makes the member its owner."""
        with writing(self._operations) as session:
            _changeable(session, member, digest_id)
            _TURNING[verb](session, digest_id, version, self._by(member))

    def run_now(self, member: Member, digest_id: int, key: str) -> None:
        """Once for each ``key``."""
        with writing(self._operations) as session:
            _changeable(session, member, digest_id)
            occurrences.run_now(session, digest_id, self._by(member), key)

    def send_again(self, member: Member, occurrence_id: int) -> tuple[int, int]:
        """To who did not get that run; returns the digest's id and how many these are."""
        now = self._clock()
        with writing(self._operations) as session:
            run = occurrences.find_run(session, occurrence_id)
            digest = _changeable(session, member, run.digest_id)
            until = now + grace_of(digest.order.grain)
            number = outbox.send_again(session, now, occurrence_id=occurrence_id, expires_at=until)
            if number:
                record(session, self._by(member), "digest sent again", digest.order.name, run.slot)
        return run.digest_id, number

    def stop(self, member: Member, occurrence_id: int) -> tuple[KnownRun, int]:
        """Stops a run; how many were not sent yet."""
        with writing(self._operations) as session:
            run = occurrences.find_run(session, occurrence_id)
            _changeable(session, member, run.digest_id)
            number = occurrences.stop(session, occurrence_id, self._by(member))
            return KnownRun(occurrences.find_run(session, occurrence_id)), number

    def _known(
        self, session: Session, member: Member, digest: Digest, run: Run | None
    ) -> KnownDigest:
        is_active = digest.state is PlanState.ACTIVE
        following = next_occurrence(digest.order.cadence, self._clock()) if is_active else None
        last = _told(session, run) if run else None
        is_there = digest.state is not PlanState.DELETED
        may_change = is_there and refusal_to_change_digest(member, digest) is None
        return KnownDigest(digest, following, last, may_change)

    def _by(self, member: Member) -> By:
        return By(member.slack_user_id, self._clock())


def _seen(session: Session, member: Member, here: str) -> list[Digest]:
    return [each for each in digests.standing(session) if sees_digest(member, each, here)]


def _visible(session: Session, member: Member, digest_id: int, here: str) -> Digest:
    digest = digests.find(session, digest_id)
    if not sees_digest(member, digest, here):
        raise NotAllowedError("You don't see this digest.", "See which there are: /digest list.")
    return digest


def _changeable(session: Session, member: Member, digest_id: int) -> Digest:
    digest = digests.find(session, digest_id)
    if refused := refusal_to_change_digest(member, digest):
        raise NotAllowedError(refused.sentence, refused.next_step)
    _check_there(digest)
    return digest


def _check_there(digest: Digest) -> None:
    if digest.state is PlanState.DELETED:
        raise UserError("This digest was deleted.", "See which there are: /digest list.")


def _told(session: Session, run: Run) -> KnownRun:
    """With each of its messages where there are few, else with the first that did not arrive."""
    number = sum(run.deliveries.values())
    if not number:
        return KnownRun(run)
    if number <= MOST_RECEIPTS:
        return KnownRun(run, tuple(outbox.deliveries_of(session, run.id)))
    return KnownRun(run, tuple(outbox.undelivered_of(session, run.id, MOST_RECEIPTS)))
