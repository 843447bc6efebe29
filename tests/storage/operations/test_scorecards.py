"""Scorecards keep their versions, whoever changes them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from storage.errors import UserError
from storage.operations.audit import By, newest
from storage.operations.engine import reading, writing
from storage.operations.scorecards import (
    FROM_FILE,
    card,
    cards_in_force,
    keep_card,
    keep_file_cards,
)
from storage.quality.scorecards import Criterion, Scorecard, Section
from tests.storage.operations.conftest import NOW

FILE, ADA, BOB = By(FROM_FILE, NOW), By("U0ADA", NOW), By("U0BOB", NOW)
CARD = Scorecard("phone", "Phone", ("phone",), (Section("", (Criterion("tone", "Tone"),)),))
OTHER = replace(CARD, key="mail", title="Mail", channels=("email",))


def read_file(operations: Engine, *cards: Scorecard) -> None:
    with writing(operations) as session:
        keep_file_cards(session, cards, FILE)


def in_force(operations: Engine) -> list[tuple[str, str, int]]:
    with reading(operations) as session:
        return [(each.key, each.title, each.version) for each in cards_in_force(session)]


def change(operations: Engine, changed: Scorecard, by: By = ADA) -> Scorecard:
    with writing(operations) as session:
        return keep_card(session, changed, by)


def test_file_read_again_makes_no_version(operations: Engine) -> None:
    read_file(operations, CARD, OTHER)
    read_file(operations, CARD, OTHER)
    assert in_force(operations) == [("mail", "Mail", 1), ("phone", "Phone", 1)]


def test_change_makes_a_version_and_an_old_review_keeps_its_own(operations: Engine) -> None:
    read_file(operations, CARD)
    with reading(operations) as session:
        (before,) = cards_in_force(session)
    after = change(operations, replace(before, title="Calls"))
    assert in_force(operations) == [("phone", "Calls", 2)]
    with reading(operations) as session:
        assert card(session, before.id) == before
        assert card(session, after.id) == replace(before, title="Calls", id=after.id, version=2)
        assert [(e.who, e.about, e.details) for e in newest(session)] == [
            ("U0ADA", "phone", "version 2"),
            (FROM_FILE, "phone", "version 1"),
        ]


def test_what_is_changed_in_slack_stands_until_the_file_changes(operations: Engine) -> None:
    read_file(operations, CARD)
    with reading(operations) as session:
        (before,) = cards_in_force(session)
    change(operations, replace(before, title="Calls"))
    read_file(operations, CARD)
    assert in_force(operations) == [("phone", "Calls", 2)]
    read_file(operations, replace(CARD, title="Telephone"))
    assert in_force(operations) == [("phone", "Telephone", 3)]
    read_file(operations, CARD)
    assert in_force(operations) == [("phone", "Phone", 4)]


def test_card_that_left_the_file_is_out_of_use_until_it_is_back(operations: Engine) -> None:
    read_file(operations, CARD, OTHER)
    read_file(operations, OTHER)
    read_file(operations, OTHER)
    assert in_force(operations) == [("mail", "Mail", 1)]
    read_file(operations, CARD, OTHER)
    assert in_force(operations) == [("mail", "Mail", 1), ("phone", "Phone", 3)]


def test_card_changed_in_slack_stays_when_it_leaves_the_file(operations: Engine) -> None:
    read_file(operations, CARD)
    with reading(operations) as session:
        (before,) = cards_in_force(session)
    change(operations, replace(before, title="Calls"))
    read_file(operations)
    assert in_force(operations) == [("phone", "Calls", 2)]


def test_second_change_of_the_same_version_is_refused(operations: Engine) -> None:
    read_file(operations, CARD)
    with reading(operations) as session:
        (before,) = cards_in_force(session)
    change(operations, replace(before, title="Calls"))
    with pytest.raises(UserError, match="Somebody has changed this scorecard meanwhile"):
        change(operations, replace(before, title="Telephone"), BOB)
    same = change(operations, replace(before, title="Calls"), BOB)
    assert (same.title, same.version) == ("Calls", 2)
