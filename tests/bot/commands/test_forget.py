"""``carekpi forget``."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.facts.store import open_facts
from storage.facts.tables import agents
from storage.operations.audit import By
from storage.operations.engine import open_operations, reading, writing
from storage.operations.quality_models import (
    Appeal,
    AppealState,
    CoachingNote,
    Forgotten,
    NoteState,
    ReviewDraft,
)
from storage.operations.scorecards import keep_file_cards
from storage.quality.card_settings import shipped_cards
from storage.sealing import Sealer, new_key
from tests.bot.command_line import NOW, Said, run_command

KEY = new_key()
ENVIRON = {"CAREKPI_KEYS": KEY}
AGENTS = (
    "agent_id,name,email,team\n"
    "17,Amy Ash,amy@example.com,Billing\n"
    "18,Ben Birch,ben@example.com,Billing\n"
)
REVIEWS = "review_id,agent_id,reviewed_at,score,team\nr1,17,2026-02-20T10:00:00Z,80,Billing\n"
SECRET = "xylophone"


def forget(folder: Path, *words: str) -> Said:
    return run_command(folder, "forget", "agent", *words, environ=ENVIRON)


def load(folder: Path, fact: str, text: str) -> Said:
    path = folder / f"{fact}.csv"
    path.write_text(text)
    argv = ("import", fact, str(path), "--source", "hr", "--timezone", "UTC")
    return run_command(folder / "data", *argv, environ=ENVIRON)


def named(folder: Path) -> list[tuple[str | None, ...]]:
    engine = open_facts(
        f"duckdb:///{folder / 'data' / 'facts.duckdb'}",
        memory_limit="600MB",
        data_folder=folder / "data",
    )
    rows = select(agents.c.agent_id, agents.c.name, agents.c.email, agents.c.team)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(rows.order_by(agents.c.agent_id))]
    engine.dispose()
    return found


def test_text_and_person_go_and_figures_stay(tmp_path: Path) -> None:
    load(tmp_path, "agents", AGENTS)
    load(tmp_path, "qa_reviews", REVIEWS)
    operations = open_operations(f"sqlite:///{tmp_path / 'data' / 'operations.sqlite'}")
    with writing(operations) as session:
        _write_about(session, "17")
    said = forget(tmp_path / "data", "17")
    assert said.status == 0
    assert said.out.splitlines()[0] == (
        "Agent 17 is forgotten: the text of 1 note, 1 appeal and 1 draft, and the name, e-mail"
        " address and Slack id in 1 row of agents."
    )
    with reading(operations) as session:
        note = session.scalars(select(CoachingNote)).one()
        appeal = session.scalars(select(Appeal)).one()
        assert (note.sealed, note.agent_user_id, note.score) == (None, "", 80.0)
        assert (appeal.sealed_reason, appeal.sealed_outcome) == (None, None)
        assert session.scalars(select(ReviewDraft.contact_id)).all() == ["of another agent"]
    operations.dispose()
    assert named(tmp_path) == [
        ("17", None, None, "Billing"),
        ("18", "Ben Birch", "ben@example.com", "Billing"),
    ]
    asked = ("ask", "quality score 2026-02 by team", "--json", "--timezone", "UTC")
    answer = run_command(tmp_path / "data", *asked, environ=ENVIRON).json
    assert [row["value"] for row in answer["rows"]] == [80.0]


def test_what_was_forgotten_stays_forgotten_in_later_imports(tmp_path: Path) -> None:
    load(tmp_path, "agents", AGENTS)
    forget(tmp_path / "data", "17")
    load(tmp_path, "agents", AGENTS)
    assert [(row[0], row[1]) for row in named(tmp_path)] == [("17", None), ("18", "Ben Birch")]


def test_id_itself_is_not_kept_as_forgotten(tmp_path: Path) -> None:
    load(tmp_path, "agents", AGENTS)
    forget(tmp_path / "data", "17")
    operations = open_operations(f"sqlite:///{tmp_path / 'data' / 'operations.sqlite'}")
    with reading(operations) as session:
        (row,) = session.scalars(select(Forgotten))
    operations.dispose()
    assert (row.kind, len(row.hash), row.forgotten_at) == ("agent", 64, NOW)


def test_import_without_the_key_is_refused_once_somebody_was_forgotten(tmp_path: Path) -> None:
    load(tmp_path, "agents", AGENTS)
    forget(tmp_path / "data", "17")
    path = tmp_path / "agents.csv"
    said = run_command(tmp_path / "data", "import", "agents", str(path), "--source", "hr")
    assert said.status == 2
    assert said.err == (
        "CAREKPI_KEYS holds no key, so nothing confidential is kept. Make a key with carekpi keys"
        " new and put it into CAREKPI_KEYS, the newest first.\n"
    )
    assert named(tmp_path)[0] == ("17", None, None, "Billing")


def test_agent_of_one_source_alone(tmp_path: Path) -> None:
    load(tmp_path, "agents", AGENTS)
    assert forget(tmp_path / "data", "17", "--source", "zendesk") == Said(
        1, "", "No agent 17 is known here, so nothing was changed.\n"
    )
    assert forget(tmp_path / "data", "17", "--source", "hr").status == 0
    assert named(tmp_path)[0] == ("17", None, None, "Billing")


def test_forgetting_without_a_key_changes_nothing(tmp_path: Path) -> None:
    load(tmp_path, "agents", AGENTS)
    said = run_command(tmp_path / "data", "forget", "agent", "17")
    assert said.status == 2
    assert named(tmp_path)[0] == ("17", "Amy Ash", "amy@example.com", "Billing")


def _write_about(session: Session, agent_id: str) -> None:
    sealer = Sealer([KEY])
    keep_file_cards(session, shipped_cards(), By("carekpi.toml", NOW))
    session.add(_note(agent_id, sealer))
    session.flush()
    session.add(
        Appeal(
            id="a1",
            note_id="n1",
            proposed={},
            sealed_reason=sealer.seal(SECRET),
            sealed_outcome=sealer.seal(SECRET),
            made_at=NOW,
            state=AppealState.DECLINED,
        )
    )
    session.add(_draft("of this agent", agent_id, sealer))
    session.add(_draft("of another agent", "18", sealer))


def _note(agent_id: str, sealer: Sealer) -> CoachingNote:
    return CoachingNote(
        id="n1",
        reviewer="U0RAY",
        agent_source="hr",
        agent_id=agent_id,
        agent_user_id="U0AMY",
        source="hr",
        contact_id="c1",
        channel="phone",
        scorecard_id=1,
        answers={},
        score=80.0,
        auto_failed=False,
        themes={"criteria": []},
        sealed=sealer.seal(SECRET),
        state=NoteState.READ,
        reviewed_at=NOW,
    )


def _draft(contact_id: str, agent_id: str, sealer: Sealer) -> ReviewDraft:
    written = {"contact": {"agent_id": agent_id, "source": "hr"}}
    return ReviewDraft(
        id=contact_id,
        reviewer="U0RAY",
        source="hr",
        contact_id=contact_id,
        scorecard_id=1,
        sealed=sealer.seal(json.dumps(written)),
        changed_at=NOW,
    )
