"""What Prometheus reads of a process, and of the operations database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from storage.monitoring.ledger import Ledger
from storage.monitoring.measures import Measures
from storage.operations import handover, imports
from storage.operations.audit import By
from storage.operations.engine import writing
from storage.operations.models import ImportOutcome
from storage.operations.outbox import Parcel, Priority, enqueue
from storage.operations.paces import Pacing
from tests.storage.operations.template import make_operations

OPERATING = Path(__file__).parents[3] / "docs" / "operating.md"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def told(measures: Measures, *names: str) -> dict[str, float]:
    """What is told under these names; not when each was begun."""
    lines = [line.rsplit(" ", 1) for line in measures.expose().decode().splitlines()]
    return {
        name: float(value)
        for name, value in lines
        if name.startswith(names) and "_created" not in name and "_bucket" not in name
    }


def parcel(key: str, not_before: datetime) -> Parcel:
    content = {"message": {"text": "hi"}}
    return Parcel(key, "test", Priority.NOTE, key, "test:1", content, not_before=not_before)


def test_deliveries_are_told_by_state_and_the_oldest_by_its_age(tmp_path: Path) -> None:
    operations, measures = make_operations(tmp_path), Measures()
    measures.registry.register(Ledger(lambda: operations, lambda: NOW))
    with writing(operations) as session:
        waits = [parcel("old", NOW - timedelta(hours=2)), parcel("new", NOW - timedelta(hours=1))]
        enqueue(session, [*waits, parcel("not yet", NOW + timedelta(days=1))], NOW)
    before = told(measures, "carekpi_outbox_age", "carekpi_deliveries")
    with writing(operations) as session:
        for claim in handover.claim(session, "test", NOW, 2, Pacing()):
            handover.mark_sent(session, claim.id, "C1", "1.1", NOW)
    after = told(measures, "carekpi_outbox_age", "carekpi_deliveries")
    operations.dispose()
    others = {f'carekpi_deliveries{{state="{state}"}}': 0 for state in ("claimed", "failed")}
    others |= {f'carekpi_deliveries{{state="{state}"}}': 0 for state in ("missed", "stopped")}
    assert before == others | {
        "carekpi_outbox_age_seconds": 7200,
        'carekpi_deliveries{state="pending"}': 3,
        'carekpi_deliveries{state="sent"}': 0,
    }
    assert after == others | {
        "carekpi_outbox_age_seconds": 0,
        'carekpi_deliveries{state="pending"}': 1,
        'carekpi_deliveries{state="sent"}': 2,
    }


def test_imports_are_told_by_fact_with_their_rejects(tmp_path: Path) -> None:
    operations, measures = make_operations(tmp_path), Measures()
    measures.registry.register(Ledger(lambda: operations, lambda: NOW))
    _load(operations, rows_rejected=2)
    _load(operations, rows_rejected=3)
    found = told(measures, "carekpi_import")
    operations.dispose()
    assert found == {
        'carekpi_imports_total{fact="contacts",outcome="loaded"}': 2,
        'carekpi_import_rows_total{fact="contacts",result="loaded"}': 20,
        'carekpi_import_rows_total{fact="contacts",result="replaced"}': 2,
        'carekpi_import_rows_total{fact="contacts",result="rejected"}': 5,
    }


def test_ledger_that_can_not_be_read_takes_nothing_from_the_rest() -> None:
    measures = Measures()
    away = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    measures.registry.register(Ledger(lambda: away, lambda: NOW))
    measures.watch(lambda: {"operations": False, "facts": True})
    assert told(measures, "carekpi_deliveries", "carekpi_up") == {
        'carekpi_up{part="operations"}': 0,
        'carekpi_up{part="facts"}': 1,
    }


def test_answers_are_told_by_metric_and_kind_and_a_refusal_is_none() -> None:
    measures = Measures()
    with measures.answering("first_metric", "figure"):
        pass
    with pytest.raises(ZeroDivisionError), measures.answering("first_metric", "why"):
        raise ZeroDivisionError
    found = told(measures, "carekpi_answer_seconds_count")
    assert found == {'carekpi_answer_seconds_count{kind="figure",metric="first_metric"}': 1}


def test_process_tells_its_memory_files_and_threads() -> None:
    found = told(Measures(), "process_resident_memory_bytes", "process_open_fds", "carekpi_threads")
    assert {name: value > 0 for name, value in found.items()} == {
        "process_resident_memory_bytes": True,
        "process_open_fds": True,
        "carekpi_threads": True,
    }


def test_every_measure_is_documented(tmp_path: Path) -> None:
    operations, measures = make_operations(tmp_path), Measures()
    measures.registry.register(Ledger(lambda: operations, lambda: NOW))
    measures.watch(dict)
    names = {family.name for family in measures.registry.collect()}
    operations.dispose()
    documented = OPERATING.read_text(encoding="utf-8")
    own = {name for name in names if name.startswith("carekpi_")}
    assert len(own) == 15
    assert {name for name in own if f"`{name}" not in documented} == set()


def test_two_processes_in_one_keep_their_measures_apart() -> None:
    one, other = Measures(), Measures()
    one.rate_limited("chat.postMessage")
    name = 'carekpi_slack_rate_limited_total{method="chat.postMessage"}'
    assert (told(one, name), told(other, name)) == ({name: 1}, {})


def _load(operations: Engine, rows_rejected: int) -> None:
    counts = imports.Counts(read=12, loaded=10, replaced=1, rejected=rows_rejected)
    with writing(operations) as session:
        import_id = imports.start(session, "contacts", "march.csv", "zendesk", By("ann", NOW))
        imports.finish(session, import_id, imports.Ending(ImportOutcome.LOADED, NOW, counts=counts))
