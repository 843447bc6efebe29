"""What people were asked before, and how many of an organisation on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

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


def _due() -> ColumnElement[datetime]:
    return func.coalesce(Invitation.sent_at, Invitation.due_at, Invitation.made_at)


def _is_asked() -> ColumnElement[bool]:
    return or_(Invitation.sent_at.is_not(None), Invitation.state == InvitationState.PLANNED)


def _batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
