"""Drafts of reviews: sealed, one for each reviewer and contact, changed by several windows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from storage.errors import UserError
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.operations.quality_models import ReviewDraft
from storage.operations.reviews import (
    begun_contacts,
    change_draft,
    drafts_of,
    drop_draft,
    open_draft,
    read_draft,
)
from storage.operations.scorecards import cards_in_force, keep_file_cards
from storage.quality.card_settings import shipped_cards
from storage.quality.drafts import Draft, NoteText, ReviewedContact
from storage.quality.scorecards import Answers
from storage.sealing import NoKeyError, Sealer, new_key
from tests.storage.operations.conftest import NOW

SEALER = Sealer([new_key()])
RITA, LEO = By("U0RITA", NOW), By("U0LEO", NOW)
CALL = ReviewedContact("calls", "C1", "phone", "billing", "a1", NOW - timedelta(days=1), "invoice")
TEXTS = NoteText("Warm words", "Hold", "at 4:10", "Listen again", ("https://x.example/1",))


def begin(operations: Engine, by: By = RITA, sealer: Sealer = SEALER) -> Draft:
    with writing(operations) as session:
        keep_file_cards(session, shipped_cards(), By("file", NOW))
        return open_draft(session, sealer, CALL, cards_in_force(session)[0], by)


def test_draft_opened_again_is_as_far_as_it_came(operations: Engine) -> None:
    draft = begin(operations)
    later = By("U0RITA", NOW + timedelta(hours=1))
    with writing(operations) as session:
        changed = change_draft(
            session,
            SEALER,
            draft.id,
            later,
            lambda each: replace(each, answers={"tone": 4.0, "hold": None}, texts=TEXTS),
        )
    again = begin(operations)
    assert again == changed
    assert (again.answers, again.texts) == ({"tone": 4.0, "hold": None}, TEXTS)
    assert (again.contact, again.changed_at) == (CALL, later.at)


def answering(answers: Answers) -> Callable[[Draft], Draft]:
    return lambda draft: replace(draft, answers={**draft.answers, **answers})


def test_changes_of_two_windows_are_both_kept(operations: Engine) -> None:
    draft = begin(operations)
    for answer in ({"tone": 4.0}, {"hold": 1.0}):
        with writing(operations) as session:
            change_draft(session, SEALER, draft.id, RITA, answering(answer))
    with reading(operations) as session:
        assert read_draft(session, SEALER, draft.id, "U0RITA").answers == {"tone": 4.0, "hold": 1.0}


def test_draft_is_its_reviewers_alone(operations: Engine) -> None:
    draft, other = begin(operations), begin(operations, LEO)
    assert draft.id != other.id
    with reading(operations) as session:
        assert [each.id for each in drafts_of(session, SEALER, "U0RITA")] == [draft.id]
        assert begun_contacts(session) == {("calls", "C1")}
    with writing(operations) as session, pytest.raises(UserError, match="sent or thrown away"):
        change_draft(session, SEALER, draft.id, LEO, lambda each: each)
    with writing(operations) as session:
        drop_draft(session, draft.id, "U0LEO")
        drop_draft(session, other.id, "U0LEO")
    with reading(operations) as session:
        assert [each.id for each in session.scalars(select(ReviewDraft))] == [draft.id]


def test_nothing_written_stands_in_the_database(operations: Engine) -> None:
    draft = begin(operations)
    with writing(operations) as session:
        change_draft(session, SEALER, draft.id, RITA, lambda each: replace(each, texts=TEXTS))
    with reading(operations) as session:
        (row,) = session.scalars(select(ReviewDraft))
        held = "".join(str(getattr(row, column.key)) for column in ReviewDraft.__table__.columns)
    assert [word for word in ("Warm", "Hold", "4:10", "Listen", "x.example") if word in held] == []


def test_without_a_key_no_draft_is_kept(operations: Engine) -> None:
    with pytest.raises(NoKeyError):
        begin(operations, sealer=Sealer([]))
    with reading(operations) as session:
        assert list(session.scalars(select(ReviewDraft))) == []
