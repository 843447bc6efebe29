"""What people were asked before, and how many of an organisation on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from storage.operations.invitations import OPEN
from storage.operations.survey_models import Invitation, InvitationState
from storage.periods import local_day, local_midnight
from storage.surveys.eligibility import Earlier

AT_ONCE = 500


def earlier_asked(session: Session, people: Collection[str]) -> dict[str, tuple[Earlier, ...]]:
    """What each of these was asked, or is going to be."""
    found: dict[str, tuple[Earlier, ...]] = {}
    columns = (Invitation.person, Invitation.kind, Invitation.purpose, _due().label("at"))
    for some in _batches(sorted(people)):
        asked = select(*columns).where(Invitation.person.in_(some), _is_asked())
        for row in session.execute(asked):
            one = Earlier(row.kind, row.purpose, row.at)
            found[row.person] = (*found.get(row.person, ()), one)
    return found


def already_listed(session: Session, campaign_id: int, people: Collection[str]) -> set[str]:
    """Those of them whom a campaign asks."""
    found: set[str] = set()
    for some in _batches(sorted(people)):
        which = (Invitation.campaign_id == campaign_id, Invitation.person.in_(some), _is_asked())
        found.update(session.scalars(select(Invitation.person).where(*which)))
    return found


def taken_places(
    session: Session, organisations: Collection[str], day: date, timezone: str
) -> dict[tuple[str, date], int]:
    """How many of each organisation are asked on a day or on a later one."""
    midnight = local_midnight(day, timezone)
    taken = Counter[tuple[str, date]]()
    for some in _batches(sorted(organisations)):
        due_at = _due()
        chosen = select(Invitation.organisation_id, due_at).where(
            Invitation.organisation_id.in_(some), _is_asked(), due_at >= midnight
        )
        taken.update((which, local_day(at, timezone)) for which, at in session.execute(chosen))
    return taken


def decided(session: Session, keys: Collection[str]) -> set[str]:
    """The keys of those that were asked or left out before."""
    found: set[str] = set()
    for some in _batches(sorted(keys)):
        found.update(session.scalars(select(Invitation.key).where(Invitation.key.in_(some))))
    return found


def contacts_asked_about(session: Session) -> list[tuple[str, str, int]]:
    """Source, id and reopenings when asked, of each contact that an open question is about."""
    columns = (Invitation.source, Invitation.contact_id, Invitation.about)
    chosen = select(*columns).where(Invitation.state.in_(OPEN), Invitation.contact_id != "")
    rows = session.execute(chosen)
    return [(source, id_, int(about.get("reopen_count") or 0)) for source, id_, about in rows]


def is_any_over(session: Session, now: datetime) -> bool:
    over = exists().where(Invitation.state.in_(OPEN), Invitation.expires_at <= now)
    return bool(session.scalar(select(over)))


def is_any_to_remind(session: Session, now: datetime, days: int) -> bool:
    return bool(days and session.scalar(select(exists().where(*to_be_reminded(now, days)))))


def to_be_reminded(now: datetime, days: int) -> tuple[ColumnElement[bool], ...]:
    """Asked directly so many days ago, with no answer and no reminder yet."""
    return (
        Invitation.state == InvitationState.SENT,
        Invitation.sent_at <= now - timedelta(days=days),
        Invitation.expires_at > now,
        Invitation.reminded_at.is_(None),
        Invitation.is_shared_place.is_(False),
    )


def _due() -> ColumnElement[datetime]:
    return func.coalesce(Invitation.sent_at, Invitation.due_at, Invitation.made_at)


def _is_asked() -> ColumnElement[bool]:
    return or_(Invitation.sent_at.is_not(None), Invitation.state == InvitationState.PLANNED)


def _batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
