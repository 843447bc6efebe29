"""What becomes of reviews, from the draft to the figures, on each pair of engines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from storage.facts.store import open_facts
from storage.facts.tables import agents, contacts, qa_answers, qa_reviews
from storage.membership import Profile
from storage.operations import appeals, calibrations, members, note_progress, notes, reviews
from storage.operations.audit import By
from storage.operations.engine import open_operations, reading, writing
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.operations.quality_models import AppealState, CoachingNote, NoteState, ReviewDraft
from storage.operations.scorecards import cards_in_force, keep_file_cards
from storage.operations.sealed import reseal_all
from storage.operations.slack_people import KnownPerson
from storage.operations.slack_people import keep as keep_people
from storage.quality.calibrating import results
from storage.quality.calibration_copying import copy_calibrations
from storage.quality.card_settings import shipped_cards
from storage.quality.copying import copy_reviews
from storage.quality.drafts import CALIBRATION, NoteText, ReviewedContact
from storage.quality.forgetting import Forgot, forget_agent
from storage.quality.log import log_of
from storage.quality.reaching import Addressee, addressee_of
from storage.quality.scorecards import Answers
from storage.quality.waiting import Waiting, waiting_for
from storage.roles import Member, Role, RoleGrant
from storage.sealing import NoKeyError, Sealer, new_key
from tests.postgresql import Server
from tests.storage.operations.template import make_operations

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
OLD_KEY = new_key()
SEALER = Sealer([OLD_KEY])
RAY, ROB, AMY = (f"U0{name}" for name in ("RAY", "ROB", "AMY"))
TEXTS = NoteText("Warm words", "Say how long", "at 4:10", "Listen again")
ANSWERS: Answers = {"greeting": 1.0, "listening": 2.0, "hold": 0.0}
SCORE = 100 * (1 + 2 * 0.4 + 0) / (1 + 2 + 1)
FINAL_SCORE = 100 * (1 + 2 * 0.4 + 1) / (1 + 2 + 1)
BILLING = frozenset({"billing"})


@dataclass
class Stores:
    """Both stores, with one agent and what is done about their contacts."""

    facts: Engine
    operations: Engine
    agent_id: str = ""

    def has(self, agent_id: str) -> Stores:
        """The agent, in every test another one."""
        row = {"source": "hr", "agent_id": agent_id, "name": "Amy", "team": "billing"}
        with self.facts.begin() as connection:
            connection.execute(agents.insert(), [row | {"email": f"{agent_id}@example.com"}])
        with writing(self.operations) as session:
            keep_people(session, [_person(f"{AMY}{agent_id}", agent_id)], NOW)
        return replace(self, agent_id=agent_id)

    @property
    def amy(self) -> str:
        return f"{AMY}{self.agent_id}"

    def contact(self, number: int = 1) -> ReviewedContact:
        contact_id = f"{self.agent_id}-{number}"
        return ReviewedContact("calls", contact_id, "phone", "billing", self.agent_id, NOW)

    def send(self, at: datetime = NOW, **changes: Any) -> str:
        """Ray's note about the agent's contact, as far as Slack has it."""
        by = By(RAY, at)
        with writing(self.operations) as session, self.facts.connect() as facts:
            draft = reviews.open_draft(session, SEALER, self.contact(), _phone(session), by)
            filled = replace(draft, answers=ANSWERS, texts=TEXTS, focus_on="hold", **changes)
            to = addressee_of(facts, session, self.agent_id, NOW.date())
            note_id = notes.send_note(session, filled, to, by, SEALER)
            notes.mark_sent(session, note_id, at, timedelta(days=7))
            _mark_all_delivered(session, at)
        return note_id

    def note(self, note_id: str) -> CoachingNote:
        with reading(self.operations) as session:
            return notes.note(session, note_id)

    def appeal(self, note_id: str) -> str:
        with writing(self.operations) as session:
            proposed = {"hold": 1.0, "listening": 4.0}
            by = By(self.amy, NOW)
            made = appeals.make_appeal(session, note_id, proposed, "Because", by, SEALER)
            _mark_all_delivered(session, NOW)
            return made.id

    def calibrate(self, number: int, answers: Mapping[str, Answers]) -> str:
        """Ray's calibration of a contact, answered by everybody."""
        _load(self.facts, self.contact(number))
        with writing(self.operations) as session:
            card = _phone(session)
            about = self.contact(number)
            made = calibrations.start(session, about, card, list(answers), By(RAY, NOW))
            for who, given in answers.items():
                by = By(who, NOW)
                draft = reviews.open_draft(session, SEALER, about, card, by, CALIBRATION)
                calibrations.hand_in(session, draft, given, by)
            return made.id

    def counted(self) -> list[tuple[Any, ...]]:
        """The agent's reviews as the figures have them."""
        review = qa_reviews.c
        columns = (review.review_id, review.score, review.first_score, review.upheld)
        rows = select(*columns).where(review.agent_id == self.agent_id, review.purpose == "live")
        with self.facts.connect() as connection:
            return [tuple(row) for row in connection.execute(rows)]


def _person(user_id: str, name: str) -> KnownPerson:
    profile = Profile(
        "T0",
        user_id,
        f"{name}@example.com",
        is_guest=False,
        is_own_organisation=True,
        is_workspace_admin=False,
    )
    return KnownPerson(profile, name, "")


def _phone(session: Any) -> Any:
    return next(each for each in cards_in_force(session) if each.key == "phone")


def _mark_all_delivered(session: Any, at: datetime) -> None:
    session.flush()
    for row in session.scalars(select(Delivery).where(Delivery.state == DeliveryState.PENDING)):
        row.state, row.sent_at = DeliveryState.SENT, at


def _load(facts: Engine, contact: ReviewedContact) -> None:
    row = {
        "source": contact.source,
        "contact_id": contact.contact_id,
        "channel": contact.channel,
        "team": contact.team,
        "agent_id": contact.agent_id,
        "opened_at": contact.opened_at.replace(tzinfo=None),
    }
    with facts.begin() as connection:
        connection.execute(contacts.insert(), [row])


@pytest.fixture(scope="module", params=["files", "postgresql"])
def stores(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stores]:
    folder = tmp_path_factory.mktemp("stores")
    if request.param == "files":
        facts_url = f"duckdb:///{folder / 'facts.duckdb'}"
        yield from _opened(_facts(facts_url, folder), make_operations(folder))
        return
    server: Server = request.getfixturevalue("postgresql")
    with server.database() as facts, server.database() as operations:
        yield from _opened(_facts(facts, folder), open_operations(operations))


def _facts(url: str, folder: Path) -> Engine:
    return open_facts(url, memory_limit="200MB", data_folder=folder)


def _opened(facts: Engine, operations: Engine) -> Iterator[Stores]:
    """With the shipped cards and two reviewers of the agents' team."""
    with writing(operations) as session:
        keep_file_cards(session, shipped_cards(), By("file", NOW))
        for who in (RAY, ROB):
            keep_people(session, [_person(who, who)], NOW)
            granted = RoleGrant(Role.REVIEWER, BILLING)
            members.grant(session, who, granted, By("admin", NOW))
    yield Stores(facts, operations)
    facts.dispose()
    operations.dispose()


def test_decided_appeal_counts_in_the_figures_and_copying_again_changes_nothing(
    stores: Stores,
) -> None:
    mine = stores.has("1")
    note_id = mine.send()
    with reading(mine.operations) as session:
        before = waiting_for(session, ROB)
    appeal_id = mine.appeal(note_id)
    decided: Answers = {"hold": 1.0, "listening": 2.0}
    with reading(mine.operations) as session:
        assert waiting_for(session, ROB) == Waiting(appeals=(*before.appeals, appeal_id))
    with writing(mine.operations) as session:
        appeals.decide(session, appeal_id, decided, "I heard it", By(ROB, NOW), SEALER)
    assert [copy_reviews(mine.facts, mine.operations, NOW) for _ in range(2)] == [1, 0]
    expected = (note_id, pytest.approx(FINAL_SCORE), pytest.approx(SCORE), True)
    assert mine.counted() == [expected]
    answer = qa_answers.c
    with mine.facts.connect() as connection:
        rows = select(answer.criterion, answer.points).where(answer.review_id == note_id)
        assert dict(iter(connection.execute(rows))) == {**ANSWERS, **decided}
    lead = Member("T0", "U0LEO", frozenset({RoleGrant(Role.LEAD, BILLING)}))
    with reading(mine.operations) as session:
        (logged,) = log_of(session, lead, mine.amy, {"1"})
    assert (logged.state, logged.appeal) == (NoteState.READ, AppealState.PARTLY)


def test_corrected_note_gives_way_until_its_correction_is_withdrawn(stores: Stores) -> None:
    mine = stores.has("2")
    first = mine.send()
    second = mine.send(corrects=first)
    copy_reviews(mine.facts, mine.operations, NOW)
    assert [row[0] for row in mine.counted()] == [second]
    with writing(mine.operations) as session:
        notes.withdraw(session, second, By(RAY, NOW))
    copy_reviews(mine.facts, mine.operations, NOW)
    assert [row[0] for row in mine.counted()] == [first]


def test_forgetting_takes_the_texts_and_leaves_the_figures(stores: Stores) -> None:
    mine = stores.has("3")
    note_id = mine.send()
    appeal_id = mine.appeal(note_id)
    with writing(mine.operations) as session:
        reviews.open_draft(session, SEALER, mine.contact(), _phone(session), By(RAY, NOW))
    forgot = forget_agent(mine.facts, mine.operations, "3", None, By("admin", NOW), SEALER)
    assert forgot == Forgot(notes=1, appeals=1, drafts=1, rows=1)
    kept = mine.note(note_id)
    with reading(mine.operations) as session, mine.facts.connect() as facts:
        sealed = kept.sealed, appeals.appeal(session, appeal_id).sealed_reason
        unknown = Addressee("", "This agent is loaded without an e-mail address.")
        assert addressee_of(facts, session, "3", NOW.date()) == unknown
    assert sealed == (None, None)
    assert kept.agent_user_id == ""
    assert kept.score == pytest.approx(SCORE)
    copy_reviews(mine.facts, mine.operations, NOW)
    assert [row[0] for row in mine.counted()] == [note_id]


def test_two_calibrated_contacts_have_an_alpha_and_are_copied_once(stores: Stores) -> None:
    mine = stores.has("4")
    mine.calibrate(1, {RAY: {"hold": 1.0, "greeting": 1.0}, ROB: {"hold": 1.0, "greeting": 0.0}})
    last = mine.calibrate(
        2, {RAY: {"hold": 0.0, "greeting": 0.0}, ROB: {"hold": 0.0, "greeting": 0.0}}
    )
    with reading(mine.operations) as session:
        read = {each.criterion.key: each for each in results(session, last).criteria}
    found = {key: (read[key].alpha, read[key].contacts) for key in ("hold", "greeting", "tone")}
    assert found == {"hold": (1.0, 2), "greeting": (0.0, 2), "tone": (None, 0)}
    assert [copy_calibrations(mine.facts, mine.operations, NOW) for _ in range(2)] == [2, 0]
    review = qa_reviews.c
    rows = select(review.reviewer, review.score).where(
        review.agent_id == "4", review.purpose == "calibration"
    )
    with mine.facts.connect() as connection:
        assert sorted(tuple(row) for row in connection.execute(rows)) == [
            (RAY, 0.0),
            (RAY, 100.0),
            (ROB, 0.0),
            (ROB, 50.0),
        ]
    assert mine.counted() == []


def test_each_is_reminded_once_and_a_read_note_is_followed_up_once(stores: Stores) -> None:
    mine = stores.has("5")
    at = NOW + timedelta(days=365)
    unread = mine.send(at)
    contested = mine.send(at)
    appeal_id = mine.appeal(contested)
    about = {unread, contested}

    def due_at(kept: CoachingNote, sent_at: datetime) -> datetime:
        days = 3 if kept.id in about else 10_000
        return sent_at + timedelta(days=days)

    with writing(mine.operations) as session:
        later = at + timedelta(days=3)
        for expected in (1, 0):
            assert note_progress.remind_authors(session, due_at, later) == expected
            assert note_progress.remind_second_reviewers(session, due_at, later) == expected
        rows = select(Delivery.recipient, Delivery.content).where(Delivery.kind.like("%un%"))
        told = sorted((who, content) for who, content in session.execute(rows) if who != mine.amy)
    asked = {"note": contested, "appeal": appeal_id, "who": ROB}
    assert told == [(RAY, {"note": unread}), (ROB, asked)]


def test_rotating_leaves_nothing_that_the_old_key_opens(stores: Stores) -> None:
    mine = stores.has("6")
    note_id = mine.send()
    appeal_id = mine.appeal(note_id)
    with writing(mine.operations) as session:
        reviews.open_draft(session, SEALER, mine.contact(), _phone(session), By(RAY, NOW))
    newest = new_key()
    both, alone = Sealer([newest, OLD_KEY]), Sealer([newest])
    with writing(mine.operations) as session:
        assert reseal_all(session, both) > 0
    with reading(mine.operations) as session:
        kept = notes.note(session, note_id)
        reason = appeals.appeal(session, appeal_id).sealed_reason
        drafts = session.scalars(select(ReviewDraft.sealed)).all()
        assert notes.text_of(kept, alone) == TEXTS
        assert alone.open(reason or b"") == "Because"
        assert len([alone.open(each) for each in drafts]) == len(drafts) > 0
        with pytest.raises(NoKeyError):
            notes.text_of(kept, SEALER)
    with writing(mine.operations) as session:
        reseal_all(session, Sealer([OLD_KEY, newest]))
