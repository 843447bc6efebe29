"""How people like their Home, and whose has to be shown anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from storage.operations.digest_models import Digest, Occurrence
from storage.operations.models import AuditEntry, FileImport, ImportOutcome, TargetEntry
from storage.operations.people_models import HomeChoice, SlackPerson
from storage.operations.quality_models import Appeal, Calibration, CalibrationAnswer, CoachingNote
from storage.periods import Grain

LOOKED_WITHIN = timedelta(days=1)
"""Who has not opened Home for longer finds it made anew when they do."""
GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER)
A_MINUTE = timedelta(minutes=1)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants to see: the last complete period, which metrics, and of which team.

    Without a ``grain`` and ``metrics`` those of the role are shown, without a ``team`` all that
    the role sees.
    """

    grain: Grain | None = None
    metrics: tuple[str, ...] = ()
    team: str = ""


def choice_of(session: Session, user_id: str) -> Choice:
    """What somebody chose; the default until they do."""
    kept = session.get(HomeChoice, user_id)
    if kept is None:
        return Choice()
    grain = kept.content.get("grain")
    metrics = tuple(str(key) for key in kept.content.get("metrics", ()))
    return Choice(Grain(grain) if grain else None, metrics, str(kept.content.get("team", "")))


def choose(session: Session, user_id: str, choice: Choice) -> None:
    content = {
        "grain": choice.grain.value if choice.grain else None,
        "metrics": list(choice.metrics),
        "team": choice.team,
    }
    _kept(session, user_id).content = content


def note_opened(session: Session, user_id: str, now: datetime) -> bool:
    """Notes that somebody looks at their Home; False where it was never shown before."""
    kept = _kept(session, user_id)
    kept.opened_at = now
    return kept.published_at is not None


def note_published(session: Session, user_id: str, now: datetime) -> None:
    """Notes that a Home shows what was known at ``now``."""
    _kept(session, user_id).published_at = now


def claim_outdated(session: Session, now: datetime, a_minute: int) -> list[str]:
    """Whose Home is to be shown anew, the longest outdated first; each is told to one asker.

    Only of those who looked within a day, and at most ``a_minute`` over all processes together.
    """
    looked = select(HomeChoice).where(HomeChoice.opened_at > now - LOOKED_WITHIN)
    homes = session.scalars(looked.order_by(HomeChoice.published_at, HomeChoice.user_id)).all()
    outdated = list(_outdated(session, homes))[: max(0, a_minute - _shown(session, now))]
    for home in outdated:
        home.published_at = now
    return [home.user_id for home in outdated]


def give_back(session: Session, user_id: str, now: datetime) -> None:
    """A claimed Home could not be shown: it is outdated still, after the others."""
    kept = session.get(HomeChoice, user_id)
    if kept is not None and kept.published_at == now:
        kept.published_at = None


def _kept(session: Session, user_id: str) -> HomeChoice:
    kept = session.get(HomeChoice, user_id)
    if kept is None:
        kept = HomeChoice(user_id=user_id, content={})
        session.add(kept)
    return kept


def _shown(session: Session, now: datetime) -> int:
    recently = HomeChoice.published_at > now - A_MINUTE
    return session.scalar(select(func.count()).where(recently)) or 0


def _outdated(session: Session, homes: Sequence[HomeChoice]) -> Iterator[HomeChoice]:
    """Those that were shown before something that they tell of changed."""
    since = min((home.published_at or _NEVER for home in homes), default=_NEVER)
    of_all, of_one = _newest_of_all(session), _newest_of_one(session, since)
    emails = _emails(session, [home.user_id for home in homes])
    for home in homes:
        names = {home.user_id, emails.get(home.user_id, "")} - {""}
        newest = max(of_all, *(of_one[each] for each in names))
        if home.published_at is None or home.published_at < newest:
            yield home


def _newest_of_all(session: Session) -> datetime:
    """When figures or targets changed last."""
    loaded = select(func.max(FileImport.finished_at)).where(
        FileImport.outcome == ImportOutcome.LOADED
    )
    found = (session.scalar(loaded), session.scalar(select(func.max(TargetEntry.set_at))))
    return max((at for at in found if at), default=_NEVER)


def _newest_of_one(session: Session, since: datetime) -> defaultdict[str, datetime]:
    """When something last changed that concerns one person, by user id or e-mail address.

    That is a role, whatever the person did, the own digests, and coaching that waits.
    """
    newest: defaultdict[str, datetime] = defaultdict(lambda: _NEVER)
    for entry in session.scalars(select(AuditEntry).where(AuditEntry.at > since)):
        is_role = entry.what.startswith("role ")
        for name in {entry.who, *(entry.about.split() if is_role else ())}:
            newest[name] = max(newest[name], entry.at)
    for statement in _digest_changes(since):
        for owner, at in session.execute(statement):
            newest[owner] = max(newest[owner], at)
    for who, at in _coaching_changes(session, since):
        newest[who] = max(newest[who], at)
    return newest


def _digest_changes(since: datetime) -> Iterator[Select[str, datetime]]:
    """When the own digests were changed, and when they were due."""
    yield select(Digest.owner, Digest.changed_at).where(Digest.changed_at > since)
    joined = select(Digest.owner, Occurrence.decided_at).join(
        Occurrence, Occurrence.digest_id == Digest.id
    )
    yield joined.where(Occurrence.decided_at > since)


def _coaching_changes(session: Session, since: datetime) -> Iterator[tuple[str, datetime]]:
    """When notes arrived or were withdrawn, and an appeal or a calibration was to be looked at."""
    note, appeal, given = CoachingNote, Appeal, CalibrationAnswer
    asked: list[Any] = [
        select(note.agent_user_id, note.sent_at).where(note.sent_at > since),
        select(note.agent_user_id, note.withdrawn_at).where(note.withdrawn_at > since),
        select(appeal.second_reviewer, appeal.made_at).where(appeal.made_at > since),
        select(given.reviewer, Calibration.made_at)
        .join(Calibration, Calibration.id == given.calibration_id)
        .where(Calibration.made_at > since),
    ]
    for statement in asked:
        yield from session.execute(statement)


def _emails(session: Session, user_ids: Sequence[str]) -> dict[str, str]:
    chosen = select(SlackPerson.user_id, SlackPerson.email)
    rows = session.execute(chosen.where(SlackPerson.user_id.in_(user_ids)))
    return {row.user_id: row.email for row in rows}
