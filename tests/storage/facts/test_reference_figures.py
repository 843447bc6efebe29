"""Real exports, with the figures that were counted from them by other means."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.facts.loading import LoadOrder
from tests.storage.facts.conftest import DATA, ROOT, Store, opened_in, stored

HOURS = "epoch(resolved_at - opened_at) / 3600"

DOCUMENT = (ROOT / "docs" / "mappings.md").read_text(encoding="utf-8")
SF311 = DOCUMENT.split("```toml\n")[1].split("```")[0]
"""The example that the documentation teaches, word for word."""


@pytest.fixture(scope="module")
def incidents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with opened_in(tmp_path_factory.mktemp("incidents")) as store:
        report = store.load(DATA / "incident_event_log.zip", mapping="servicenow", timezone="UTC")
        assert (report.loaded, report.rejected, report.superseded) == (24_918, 0, 2_928)
        yield store


def test_servicenow_volume_by_month(incidents: Store) -> None:
    counted = incidents.rows(
        "SELECT strftime(opened_at, '%Y-%m') AS month, count(*) FROM contacts"
        " WHERE month BETWEEN '2016-03' AND '2016-05' GROUP BY month ORDER BY month"
    )
    assert counted == [("2016-03", 8995), ("2016-04", 7934), ("2016-05", 7508)]


@pytest.mark.parametrize(
    ("end", "open_then"), [("2016-04-01", 1825), ("2016-05-01", 1340), ("2016-06-01", 1272)]
)
def test_servicenow_backlog_at_month_end(incidents: Store, end: str, open_then: int) -> None:
    counted = incidents.row(
        f"SELECT count(*) FROM contacts WHERE opened_at < '{end}'"
        f" AND (resolved_at >= '{end}' OR resolved_at IS NULL)"
    )
    assert counted == (open_then,)


def test_servicenow_resolution_time(incidents: Store) -> None:
    assert incidents.row(
        f"SELECT round(avg({HOURS}), 2), round(median({HOURS}), 2) FROM contacts"
    ) == (177.34, 25.75)


def test_servicenow_shares_of_the_last_rows(incidents: Store) -> None:
    shares = incidents.row(
        "SELECT "
        + ", ".join(
            f"round(100 * avg(({condition})::INTEGER), 2)"
            for condition in (
                "resolved_within_target",
                "reopen_count > 0",
                "resolved_on_first_contact",
                "channel = 'web'",
            )
        )
        + " FROM contacts"
    )
    assert shares == (63.42, 1.10, 54.13, 0.63)


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with opened_in(tmp_path_factory.mktemp("cases")) as store:
        mapping = store.mapping(SF311, "sf311.toml")
        report = store.load(DATA / "sf311_cases.csv.gz", mapping=mapping)
        assert (report.rows_read, report.loaded, report.rejected) == (10_000, 9_871, 129)
        assert dict(report.reasons) == {"before opened_at": 129}
        assert report.source == "sf311"
        yield store


def test_sf311_median_resolution(cases: Store) -> None:
    assert cases.row(f"SELECT round(median({HOURS}), 2) FROM contacts") == (68.33,)


@pytest.mark.parametrize(("year", "open_then"), [(2014, 331), (2015, 419)])
def test_sf311_open_at_the_end_of_a_year(cases: Store, year: int, open_then: int) -> None:
    end = f"'{year + 1}-01-01 08:00'"  # midnight in San Francisco
    counted = cases.row(
        f"SELECT count(*) FROM contacts WHERE opened_at < {end}"
        f" AND (resolved_at >= {end} OR resolved_at IS NULL)"
    )
    assert counted == (open_then,)


def test_sf311_sources(store: Store) -> None:
    """Without a time of closing no case is rejected, so every source is there in full."""
    mapping = SF311.replace("resolved_at = 'Closed'", "priority = 'Source'")
    store.load(DATA / "sf311_cases.csv.gz", mapping=store.mapping(mapping))
    counted = store.rows(
        "SELECT channel, CASE channel WHEN 'other' THEN priority = 'Integrated Agency'"
        " ELSE priority = 'Open311' END AS part, count(*) FROM contacts GROUP BY ALL ORDER BY ALL"
    )
    assert counted == [
        ("other", False, 10),
        ("other", True, 422),
        ("phone", False, 6674),
        ("social", False, 143),
        ("web", False, 1297),
        ("web", True, 1454),
    ]


SURVEYS = DATA / "surveys"


@pytest.fixture(scope="module")
def surveys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with opened_in(tmp_path_factory.mktemp("surveys")) as store:
        for year, rows in ((2017, 2831), (2018, 2809)):
            for kind in ("csat", "nps"):
                report = store.load(
                    SURVEYS / f"sfo_survey_{year}.csv.gz",
                    LoadOrder("surveys", mapping=str(SURVEYS / f"sfo_{kind}.toml"), source="sfo"),
                )
                assert (report.loaded, report.replaced, report.rejected) == (rows, 0, 0)
        yield store


def test_sfo_net_promoter_score(surveys: Store) -> None:
    assert surveys.rows(
        "SELECT year(answered_at), round(100.0 * (count(*) FILTER (score >= 9)"
        " - count(*) FILTER (score <= 6)) / count(score), 2), count(score), count(*)"
        " FROM surveys WHERE kind = 'nps' GROUP BY ALL ORDER BY ALL"
    ) == [(2017, 39.84, 2746, 2831), (2018, 30.98, 2650, 2809)]


def test_sfo_satisfaction(surveys: Store) -> None:
    assert surveys.rows(
        "SELECT year(answered_at), round(100.0 * count(*) FILTER (score >= 4) / count(score), 2),"
        " count(score), count(*) FROM surveys WHERE kind = 'csat' GROUP BY ALL ORDER BY ALL"
    ) == [(2017, 82.07, 2688, 2831), (2018, 78.44, 2625, 2809)]


def test_sfo_respondents_answer_both_questions_on_a_day_of_may(surveys: Store) -> None:
    assert surveys.row(
        "SELECT count(DISTINCT respondent_id), count(*), any_value(purpose),"
        " min(sent_at), max(answered_at) FROM surveys"
    ) == (5640, 11_280, "relationship", stored(2017, 5, 5, 7), stored(2018, 5, 31, 7))
