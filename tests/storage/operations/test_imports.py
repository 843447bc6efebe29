"""The history of imports."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from storage.operations import imports
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.operations.models import ImportOutcome
from tests.storage.operations.conftest import NOW


def begin(operations: Engine, file_name: str) -> int:
    with writing(operations) as session:
        return imports.start(
            session, fact="contacts", file_name=file_name, mapping="zendesk", by=By("ann", NOW)
        )


def test_import_finished_is_kept_with_its_counts(operations: Engine) -> None:
    import_id = begin(operations, "march.csv")
    later, until = NOW + timedelta(minutes=2), NOW - timedelta(hours=3)
    with writing(operations) as session:
        imports.finish(
            session,
            import_id,
            imports.Ending(
                ImportOutcome.LOADED,
                at=later,
                source="zendesk",
                counts=imports.Counts(read=10, loaded=8, replaced=3, rejected=2),
                until=until,
            ),
        )
    with reading(operations) as session:
        (kept,) = imports.newest(session)
    assert (kept.file_name, kept.mapping, kept.who, kept.source) == (
        "march.csv",
        "zendesk",
        "ann",
        "zendesk",
    )
    assert (kept.rows_read, kept.rows_loaded, kept.rows_replaced, kept.rows_rejected) == (
        10,
        8,
        3,
        2,
    )
    assert (kept.started_at, kept.finished_at, kept.until, kept.outcome) == (
        NOW,
        later,
        until,
        ImportOutcome.LOADED,
    )


def test_imports_left_running_by_a_crash_are_marked(operations: Engine) -> None:
    begin(operations, "one.csv")
    refused = begin(operations, "two.csv")
    with writing(operations) as session:
        imports.finish(
            session,
            refused,
            imports.Ending(ImportOutcome.REFUSED, at=NOW, reason="2 rows rejected"),
        )
    with writing(operations) as session:
        imports.mark_interrupted(session, at=NOW, begun_before=NOW)
    with reading(operations) as session:
        ended = [(kept.file_name, kept.outcome, kept.reason) for kept in imports.newest(session)]
    assert ended == [
        ("two.csv", ImportOutcome.REFUSED, "2 rows rejected"),
        ("one.csv", ImportOutcome.INTERRUPTED, None),
    ]


def test_import_begun_later_is_left_to_whoever_runs_it(operations: Engine) -> None:
    begin(operations, "one.csv")
    with writing(operations) as session:
        imports.mark_interrupted(session, at=NOW, begun_before=NOW - timedelta(seconds=1))
    with reading(operations) as session:
        assert [kept.outcome for kept in imports.newest(session)] == [ImportOutcome.RUNNING]
