"""``carekpi forget customer``, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from storage.facts.store import open_facts
from storage.facts.tables import customers, surveys
from storage.operations.engine import open_operations, reading, writing
from storage.operations.invitations import Invite, parcel_of, person_of, plan
from storage.operations.outbox import enqueue
from storage.operations.outbox_models import Delivery
from storage.operations.survey_answers import add_comment, record_answer
from storage.operations.survey_models import (
    Campaign,
    CampaignState,
    FollowUp,
    Invitation,
    SurveyAnswer,
)
from storage.sealing import new_key
from tests.bot.command_line import NOW, Said, run_command
from tests.clickhouse import House
from tests.postgresql import Server
from tests.storage.operations.surveying import AN_EMPTY_LIST

KEY = new_key()
CUSTOMERS = (
    "customer_id,started_on,name,segment,slack_user_id,slack_team_id,slack_channel_id\n"
    "k1,2025-01-01,Xylophone Ltd,small,U0XYL,T0XYL,C0XYL\n"
    "k2,2025-01-01,Other Ltd,small,U0OTH,T0OTH,C0OTH\n"
)
SURVEYS = (
    "survey_id,kind,sent_at,answered_at,score,customer_id,respondent_id,comment\n"
    "s1,nps,2026-02-01,2026-02-02,3,k1,U0XYL,Xylophone is slow\n"
    "s2,nps,2026-02-01,2026-02-02,10,k2,U0OTH,Fine\n"
)


INVITE = Invite(
    key="1:U0XYL",
    campaign_id=1,
    kind="nps",
    purpose="relationship",
    user_id="U0XYL",
    team_id="T0XYL",
    place_id="U0XYL",
    language="en",
    expires_at=NOW + timedelta(days=7),
    customer_id="k1",
    about={"subject": "Xylophone repair", "team": "Billing"},
)


@pytest.fixture(params=["files", "postgresql", "clickhouse"])
def environ(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    own = {"CAREKPI_KEYS": KEY}
    if request.param == "files":
        yield own
        return
    if request.param == "clickhouse":
        house: House = request.getfixturevalue("clickhouse")
        with house.database() as facts:
            yield own | {"CAREKPI_FACTS_URL": facts}
        return
    server: Server = request.getfixturevalue("postgresql")
    with server.database() as facts, server.database() as operations:
        yield own | {"CAREKPI_FACTS_URL": facts, "CAREKPI_OPERATIONS_URL": operations}


class Store:
    """A folder with a customer's data, and the commands typed there."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder, self.environ = folder, environ

    def type(self, *argv: str) -> Said:
        return run_command(self.folder / "data", *argv, environ=self.environ)

    def load(self) -> None:
        for fact, text in (("customers", CUSTOMERS), ("surveys", SURVEYS)):
            path = self.folder / f"{fact}.csv"
            path.write_text(text)
            said = self.type("import", fact, str(path), "--source", "crm", "--timezone", "UTC")
            assert said.status == 0, said

    def facts(self) -> Engine:
        url = f"duckdb:///{self.folder / 'data' / 'facts.duckdb'}"
        return open_facts(
            self.environ.get("CAREKPI_FACTS_URL", url),
            memory_limit="600MB",
            data_folder=self.folder / "data",
        )

    def operations(self) -> Engine:
        url = f"sqlite:///{self.folder / 'data' / 'operations.sqlite'}"
        return open_operations(self.environ.get("CAREKPI_OPERATIONS_URL", url))

    def customers(self) -> list[tuple[object, ...]]:
        row = customers.c
        return self._rows(
            select(row.customer_id, row.name, row.segment, row.slack_user_id).order_by(
                row.customer_id
            )
        )

    def surveys(self) -> list[tuple[object, ...]]:
        row = surveys.c
        return self._rows(
            select(row.survey_id, row.score, row.respondent_id, row.comment).order_by(row.survey_id)
        )

    def _rows(self, statement: object) -> list[tuple[object, ...]]:
        engine = self.facts()
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(statement)]  # type: ignore[call-overload]  # a select
        engine.dispose()
        return found


@pytest.fixture
def store(tmp_path: Path, environ: dict[str, str]) -> Store:
    made = Store(tmp_path, environ)
    made.load()
    return made


@pytest.fixture
def on_files(tmp_path: Path) -> Store:
    """For what the engine has no part in."""
    made = Store(tmp_path, {"CAREKPI_KEYS": KEY})
    made.load()
    return made


FORGOTTEN_CUSTOMERS = [("k1", None, "small", None), ("k2", "Other Ltd", "small", "U0OTH")]
FORGOTTEN_SURVEYS = [("s1", 3.0, None, None), ("s2", 10.0, "U0OTH", "Fine")]


def test_names_comments_and_slack_ids_go_and_do_not_come_back(store: Store) -> None:
    said = store.type("forget", "customer", "k1")
    assert said.status == 0
    assert said.out.splitlines()[0] == (
        "Customer k1 is forgotten: the name and Slack ids in 0 invitations, 0 comments, and what"
        " names the customer in 2 rows of customers and surveys."
    )
    assert (store.customers(), store.surveys()) == (FORGOTTEN_CUSTOMERS, FORGOTTEN_SURVEYS)
    store.load()
    assert (store.customers(), store.surveys()) == (FORGOTTEN_CUSTOMERS, FORGOTTEN_SURVEYS)


def invited_and_answered(session: Session) -> str:
    """A customer is asked and answers with words; the invitation's id."""
    session.add(
        Campaign(
            name="NPS",
            kind="nps",
            purpose="relationship",
            content=AN_EMPTY_LIST,
            state=CampaignState.ACTIVE,
            order_key="one",
            owner="U0EVA",
            made_at=NOW,
            changed_at=NOW,
            changed_by="U0EVA",
        )
    )
    session.flush()
    (invited,) = plan(session, [INVITE], NOW)
    row = session.get_one(Invitation, invited)
    enqueue(session, [parcel_of(row)], NOW)
    person = person_of("U0XYL", "T0XYL")
    record_answer(session, invited, 2, person, "1.0", NOW)
    add_comment(session, invited, person, "Xylophone is slow", NOW)
    return invited


def test_what_was_asked_here_keeps_its_score_and_no_word(store: Store) -> None:
    operations = store.operations()
    with writing(operations) as session:
        invited = invited_and_answered(session)
    said = store.type("forget", "customer", "k1")
    assert said.out.splitlines()[0] == (
        "Customer k1 is forgotten: the name and Slack ids in 1 invitation, 1 comment, and what"
        " names the customer in 2 rows of customers and surveys."
    )
    with reading(operations) as session:
        answer = session.get_one(SurveyAnswer, invited)
        kept = session.get_one(Invitation, invited)
        loop = session.get_one(FollowUp, invited)
        assert (answer.score, answer.comment, answer.may_call) == (2, None, False)
        assert (kept.user_id, kept.team_id, kept.about) == ("forgotten", "", {"team": "Billing"})
        assert (loop.outcome, loop.closed_at) == ("forgotten", NOW)
        assert session.scalars(select(Delivery.recipient)).all() == []
        tables = Invitation.metadata.sorted_tables
        words = " ".join(str(row) for table in tables for row in session.execute(select(table)))
        assert ("U0XYL" in words, "Xylophone" in words, "T0XYL" in words) == (False, False, False)
    operations.dispose()


def test_unknown_customer_changes_nothing(on_files: Store) -> None:
    assert on_files.type("forget", "customer", "k9") == Said(
        1, "", "No customer k9 is known here, so nothing was changed.\n"
    )
    assert on_files.type("forget", "customer", "k1", "--source", "other").status == 1
    assert on_files.customers()[0] == ("k1", "Xylophone Ltd", "small", "U0XYL")


def test_another_systems_customer_of_that_id_stays(store: Store) -> None:
    facts = store.facts()
    with facts.begin() as connection:
        other = {"source": "shop", "customer_id": "k1", "name": "Shopper", "started_on": NOW.date()}
        connection.execute(insert(customers), [other])
    facts.dispose()
    assert store.type("forget", "customer", "k1", "--source", "crm").status == 0
    assert sorted(str(row[1]) for row in store.customers()) == ["None", "Other Ltd", "Shopper"]


def test_slack_id_of_who_was_forgotten_is_on_no_list_any_more(on_files: Store) -> None:
    listed = on_files.folder / "LIST.csv"
    listed.write_text("slack_user_id\nU0XYL\nU0OTH\n")
    assert on_files.type("survey", "send", "nps", "--file", str(listed)).status == 0
    assert on_files.type("survey", "pause", "1").status == 0
    assert on_files.type("forget", "customer", "k1").status == 0
    said = on_files.type("survey", "send", "nps", "--file", str(listed), "--dry-run")
    assert said.out.splitlines()[1:6] == [
        "Asked: 1.",
        "Left out: 1.",
        "1: was forgotten",
        "",
        "U0XYL: was forgotten",
    ]
    operations = on_files.operations()
    with reading(operations) as session:
        (kept,) = session.scalars(select(Campaign.content))
        assert kept["people"] == [["k1", ""], ["", "U0OTH"]]
    operations.dispose()


def test_who_was_forgotten_in_one_system_is_asked_as_customer_of_another_alone(
    on_files: Store,
) -> None:
    other = on_files.folder / "shop.csv"
    other.write_text("customer_id,started_on,slack_user_id,slack_team_id\nk7,2025-01-01,U0XYL,T0\n")
    listed = on_files.folder / "LIST.csv"
    listed.write_text("slack_user_id\nU0XYL\n")
    dry_run = ("survey", "send", "nps", "--file", str(listed), "--dry-run")
    on_files.type("forget", "customer", "k1", "--source", "crm")
    assert on_files.type(*dry_run).out.splitlines()[1:4] == [
        "Asked: 0.",
        "Left out: 1.",
        "1: was forgotten",
    ]
    said = on_files.type("import", "customers", str(other), "--source", "shop", "--timezone", "UTC")
    assert said.status == 0, said
    assert on_files.type(*dry_run).out.splitlines()[1] == "Asked: 1."
