"""What of the operations goes when it is old: texts; scores and states stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from storage.operations.aging import forget_coaching_texts, forget_comments, forget_drafts
from storage.operations.engine import reading, writing
from storage.operations.quality_models import (
    Appeal,
    AppealState,
    CoachingNote,
    NoteState,
    ReviewDraft,
    Scorecard,
)
from storage.operations.survey_models import SurveyAnswer
from tests.storage.operations.conftest import NOW
from tests.storage.operations.surveying import invited

OLD, YOUNG = NOW - timedelta(days=731), NOW - timedelta(days=729)
SINCE = NOW - timedelta(days=730)


def card(operations: Engine) -> int:
    with writing(operations) as session:
        made = Scorecard(
            key="phone",
            version=1,
            title="Phone",
            content={},
            fingerprint="f",
            made_at=OLD,
            made_by="U1",
        )
        session.add(made)
        session.flush()
        return made.id


def note(name: str, card_id: int, at: datetime) -> CoachingNote:
    return CoachingNote(
        id=name,
        reviewer="U1",
        agent_source="desk",
        agent_id="a1",
        source="desk",
        contact_id="c1",
        channel="phone",
        scorecard_id=card_id,
        answers={"greeting": 2},
        score=80.0,
        auto_failed=False,
        themes={},
        sealed=b"kind words",
        state=NoteState.READ,
        reviewed_at=at,
    )


def appeal(name: str, at: datetime) -> Appeal:
    return Appeal(
        id=f"appeal of {name}",
        note_id=name,
        proposed={},
        sealed_reason=b"because",
        made_at=at,
        state=AppealState.UPHELD,
        sealed_outcome=b"well then",
    )


def test_texts_of_coaching_go_and_scores_and_states_stay(operations: Engine) -> None:
    card_id = card(operations)
    for name, at in (("old", OLD), ("young", YOUNG)):
        with writing(operations) as session:
            session.add(note(name, card_id, at))
            session.flush()
            session.add(appeal(name, at))
    with writing(operations) as session:
        assert forget_coaching_texts(session, SINCE) == 1
    with reading(operations) as session:
        kept = select(CoachingNote).order_by(CoachingNote.id)
        assert [(n.sealed, n.score, n.answers, n.state) for n in session.scalars(kept)] == [
            (None, 80.0, {"greeting": 2}, NoteState.READ),
            (b"kind words", 80.0, {"greeting": 2}, NoteState.READ),
        ]
        appeals = select(Appeal).order_by(Appeal.note_id)
        assert [(a.sealed_reason, a.sealed_outcome, a.state) for a in session.scalars(appeals)] == [
            (None, None, AppealState.UPHELD),
            (b"because", b"well then", AppealState.UPHELD),
        ]


def test_comments_go_and_scores_stay(operations: Engine) -> None:
    for name, at in (("old", OLD), ("young", YOUNG)):
        invitation_id = invited(operations, at, key=name)
        with writing(operations) as session:
            session.add(
                SurveyAnswer(
                    invitation_id=invitation_id,
                    score=3,
                    clicked_at="1.0",
                    answered_at=at,
                    changed_at=at,
                    comment=f"a comment, {name}",
                )
            )
    with writing(operations) as session:
        assert forget_comments(session, SINCE) == 1
        assert forget_comments(session, SINCE) == 0
    with reading(operations) as session:
        answers = select(SurveyAnswer).order_by(SurveyAnswer.answered_at)
        assert [(answer.score, answer.comment) for answer in session.scalars(answers)] == [
            (3, None),
            (3, "a comment, young"),
        ]


def test_drafts_that_nobody_touched_go(operations: Engine) -> None:
    card_id = card(operations)
    with writing(operations) as session:
        for name, at in (("old", OLD), ("young", YOUNG)):
            session.add(
                ReviewDraft(
                    id=name,
                    reviewer="U1",
                    source="desk",
                    contact_id=name,
                    scorecard_id=card_id,
                    sealed=b"half",
                    changed_at=at,
                )
            )
    with writing(operations) as session:
        assert forget_drafts(session, SINCE) == 1
    with reading(operations) as session:
        assert list(session.scalars(select(ReviewDraft.id))) == ["young"]
