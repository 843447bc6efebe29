"""Appeals: what an agent sees differently, item by item, and how a second reviewer decides.

The second reviewer gets the contact, the criteria and the agent's reason: neither the note nor the
first points, nor those that the agent proposes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.errors import NotAllowedError, UserError
from storage.narrowing import folded
from storage.operations import members, outbox, slack_people
from storage.operations.audit import By, record
from storage.operations.note_parcels import (
    ASKING,
    AUTHORS_OUTCOME,
    OUTCOME,
    about,
    to_agent,
    to_author,
    to_second_reviewer,
)
from storage.operations.notes import agents_note, answers_of, mark_read, note
from storage.operations.outbox import Parcel
from storage.operations.outbox_models import Delivery
from storage.operations.people_models import SlackPerson
from storage.operations.quality_models import Appeal, AppealState, CoachingNote, NoteState
from storage.operations.scorecards import card
from storage.quality.scorecards import Answers, Score, score_of
from storage.roles import Role
from storage.sealing import Sealer

LONGEST_REASON = 2000
DECIDERS = (Role.REVIEWER, Role.LEAD)
"""Who decides appeals; a lead where the team has no other reviewer."""


def check_appealable(session: Session, note_id: str, by: By) -> CoachingNote:
    """The note, where its agent may still see it differently.

    Raises:
        UserError: it is too late, it was corrected or an appeal was made.
    """
    found = agents_note(session, note_id, by.who)
    if of_note(session, note_id):
        raise UserError("You have said already what you see differently.", "It is being looked at.")
    later = CoachingNote.corrects == note_id, CoachingNote.state != NoteState.WITHDRAWN
    if session.scalar(select(CoachingNote.id).where(*later)):
        raise UserError("This note was corrected by a second one.", "Answer that one.")
    if found.appeal_until is not None and by.at > found.appeal_until:
        raise UserError("The time to see it differently is over.", "Use Let's talk instead.")
    return found


def make_appeal(
    session: Session, note_id: str, proposed: Answers, reason: str, by: By, sealer: Sealer
) -> Appeal:
    """Keeps what the agent proposes, and asks a second reviewer; a repeated click changes nothing.

    Raises:
        UserError: nothing differs from the first points, or it can't be appealed against.
    """
    if known := of_note(session, note_id):
        agents_note(session, note_id, by.who)
        return known
    found = check_appealable(session, note_id, by)
    first = answers_of(found)
    changed = {key: points for key, points in proposed.items() if points != first.get(key)}
    if not changed:
        raise UserError("What you propose is what the review says.", "Change one of the points.")
    made = Appeal(
        id=str(uuid4()),
        note_id=note_id,
        proposed=changed,
        sealed_reason=sealer.seal(reason[:LONGEST_REASON]),
        made_at=by.at,
        state=AppealState.OPEN,
    )
    session.add(made)
    mark_read(session, note_id, by)
    found.copied_at = None
    record(session, by, "appeal made", about(note_id), "")
    session.flush()
    assign(session, made, by.at)
    return made


def of_note(session: Session, note_id: str) -> Appeal | None:
    return session.scalar(select(Appeal).where(Appeal.note_id == note_id))


def appeal(session: Session, appeal_id: str) -> Appeal:
    found = session.get(Appeal, appeal_id)
    if found is None:
        raise UserError("This appeal is not there any more.")
    return found


def appeal_to_decide(session: Session, appeal_id: str, who: str) -> Appeal:
    """An open one, for the second reviewer alone."""
    found = appeal(session, appeal_id)
    if found.second_reviewer != who or not who:
        raise NotAllowedError("Somebody else decides this appeal.")
    if found.state is not AppealState.OPEN:
        raise UserError("This appeal is decided already.")
    return found


def waiting(session: Session) -> Sequence[Appeal]:
    """Open appeals that nobody decides: there was no other reviewer, or that one has left."""
    rows = session.scalars(select(Appeal).where(Appeal.state == AppealState.OPEN)).all()
    people = slack_people.people_by_id(session, {row.second_reviewer for row in rows})
    gone = {who for who, known in people.items() if known.is_gone}
    return [row for row in rows if row.second_reviewer in gone | {""}]


def assign(session: Session, found: Appeal, now: datetime) -> bool:
    """Asks the reviewer of the team with the fewest open appeals, else a lead of it.

    False where there is nobody else.
    """
    about_it = note(session, found.note_id)
    chosen = _next_reviewer(session, found, about_it)
    found.second_reviewer = chosen or ""
    if not chosen:
        return False
    parcel = to_second_reviewer(about_it, found.id, chosen)
    outbox.enqueue(session, [parcel], now)
    return True


def decide(
    session: Session, appeal_id: str, decided: Answers, comment: str, by: By, sealer: Sealer
) -> Appeal:
    """Keeps the second reviewer's points, and tells the agent in the note's thread and the author.

    A repeated click changes nothing.
    """
    found = appeal(session, appeal_id)
    if found.state is not AppealState.OPEN and found.second_reviewer == by.who:
        return found
    found = appeal_to_decide(session, appeal_id, by.who)
    about_it = note(session, found.note_id)
    missing = found.proposed.keys() - decided.keys()
    if missing:
        raise UserError("Each item needs its points.")
    found.decided = {key: decided[key] for key in found.proposed}
    found.state = _outcome(answers_of(about_it), found.proposed, found.decided)
    found.sealed_outcome = sealer.seal(comment[:LONGEST_REASON]) if comment.strip() else None
    found.decided_at = by.at
    value = final_score(session, about_it, found).value
    about_it.final_score = about_it.score if value is None else value
    about_it.copied_at = None
    outbox.enqueue(session, _told(session, found, about_it), by.at)
    record(session, by, "appeal decided", about(found.note_id), found.state.value)
    return found


def final_answers(about_it: CoachingNote, found: Appeal | None) -> Answers:
    """The author's points, with the second reviewer's in their place where there are any."""
    decided: Answers = (found.decided if found else None) or {}
    return {**answers_of(about_it), **decided}


def final_score(session: Session, about_it: CoachingNote, found: Appeal | None) -> Score:
    return score_of(card(session, about_it.scorecard_id), final_answers(about_it, found))


def _outcome(first: Answers, proposed: Answers, decided: Answers) -> AppealState:
    if all(decided[key] == first.get(key) for key in proposed):
        return AppealState.DECLINED
    if all(_is_met(first.get(key), proposed[key], decided[key]) for key in proposed):
        return AppealState.UPHELD
    return AppealState.PARTLY


def _is_met(first: float | None, proposed: float | None, decided: float | None) -> bool:
    """Whether a decision goes at least as far as what was proposed."""
    if None in {first, proposed, decided}:
        return decided == proposed
    return abs(decided - proposed) <= 1e-9 or (decided > proposed) == (proposed > first)  # type: ignore[operator]  # none is None


def _told(session: Session, found: Appeal, about_it: CoachingNote) -> Iterable[Parcel]:
    if about_it.agent_user_id:
        yield to_agent(session, about_it, OUTCOME, appeal=found.id)
    yield to_author(about_it, AUTHORS_OUTCOME, appeal=found.id)


def _next_reviewer(session: Session, found: Appeal, about_it: CoachingNote) -> str | None:
    """Whoever was asked before could not be reached, and is not asked again."""
    asked = select(Delivery.recipient).where(Delivery.key.startswith(f"{ASKING}:{found.id}:"))
    barred = {about_it.reviewer, about_it.agent_user_id, *session.scalars(asked)}
    named = (people_of(session, about_it.team, role) for role in DECIDERS)
    free = next((others for each in named if (others := each - barred)), None)
    if free is None:
        return None
    counted = select(Appeal.second_reviewer, func.count()).where(Appeal.state == AppealState.OPEN)
    open_ones = dict(iter(session.execute(counted.group_by(Appeal.second_reviewer))))
    return min(free, key=lambda who: (open_ones.get(who, 0), who))


def people_of(session: Session, team: str, role: Role) -> frozenset[str]:
    """The Slack user ids of those with this role in a team who are full members."""
    named = {
        who
        for who, grant in members.everyone(session)
        if grant.role is role and team.casefold() in folded(grant.teams)
    }
    present = select(SlackPerson.user_id).where(
        SlackPerson.user_id.in_(named) | SlackPerson.email.in_(named),
        SlackPerson.is_gone.is_(False),
        SlackPerson.is_guest.is_(False),
        SlackPerson.is_own_organisation.is_(True),
    )
    return frozenset(session.scalars(present))
