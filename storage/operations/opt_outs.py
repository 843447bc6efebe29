"""Who does not want to be asked again, of whatever kind the survey is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.operations.survey_models import OptOut

PEOPLE_AT_ONCE = 500


def opt_out(session: Session, person: str, now: datetime) -> None:
    """From now on the person is not asked; ``person`` is as ``invitations.person_of`` has it."""
    if session.get(OptOut, person) is None:
        session.add(OptOut(person=person, at=now))
        session.flush()


def opt_in(session: Session, person: str) -> None:
    """Takes it back."""
    session.execute(delete(OptOut).where(OptOut.person == person))


def opted_out(session: Session, people: Collection[str]) -> set[str]:
    """Those of them who do not want to be asked."""
    wanted, found = sorted(people), set[str]()
    for start in range(0, len(wanted), PEOPLE_AT_ONCE):
        some = wanted[start : start + PEOPLE_AT_ONCE]
        found.update(session.scalars(select(OptOut.person).where(OptOut.person.in_(some))))
    return found
