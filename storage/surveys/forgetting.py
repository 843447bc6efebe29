"""Deletes who a customer is and what they wrote; their scores stay, and are nobody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from storage.facts.forgetting import CUSTOMER, facts_about, sources_of, take_out
from storage.facts.tables import customers, surveys
from storage.facts.turns import changing
from storage.operations import campaigns, forgotten, outbox
from storage.operations.audit import By, record
from storage.operations.engine import reading, writing
from storage.operations.follow_ups import FORGOTTEN, about
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.operations.people_models import SlackPerson
from storage.operations.survey_models import FollowUp, Invitation, InvitationState, SurveyAnswer
from storage.sealing import Sealer

OWN_SOURCE = "carekpi"
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Forgot:
    """How much was taken away: invitations, comments, and rows of facts emptied of who it was."""

    invitations: int
    comments: int
    rows: int


def forget_customer(
    facts: Engine,
    operations: Engine,
    customer_id: str,
    source: str | None,
    by: By,
    sealer: Sealer,
) -> Forgot | None:
    """Forgets the customer of one source, or of every one; None where nobody has this id.

    May be done again: where a crash cut it off, the rest is done then.

    Raises:
        NoKeyError: there is no key to hash the id with; nothing is changed.
    """
    with facts.connect() as connection, reading(operations) as session:
        known = sources_of(connection, CUSTOMER, customer_id)
        sources = [each for each in known if source in {None, each}]
        people = _people_known(connection, customer_id, sources)
        asked = list(session.scalars(select(Invitation.id).where(_of(customer_id, source))))
    if not sources and not asked:
        return None
    with writing(operations) as session:
        forgotten.remember(session, CUSTOMER, source, customer_id, sealer, by.at)
        asked = list(session.scalars(select(Invitation.id).where(_of(customer_id, source))))
        people |= _people_asked(session, asked)
        where = None if source is None else forgotten.NO_SOURCE
        for person in sorted(people):
            forgotten.remember(session, forgotten.SLACK_PERSON, where, person, sealer, by.at)
        campaigns.forget_listed(session, customer_id, people)
        comments = _take_words(session, asked, by.at)
        _take_people(session, asked, by)
        details = f"{len(asked)} invitations, {comments} comments"
        record(session, by, "customer forgotten", CUSTOMER, details)
    with changing(facts, *facts_about(CUSTOMER)) as connection:
        rows = take_out(connection, CUSTOMER, customer_id, sources)
        _take_copies(connection, asked)
    return Forgot(len(asked), comments, rows)


def _take_copies(connection: Connection, asked: Sequence[str]) -> None:
    """The words of what was asked here, as the facts have them."""
    for start in range(0, len(asked), AT_ONCE):
        some = surveys.c.survey_id.in_(asked[start : start + AT_ONCE])
        own = and_(surveys.c.source == OWN_SOURCE, some)
        nobody = {"respondent_id": None, "comment": None}
        connection.execute(update(surveys).where(own).values(nobody))


def _of(customer_id: str, source: str | None) -> ColumnElement[bool]:
    """What was asked without a contact has no source, and belongs to every one."""
    chosen = Invitation.customer_id == customer_id
    return (
        chosen if source is None else chosen & or_(*(Invitation.source == s for s in (source, "")))
    )


def _people_known(connection: Connection, customer_id: str, sources: Sequence[str]) -> set[str]:
    """Whom the facts name in Slack as this customer."""
    row = customers.c
    is_one = and_(row.customer_id == customer_id, row.source.in_(sources))
    named = select(row.slack_user_id).where(is_one, row.slack_user_id.is_not(None))
    return set(connection.scalars(named))


def _people_asked(session: Session, asked: Sequence[str]) -> set[str]:
    """Whom they were sent to, as far as that is still known."""
    found: set[str] = set()
    for start in range(0, len(asked), AT_ONCE):
        some = Invitation.id.in_(asked[start : start + AT_ONCE])
        found.update(session.scalars(select(Invitation.user_id).where(some)))
    return found - {FORGOTTEN, ""}


def _take_words(session: Session, asked: list[str], at: datetime) -> int:
    answers = [
        answer
        for each in asked
        if (answer := session.get(SurveyAnswer, each)) is not None and answer.comment is not None
    ]
    for answer in answers:
        answer.comment, answer.may_call = None, False
        answer.changed_at, answer.copied_at = at, None
    return len(answers)


def _drop_deliveries(session: Session, invitation_id: str) -> None:
    """They name who was asked; one that is under way ends first, and is purged in its time."""
    named = or_(
        Delivery.key == f"survey:{invitation_id}", Delivery.key.like(f"survey:{invitation_id}:%")
    )
    for row in session.scalars(select(Delivery).where(named)):
        if row.state is DeliveryState.CLAIMED:
            row.expires_at = row.next_attempt_at
        else:
            session.delete(row)


def _take_people(session: Session, asked: list[str], by: By) -> None:
    people: set[str] = set()
    for each in asked:
        row = session.get_one(Invitation, each)
        people.add(row.user_id)
        outbox.stop(session, about(each), by.at)
        _drop_deliveries(session, each)
        if row.state in {InvitationState.PLANNED, InvitationState.SENT}:
            row.state = InvitationState.WITHDRAWN
        row.person = f"{FORGOTTEN}:{each}"
        row.user_id = row.place_id = FORGOTTEN
        row.team_id = row.organisation_id = ""
        row.thread_ts, row.about = None, _without_words(row.about)
        row.channel_id = row.ts = None
        row.key = f"{FORGOTTEN}:{each}"
        if (loop := session.get(FollowUp, each)) and loop.closed_at is None:
            loop.closed_at, loop.outcome, loop.copied_at = by.at, FORGOTTEN, None
    outsiders = SlackPerson.is_own_organisation.is_(False) | SlackPerson.is_guest.is_(True)
    session.execute(delete(SlackPerson).where(SlackPerson.user_id.in_(people), outsiders))


def _without_words(about: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in about.items() if name != "subject"}
