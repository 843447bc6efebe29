"""Low answers that somebody looks after, from the answer until the customer was called back.

The note about one carries ids alone; who reads it is decided again whenever it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from storage.errors import NotAllowedError, UserError
from storage.operations import outbox
from storage.operations.audit import By, record
from storage.operations.outbox import Parcel, Priority
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.operations.survey_models import FollowUp, Invitation, SurveyAnswer
from storage.roles import Member
from storage.surveys.kinds import KINDS, Mood

FOLLOW_UP = "follow_up"
"""The kind of the delivery; its content is ``{"invitation": id}``."""
TEAM, NOBODY = "team", "nobody"
"""In the place of an owner: the leads of the team look after it, or there is none."""
ANSWER_CHANGED, FORGOTTEN = "answer_changed", "forgotten"
UNCOUNTED = (ANSWER_CHANGED, FORGOTTEN)
"""Outcomes after which there was nothing to look after."""
AT_ONCE = 200


class Outcome(Enum):
    """How the loop was closed, as whoever looked after it says."""

    CALLED_BACK = "called_back"
    SOLVED = "solved"
    NOT_REACHED = "not_reached"
    NOTHING_TO_DO = "nothing_to_do"


@dataclass(frozen=True, slots=True)
class Open:
    """A follow-up that waits, as lists show it."""

    invitation_id: str
    kind: str
    score: int
    team: str
    opened_at: datetime
    taken_by: str
    due_on: date | None


def is_low(kind: str, score: int) -> bool:
    return KINDS[kind].mood(score) is Mood.LOW


def open_follow_up(
    session: Session,
    invitation: Invitation,
    answer: SurveyAnswer,
    known: FollowUp | None,
    now: datetime,
) -> FollowUp | None:
    """The answer's follow-up from now on; to be called for every answer as it stands now.

    ``known`` is the one that there was until now. A low answer opens one; one that is no longer
    low closes it, one that is low again opens it anew. Nothing that somebody has closed is opened
    again by another low score of the same answer.
    """
    if not is_low(invitation.kind, answer.score):
        if known and known.closed_at is None:
            _end(session, known, ANSWER_CHANGED, now)
        return known
    if known is None:
        known = FollowUp(
            invitation_id=invitation.id,
            team=str(invitation.about.get("team") or ""),
            opened_at=now,
            outcome="",
        )
        session.add(known)
    elif known.outcome == ANSWER_CHANGED:
        known.owner, known.taken_by, known.outcome = "", "", ""
        known.taken_at = known.due_on = known.closed_at = None
        known.opened_at, known.copied_at = now, None
    return known


def unassigned(session: Session) -> list[tuple[FollowUp, Invitation]]:
    """Open ones of which nobody was told yet, oldest first; some at a time."""
    chosen = (
        select(FollowUp, Invitation)
        .join(Invitation, Invitation.id == FollowUp.invitation_id)
        .where(FollowUp.owner == "", FollowUp.closed_at.is_(None))
        .order_by(FollowUp.opened_at)
        .limit(AT_ONCE)
    )
    return [(row.FollowUp, row.Invitation) for row in session.execute(chosen)]


def assign(found: FollowUp, owner: str, team: str) -> None:
    """Gives it to a user id, or to ``TEAM`` or ``NOBODY``."""
    found.owner, found.team, found.copied_at = owner, team, None


def parcel_to(found: FollowUp, user_id: str) -> Parcel:
    """The note to somebody who looks after it; opened anew, it is told anew."""
    return Parcel(
        key=f"{about(found.invitation_id)}:{found.opened_at.isoformat()}:{user_id}",
        kind=FOLLOW_UP,
        priority=Priority.ALERT,
        recipient=user_id,
        about=about(found.invitation_id),
        content={"invitation": found.invitation_id, "reader": user_id},
    )


def about(invitation_id: str) -> str:
    return f"{FOLLOW_UP}:{invitation_id}"


def may_read(member: Member, found: FollowUp) -> bool:
    """Its owner, who has taken it, and the leads of the team; nobody who is no member any more."""
    if member.is_outsider:
        return False
    is_own = member.slack_user_id in {found.owner, found.taken_by}
    return is_own or bool(found.team and found.team in member.led_teams)


def follow_up(session: Session, invitation_id: str, member: Member) -> FollowUp:
    """The follow-up, for who may read it.

    Raises:
        NotAllowedError: this member is neither its owner nor a lead of the team.
    """
    found = session.get(FollowUp, invitation_id)
    if found is None or not may_read(member, found):
        raise NotAllowedError(
            "A follow-up is for the customer's owner and the leads of the team.",
            "Ask one of them.",
        )
    return found


def places_of(session: Session, invitation_id: str) -> list[tuple[str, str, str]]:
    """Where notes about it stand in Slack: who reads it, the conversation, the timestamp."""
    sent = session.scalars(
        select(Delivery).where(
            Delivery.about == about(invitation_id),
            Delivery.kind == FOLLOW_UP,
            Delivery.state == DeliveryState.SENT,
        )
    )
    return [(row.recipient, row.channel_id, row.ts) for row in sent if row.channel_id and row.ts]


def take(session: Session, invitation_id: str, member: Member, due_on: date, by: By) -> FollowUp:
    """Somebody looks after it until a day; taken again, the day is changed or the person.

    Raises:
        UserError: it is closed, or a colleague has taken it already.
    """
    found = _still_open(session, invitation_id, member)
    if found.taken_by and found.taken_by != by.who:
        raise UserError("A colleague has taken this already.", "Talk to them before you call.")
    found.taken_by, found.due_on = by.who, due_on
    found.taken_at = found.taken_at or by.at
    record(session, by, "follow-up taken", about(invitation_id), due_on.isoformat())
    return found


def close(
    session: Session, invitation_id: str, member: Member, outcome: Outcome, by: By
) -> FollowUp:
    """Ends it, with what came of it; a second click changes nothing.

    Raises:
        UserError: it is closed with another outcome already.
    """
    found = follow_up(session, invitation_id, member)
    if found.closed_at and found.outcome == outcome.value:
        return found
    _still_open(session, invitation_id, member)
    found.taken_by = found.taken_by or by.who
    found.taken_at = found.taken_at or by.at
    _end(session, found, outcome.value, by.at)
    record(session, by, "follow-up closed", about(invitation_id), outcome.value)
    return found


def open_of(session: Session, member: Member) -> list[Open]:
    """What waits for this person: the own ones, and those of led teams that nobody owns."""
    if member.is_outsider:
        return []
    who = member.slack_user_id
    of_teams = (FollowUp.team.in_(sorted(member.led_teams))) & (FollowUp.owner == TEAM)
    not_taken = or_(FollowUp.taken_by == "", FollowUp.taken_by == who)
    own = or_((FollowUp.owner == who) & not_taken, FollowUp.taken_by == who, of_teams & not_taken)
    return _open(session, own)


def open_of_all(session: Session) -> list[Open]:
    """All that wait, in every team."""
    return _open(session, true())


def _open(session: Session, which: ColumnElement[bool]) -> list[Open]:
    """The one that is due first leads; then those without a day, oldest first."""
    rows = session.execute(
        select(FollowUp, Invitation.kind, SurveyAnswer.score)
        .join(Invitation, Invitation.id == FollowUp.invitation_id)
        .join(SurveyAnswer, SurveyAnswer.invitation_id == FollowUp.invitation_id)
        .where(FollowUp.closed_at.is_(None), FollowUp.owner != "", which)
        .order_by(FollowUp.due_on.is_(None), FollowUp.due_on, FollowUp.opened_at)
    )
    return [
        Open(
            each.invitation_id,
            kind,
            score,
            each.team,
            each.opened_at,
            each.taken_by,
            each.due_on,
        )
        for each, kind, score in rows
    ]


def _still_open(session: Session, invitation_id: str, member: Member) -> FollowUp:
    found = follow_up(session, invitation_id, member)
    if found.outcome == FORGOTTEN:
        raise UserError("The customer's data was deleted, so there is nothing left to do.")
    if found.outcome == ANSWER_CHANGED:
        raise UserError("The customer has changed the answer, so there is nothing left to do.")
    if found.closed_at:
        raise UserError("This is closed already.")
    return found


def _end(session: Session, found: FollowUp, outcome: str, now: datetime) -> None:
    found.closed_at, found.outcome, found.copied_at = now, outcome, None
    outbox.stop(session, about(found.invitation_id), now)
