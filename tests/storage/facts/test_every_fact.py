"""Each fact loads by the same rules: what is kept, replaced, set aside and refused."""

from __future__ import annotations

import csv
from datetime import datetime

import duckdb
import pytest

from storage.facts.declared import FACTS
from storage.facts.loading import LoadReport
from storage.facts.tables import facts
from tests.storage.facts.conftest import NOW, Store, rejected
from tests.storage.facts.examples import COSTS, EXAMPLES, SURVEYS, Example

SAME_KEY = "the same key stands earlier in the file"

every_fact = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.fact)


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


def faults(report: LoadReport) -> list[tuple[str, ...]]:
    return [tuple(row) for row in csv.reader(rejected(report))]


def test_every_table_of_facts_can_be_loaded() -> None:
    assert [fact.name for fact in FACTS] == [name for name in facts.tables if name != "coverage"]
    assert [example.fact for example in EXAMPLES] == [fact.name for fact in FACTS]


@every_fact
def test_sound_row_is_kept_as_given(store: Store, example: Example) -> None:
    report = store.load_text(example.file(example.sound), fact=example.fact)
    assert (report.rows_read, report.loaded, report.rejected) == (1, 1, 0)
    assert store.rows(f"SELECT * FROM {example.fact}") == [example.kept]


@every_fact
def test_key_of_before_is_replaced_and_others_stay(store: Store, example: Example) -> None:
    """Coverage reaches the newest time, or the end of the newest day."""
    first = store.load_text(example.file(example.sound, example.other), fact=example.fact)
    assert first.until == (datetime.fromisoformat(example.until) if example.until else NOW)
    report = store.load_text(example.file(example.changed), fact=example.fact)
    assert (report.loaded, report.replaced) == (1, 1)
    assert store.row(f"SELECT count(*) FROM {example.fact}") == (2,)
    again = store.load_text(example.file(example.sound), fact=example.fact)
    assert (again.replaced, store.row(f"SELECT count(*) FROM {example.fact}")) == (1, (2,))
    assert example.kept in store.rows(f"SELECT * FROM {example.fact}")


@every_fact
def test_key_that_stands_twice_is_rejected(embedded: Store, example: Example) -> None:
    content = example.file(example.sound, example.other, example.changed)
    report = embedded.load_text(content, fact=example.fact)
    columns, _, value = example.key.partition(": ")
    assert faults(report) == [("4", columns, value, SAME_KEY)]
    assert (report.loaded, report.rejected) == (2, 1)
    assert example.kept in embedded.rows(f"SELECT * FROM {example.fact}")


@every_fact
def test_last_row_of_a_key_wins_where_the_mapping_says_so(
    embedded: Store, example: Example
) -> None:
    mapping = embedded.mapping('winner = "last"')
    content = example.file(example.changed, example.other, example.sound)
    report = embedded.load_text(content, fact=example.fact, mapping=mapping, source="carekpi")
    assert (report.loaded, report.superseded, report.rejected) == (2, 1, 0)
    assert example.kept in embedded.rows(f"SELECT * FROM {example.fact}")


@every_fact
def test_unfit_rows_are_set_aside(embedded: Store, example: Example) -> None:
    rows = [row for row, _ in example.unfit]
    report = embedded.load_text(example.file(*rows, example.sound), fact=example.fact)
    assert rejected(report) == [
        f"{line},{fault}" for line, (_, fault) in enumerate(example.unfit, 2)
    ]
    assert (report.loaded, report.rejected) == (1, len(rows))


@every_fact
def test_strict_loads_nothing(store: Store, example: Example) -> None:
    content = example.file(example.sound, example.unfit[0][0])
    report = store.load_text(content, fact=example.fact, strict=True)
    assert (report.refused, report.loaded, report.rejected) == (True, 0, 1)
    assert store.rows(f"SELECT * FROM {example.fact}") == []


@every_fact
def test_dry_run_changes_nothing(store: Store, example: Example) -> None:
    store.load_text(example.file(example.sound), fact=example.fact)
    content = example.file(example.changed, example.other, example.unfit[0][0])
    report = store.load_text(content, fact=example.fact, dry_run=True)
    assert (report.loaded, report.replaced, report.rejected) == (2, 1, 1)
    assert store.rows(f"SELECT * FROM {example.fact}") == [example.kept]


@every_fact
def test_json_lines_and_parquet_of_the_same_rows(embedded: Store, example: Example) -> None:
    export = embedded.folder / "export.csv"
    embedded.load_text(example.file(example.sound), fact=example.fact, name=export.name)
    for name, written in (("rows.jsonl", "FORMAT json"), ("rows.parquet", "FORMAT parquet")):
        duckdb.execute(
            f"COPY (FROM read_csv('{export}', all_varchar = {name == 'rows.jsonl'}))"
            f" TO '{embedded.folder / name}' ({written})"
        )
        report = embedded.load_text(
            (embedded.folder / name).read_bytes(), fact=example.fact, name=name, source="carekpi"
        )
        assert (report.loaded, report.replaced) == (1, 1)
        assert embedded.rows(f"SELECT * FROM {example.fact}") == [example.kept]


@pytest.mark.parametrize(
    ("kind", "lowest", "highest"), [("csat", 1, 5), ("nps", 0, 10), ("ces", 1, 7)]
)
def test_score_of_a_survey_is_in_the_range_of_its_kind(
    store: Store, kind: str, lowest: int, highest: int
) -> None:
    scores = [lowest, highest, lowest - 1, highest + 1, "", 1.5]
    rows = [f"{n},{kind},2026-03-01,2026-03-01,{score}" for n, score in enumerate(scores)]
    content = "\n".join(("survey_id,kind,sent_at,answered_at,score", *rows))
    report = store.load_text(content, fact="surveys")
    reason = f"outside {lowest} to {highest}, the range of {kind}"
    assert faults(report) == [
        ("4", "score", str(lowest - 1), reason),
        ("5", "score", str(highest + 1), reason),
    ]
    assert store.rows("SELECT score FROM surveys ORDER BY survey_id") == [
        (float(lowest),),
        (float(highest),),
        (None,),
        (1.5,),
    ]


def test_survey_about_a_contact_has_that_purpose_and_no_other_is_guessed(store: Store) -> None:
    store.load_text(
        "survey_id,kind,sent_at,contact_id,purpose\n"
        "1,nps,2026-03-01,c1,\n2,nps,2026-03-01,,\n3,nps,2026-03-01,c1,relationship\n",
        fact="surveys",
    )
    assert store.rows("SELECT survey_id, purpose FROM surveys ORDER BY 1") == [
        ("1", "contact"),
        ("2", None),
        ("3", "relationship"),
    ]


def test_survey_about_a_contact_has_that_purpose_without_the_column(store: Store) -> None:
    store.load_text("survey_id,kind,sent_at,contact_id\n1,nps,2026-03-01,c1\n", fact="surveys")
    assert store.rows("SELECT purpose FROM surveys") == [("contact",)]


def test_marks_of_a_skipped_question_become_no_score(store: Store) -> None:
    mapping = store.mapping(
        'fact = "surveys"\nnull_marks = ["n/a"]\n[values.score]\n6 = ""\nBlank = ""\n'
    )
    rows = [f"{n},csat,2026-03-01,2026-03-01,{s}" for n, s in enumerate((5, 6, "BLANK", "n/a", 7))]
    content = "\n".join(("survey_id,kind,sent_at,answered_at,score", *rows))
    report = store.load_text(content, fact="surveys", mapping=mapping)
    assert faults(report) == [("6", "score", "7", "outside 1 to 5, the range of csat")]
    assert store.rows("SELECT score, answered_at IS NOT NULL FROM surveys ORDER BY survey_id") == [
        (5.0, True),
        (None, True),
        (None, True),
        (None, True),
    ]


def test_every_other_value_may_mean_none(store: Store) -> None:
    mapping = store.mapping('[values.priority]\nP1 = "high"\n"*" = ""\n')
    content = "contact_id,channel,opened_at,priority\n1,chat,2026-03-01,P1\n2,chat,2026-03-01,P2\n"
    store.load_text(content, mapping=mapping)
    assert store.rows("SELECT priority FROM contacts ORDER BY contact_id") == [("high",), (None,)]


def test_stays_of_one_customer_may_overlap(store: Store) -> None:
    report = store.load_text(
        "customer_id,started_on,ended_on\nk1,2026-01-01,2026-06-01\nk1,2026-03-01,\n"
        "k1,2026-09-01,2026-09-01\n",
        fact="customers",
    )
    assert (report.loaded, report.rejected) == (3, 0)


def test_review_without_a_score_is_kept(store: Store) -> None:
    store.load_text("review_id,agent_id,reviewed_at\nq1,a1,2026-03-01\n", fact="qa_reviews")
    assert store.rows("SELECT review_id, score, purpose FROM qa_reviews") == [("q1", None, None)]


def test_amount_may_be_negative_and_its_currency_is_in_capitals(store: Store) -> None:
    store.load_text(COSTS.file(COSTS.changed, "x3,2026-03-02,,,1e3,usd"), fact="costs")
    assert store.rows("SELECT amount, currency FROM costs ORDER BY amount") == [
        (-80.0, "EUR"),
        (1000.0, "USD"),
    ]


def test_longest_gap_of_days_is_counted_from_day_to_day(store: Store) -> None:
    rows = [f"x{day},2026-03-{day:02},,,1,EUR" for day in (2, 3, 6, 7)]
    report = store.load_text(COSTS.file(*rows), fact="costs")
    assert report.longest_gap_seconds == 3 * 86_400.0
    assert store.rows("SELECT fact, longest_gap_seconds FROM coverage") == [("costs", 259_200.0)]


def test_longest_gap_of_surveys_is_between_sendings(store: Store) -> None:
    report = store.load_text(SURVEYS.file(SURVEYS.sound, SURVEYS.other), fact="surveys")
    assert report.longest_gap_seconds == (28 * 24 + 10) * 3600.0


def test_local_times_are_those_of_the_zone_and_days_stay_as_written(store: Store) -> None:
    store.load_text(
        "session_id,started_at\nh1,2026-03-01 00:30\n",
        fact="help_sessions",
        timezone="Europe/Berlin",
    )
    store.load_text("cost_id,day,amount,currency\nx1,2026-03-01,1,EUR\n", fact="costs",
                    timezone="Europe/Berlin")  # fmt: skip
    (session,) = store.row("SELECT started_at FROM help_sessions")
    (day,) = store.row("SELECT day FROM costs")
    assert (session.isoformat(), day.isoformat()) == ("2026-02-28T23:30:00", "2026-03-01")
