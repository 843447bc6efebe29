"""Who is asked, up to the outbox: lists and rules, once each, whatever is killed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from jobs.surveys import SurveyDesk, ask_due, close_due, settling_undelivered
from storage.facts.forgetting import CUSTOMER
from storage.facts.store import open_facts
from storage.facts.tables import contacts, customers
from storage.operations import campaigns, handover, invitations, opt_outs, outbox
from storage.operations.audit import By
from storage.operations.campaign_progress import Progress, progress
from storage.operations.campaigns import CampaignOrder, Listed
from storage.operations.engine import open_operations, reading, writing
from storage.operations.forgotten import remember
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.operations.paces import Pacing
from storage.operations.survey_models import CampaignState, Invitation, InvitationState
from storage.sealing import Sealer, new_key
from storage.settings import Settings
from storage.surveys.eligibility import Reason
from storage.surveys.manners import Manners
from storage.surveys.planning import plan_list_part
from storage.surveys.rules import Place, Rule

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EVA = By("U0EVA", NOON)
SETTINGS = Settings(surveys=Manners(daily_cap=1000))
SEALER = Sealer([new_key()])
FAST = Pacing(60_000_000)
NPS = CampaignOrder("NPS spring", "nps", "relationship", people=(Listed("C1"), Listed("C2")))
CSAT = CampaignOrder("After contacts", "csat", "contact", rule=Rule())

MANY = """
    INSERT INTO customers (source, customer_id, started_on, slack_user_id, slack_team_id)
    SELECT 'crm', 'C' || i, DATE '2025-01-01', 'U' || i, 'T2' FROM range(10, 1210) AS r (i)
"""


@dataclass
class Works:
    """The planner, with customers around it."""

    facts: Engine
    operations: Engine
    now: datetime = NOON

    @property
    def desk(self) -> SurveyDesk:
        return SurveyDesk(self.facts, self.operations, SETTINGS, lambda: self.now, SEALER)

    def make(self, order: CampaignOrder, key: str = "") -> int:
        with writing(self.operations) as session:
            return campaigns.make(session, order, By("U0EVA", self.now), key or order.name)

    def ask(self) -> int:
        return ask_due(self.desk)

    def progress(self, campaign_id: int) -> Progress:
        with reading(self.operations) as session:
            return progress(session, campaigns.find(session, campaign_id))

    def reasons(self, campaign_id: int) -> dict[Reason, int]:
        return dict(self.progress(campaign_id).reasons)

    def states(self, campaign_id: int) -> dict[InvitationState, int]:
        return dict(self.progress(campaign_id).states)

    def parcels(self) -> list[tuple[str, DeliveryState, datetime]]:
        """Whom the outbox holds a question for, how far it is, and from when on."""
        with reading(self.operations) as session:
            rows = session.scalars(select(Delivery).order_by(Delivery.made_at, Delivery.recipient))
            return [(row.recipient, row.state, row.next_attempt_at) for row in rows]

    def deliver(self) -> list[str]:
        """What a courier does, and to whom; each once."""
        to: list[str] = []
        with writing(self.operations) as session:
            for claim in handover.claim(session, "test", self.now, 20_000, FAST):
                handover.mark_sent(session, claim.id, "D1", f"{len(to)}.0", self.now)
                invitations.sent(session, claim.content["invitation"], "D1", "1.0", self.now)
                to.append(claim.recipient)
        return sorted(to)

    def resolve(self, contact_id: str, customer_id: str, at: datetime, **more: Any) -> None:
        row = {
            "source": "helpdesk",
            "contact_id": contact_id,
            "channel": "email",
            "opened_at": naive(at - HOUR),
            "resolved_at": naive(at),
            "customer_id": customer_id,
            "issue_type": "refund",
            "team": "billing",
            "abandoned": False,
        }
        with self.facts.begin() as connection:
            connection.execute(insert(contacts), [row | more])

    def know(self, customer_id: str, **more: Any) -> None:
        with self.facts.begin() as connection:
            connection.execute(insert(customers), [customer(customer_id) | more])


def naive(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def customer(customer_id: str) -> dict[str, Any]:
    number = customer_id.removeprefix("C")
    return {
        "source": "crm",
        "customer_id": customer_id,
        "started_on": NOON.date() - 100 * DAY,
        "slack_user_id": f"U{number}",
        "slack_team_id": "T2",
        "organisation_id": None,
        "segment": "enterprise",
        "language": "de",
        "timezone": "UTC",
    }


@pytest.fixture
def works(tmp_path: Path) -> Iterator[Works]:
    facts = open_facts(
        f"duckdb:///{tmp_path / 'facts.duckdb'}", memory_limit="300MB", data_folder=tmp_path
    )
    operations = open_operations(f"sqlite:///{tmp_path / 'operations.sqlite'}")
    found = Works(facts, operations)
    for number in (1, 2, 3):
        found.know(f"C{number}")
    yield found
    facts.dispose()
    operations.dispose()


def test_list_is_asked_once_and_is_over_when_all_is_sent(works: Works) -> None:
    made = works.make(NPS)
    assert works.make(NPS) == made
    assert works.ask() == 2
    assert works.ask() == 0
    assert works.parcels() == [
        ("U1", DeliveryState.PENDING, NOON),
        ("U2", DeliveryState.PENDING, NOON),
    ]
    assert works.deliver() == ["U1", "U2"]
    works.ask()
    with reading(works.operations) as session:
        campaign = campaigns.find(session, made)
        assert (campaign.state, campaign.number, campaign.order.people) == (
            CampaignState.ENDED,
            2,
            (),
        )
    assert works.states(made) == {InvitationState.SENT: 2}


def test_each_who_is_left_out_has_a_reason(works: Works) -> None:
    works.know("C4", slack_user_id=None)
    works.know("C5", slack_team_id=None)
    with writing(works.operations) as session:
        opt_outs.opt_out(session, "T2:U2", NOON)
    people = [Listed(each) for each in ("C1", "C1", "C2", "C3", "C4", "C5", "C6")]
    made = works.make(replace(NPS, people=tuple(people), teams=("billing",)))
    works.resolve("t1", "C1", NOON - 50 * DAY)
    works.ask()
    assert works.reasons(made) == {
        Reason.DUPLICATE: 1,
        Reason.NOT_THEIRS: 2,
        Reason.NO_ADDRESS: 1,
        Reason.UNREACHABLE: 1,
        Reason.NOT_KNOWN: 1,
    }
    assert works.states(made) == {InvitationState.PLANNED: 1, InvitationState.LEFT_OUT: 6}


def test_who_was_forgotten_is_not_asked(works: Works) -> None:
    with writing(works.operations) as session:
        remember(session, CUSTOMER, None, "C1", SEALER, NOON)
    made = works.make(NPS)
    works.ask()
    assert works.reasons(made) == {Reason.FORGOTTEN: 1}
    assert works.deliver() == ["U2"]


def test_restart_in_the_middle_asks_nobody_twice(works: Works) -> None:
    with works.facts.begin() as connection:
        connection.exec_driver_sql(MANY)
    people = tuple(Listed(f"C{number}") for number in range(10, 1_210))
    made = works.make(replace(NPS, people=people))
    with works.facts.connect() as facts, writing(works.operations) as session:
        assert plan_list_part(session, facts, made, works.desk.around) == 200
    with pytest.raises(KeyboardInterrupt), works.facts.connect() as facts:
        _plan_and_die(works, facts, made)
    assert works.ask() == 1_000
    assert works.ask() == 0
    asked = [to for to, _, _ in works.parcels()]
    assert sorted(asked) == sorted(f"U{number}" for number in range(10, 1_210))
    assert works.states(made) == {InvitationState.PLANNED: 1_200}


def _plan_and_die(works: Works, facts: Any, made: int) -> None:
    with writing(works.operations) as session:
        plan_list_part(session, facts, made, works.desk.around)
        raise KeyboardInterrupt


def test_pause_holds_back_what_is_not_sent_and_resume_goes_on(works: Works) -> None:
    made = works.make(NPS)
    works.ask()
    with writing(works.operations) as session:
        version = campaigns.pause(session, made, 1, EVA)
    assert works.deliver() == []
    assert works.ask() == 0
    with writing(works.operations) as session:
        campaigns.resume(session, made, version, EVA)
    assert works.deliver() == ["U1", "U2"]


def test_stop_asks_nobody_else(works: Works) -> None:
    made = works.make(NPS)
    works.ask()
    with writing(works.operations) as session:
        campaigns.stop(session, made, 1, EVA)
    assert works.deliver() == []
    assert works.ask() == 0
    assert works.reasons(made) == {Reason.STOPPED: 2}


def test_rule_asks_once_an_hour_after_the_contact(works: Works) -> None:
    made = works.make(CSAT)
    works.resolve("t0", "C2", NOON - HOUR)
    works.resolve("t1", "C1", NOON + HOUR)
    works.now = NOON + HOUR
    assert works.ask() == 0
    works.now = NOON + 2 * HOUR
    assert works.ask() == 1
    assert works.ask() == 0
    with reading(works.operations) as session:
        (row,) = session.scalars(select(Invitation)).all()
        assert (row.person, row.contact_id, row.language, row.due_at) == (
            "T2:U1",
            "t1",
            "de",
            works.now,
        )
        assert row.about == {
            "subject": "refund",
            "channel": "email",
            "issue_type": "refund",
            "team": "billing",
            "agent_id": None,
            "reopen_count": 0,
        }
    works.resolve("t2", "C1", NOON + 2 * HOUR)
    works.now = NOON + 3 * HOUR
    works.ask()
    assert works.reasons(made) == {Reason.ASKED_RECENTLY: 1}


@pytest.mark.parametrize(
    ("rule", "asked"),
    [
        (Rule(channels=("EMAIL",), issue_types=("Refund",), segments=("Enterprise",)), 1),
        (Rule(teams=("billing",)), 1),
        (Rule(channels=("phone",)), 0),
        (Rule(issue_types=("other",)), 0),
        (Rule(segments=("consumer",)), 0),
        (Rule(teams=("care",)), 0),
        (Rule(rate=0.0), 0),
    ],
)
def test_rule_asks_after_what_it_names(works: Works, rule: Rule, asked: int) -> None:
    works.make(replace(CSAT, rule=rule))
    works.resolve("t1", "C1", NOON + HOUR)
    works.now = NOON + 3 * HOUR
    assert works.ask() == asked


def test_rule_asks_in_the_shared_channel(works: Works) -> None:
    works.know("C7", slack_channel_id="C0SHARED")
    made = works.make(replace(CSAT, place=Place.SHARED))
    for number in (1, 7):
        works.resolve(f"t{number}", f"C{number}", NOON + HOUR)
    works.now = NOON + 3 * HOUR
    works.ask()
    assert works.parcels() == [("C0SHARED", DeliveryState.PENDING, works.now)]
    assert works.reasons(made) == {Reason.NO_ADDRESS: 1}


def test_yearly_survey_goes_before_one_after_a_contact(works: Works) -> None:
    works.make(CSAT)
    works.resolve("t1", "C1", NOON + HOUR)
    works.now = NOON + 3 * HOUR
    works.make(NPS)
    works.ask()
    with reading(works.operations) as session:
        rows = session.execute(select(Invitation.kind, Invitation.user_id, Invitation.reason))
        assert sorted(map(tuple, rows)) == [
            ("csat", "U1", "asked recently"),
            ("nps", "U1", ""),
            ("nps", "U2", ""),
        ]


def test_reopened_contact_takes_the_question_back(works: Works) -> None:
    made = works.make(CSAT)
    works.resolve("t1", "C1", NOON + HOUR)
    works.now = NOON + 3 * HOUR
    works.ask()
    close_due(works.desk)
    assert works.states(made) == {InvitationState.PLANNED: 1}
    with works.facts.begin() as connection:
        connection.execute(update(contacts).values(reopen_count=1))
    close_due(works.desk)
    assert works.states(made) == {InvitationState.WITHDRAWN: 1}


def test_reminder_comes_once_and_then_the_question_expires(works: Works) -> None:
    made = works.make(NPS)
    works.ask()
    works.deliver()
    works.now = NOON + 5 * DAY
    assert works.ask() == 2
    assert works.ask() == 0
    assert works.deliver() == ["U1", "U2"]
    works.now = NOON + 13 * DAY
    assert works.ask() == 0
    works.now = NOON + 14 * DAY
    close_due(works.desk)
    assert works.states(made) == {InvitationState.EXPIRED: 2}


def test_what_did_not_go_out_by_evening_goes_out_next_morning(works: Works) -> None:
    works.make(replace(NPS, people=(Listed("C1"),)))
    works.ask()
    works.now = NOON + 7 * HOUR
    _expire(works)
    morning = datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert works.parcels() == [
        ("U1", DeliveryState.MISSED, NOON),
        ("U1", DeliveryState.PENDING, morning),
    ]


def _expire(works: Works) -> None:
    settle = settling_undelivered(SETTINGS, lambda: works.now)
    with writing(works.operations) as session:
        for receipt in outbox.expire(session, works.now):
            settle(session, receipt)


def test_who_cannot_be_reached_is_left_out(works: Works) -> None:
    made = works.make(NPS)
    works.ask()
    settle = settling_undelivered(SETTINGS, lambda: works.now)
    with writing(works.operations) as session:
        _fail_all(session, works, settle)
    assert works.reasons(made) == {Reason.UNREACHABLE: 2}


def _fail_all(session: Session, works: Works, settle: Any) -> None:
    for claim in handover.claim(session, "test", works.now, 10, FAST):
        receipt = handover.mark_failed(session, claim, "gone")
        assert receipt is not None
        settle(session, receipt)
