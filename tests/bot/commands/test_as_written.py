"""Whole commands on real exports, as they stand in the documentation, to the digit.

The figures were counted from the exports by other means; see ``tests/data/README.md``.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from contextlib import chdir
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shlex import split
from statistics import fmean
from typing import Any

import pytest

from tests.bot.command_line import Said, run_command

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data"
DOCUMENT = (ROOT / "docs" / "mappings.md").read_text(encoding="utf-8")
CHANNELS = {"Phone": "phone", "Email": "email", "Self service": "web", "IVR": "phone"}
WHOLE_LOG = "from 2016-02-01 to 2017-12-31"
AFTER_IT = "--as-of 2018-01-01T00:00Z --timezone UTC --json"


@dataclass(frozen=True)
class Shell:
    """A folder in which commands are typed; its data lies in a folder of it."""

    folder: Path

    def type(self, line: str) -> Said:
        program, *argv = split(line)
        assert program == "carekpi"
        with chdir(self.folder):
            return run_command(self.folder / "data", *argv)

    def row(self, line: str) -> Any:
        """The one row that a question has."""
        (row,) = self.type(line).json["rows"]
        return row


@pytest.fixture(scope="module")
def incidents(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("incidents"))
    (shell.folder / "incident_event_log.zip").symlink_to(DATA / "incident_event_log.zip")
    said = shell.type(
        "carekpi import contacts incident_event_log.zip --mapping servicenow --timezone UTC"
    )
    assert (said.status, said.out.splitlines()[1]) == (0, "24,918 loaded.")
    return shell


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("cases"))
    (shell.folder / "sf311_cases.csv.gz").symlink_to(DATA / "sf311_cases.csv.gz")
    mapping = DOCUMENT.split("```toml\n")[1].split("```")[0]
    (shell.folder / "sf311.toml").write_text(mapping, encoding="utf-8")
    said = shell.type("carekpi import contacts sf311_cases.csv.gz --mapping sf311.toml")
    assert (said.status, said.out.splitlines()[1:3]) == (
        0,
        ["9,871 loaded.", "129 rows set aside:"],
    )
    return shell


@cache
def resolved_in_march() -> list[tuple[str, float]]:
    """Channel and seconds of each incident resolved in March 2016, read without any of ours."""
    with zipfile.ZipFile(DATA / "incident_event_log.zip") as archive:
        text = io.StringIO(archive.read(archive.namelist()[0]).decode())
    last = {row["number"]: row for row in csv.DictReader(text)}
    ended = [(row, row["resolved_at"].replace("?", row["closed_at"])) for row in last.values()]
    return [
        (CHANNELS.get(row["contact_type"], "other"), (instant(end) - opened).total_seconds())
        for row, end in ended
        if "/3/2016 " in end
        for opened in [instant(row["opened_at"])]
    ]


def instant(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


def test_resolution_time_by_channel_of_the_last_month(incidents: Shell) -> None:
    said = incidents.type(
        'carekpi ask "art monthly by channel" --as-of 2016-04-15T00:00Z --timezone UTC --json'
    )
    seconds: dict[str, list[float]] = {}
    for channel, each in resolved_in_march():
        seconds.setdefault(channel, []).append(each)
    assert {row["segment"]["channel"]: (row["value"], row["n"]) for row in said.json["rows"]} == {
        channel: (pytest.approx(fmean(values), rel=1e-12), len(values))
        for channel, values in seconds.items()
    }
    assert said.json["query"]["period"] == {
        "start": "2016-03-01T00:00:00Z",
        "end": "2016-04-01T00:00:00Z",
        "complete": True,
    }


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('carekpi ask "volume 2016-03" --timezone UTC --json', 8995),
        ('carekpi ask "volume 2016-04" --timezone UTC --json', 7934),
        ('carekpi ask "volume 2016-05" --timezone UTC --json', 7508),
        ('carekpi ask "backlog 2016-03" --timezone UTC --json', 1825),
        ('carekpi ask "backlog monthly" --as-of 2016-05-15T00:00Z --timezone UTC --json', 1340),
        ('carekpi ask "backlog monthly" --as-of 2016-06-01T00:00Z --timezone UTC --json', 1272),
        (f'carekpi ask "volume {WHOLE_LOG}" {AFTER_IT}', 24_918),
    ],
)
def test_counts_of_the_incident_log(incidents: Shell, line: str, value: int) -> None:
    row = incidents.row(line)
    assert (row["value"], row["n"], row["segment"]) == (value, value, {})


@pytest.mark.parametrize(
    ("question", "percent"),
    [
        ("within target", 63.42),
        ("reopen rate", 1.10),
        ("fcr channel:all", 54.13),
    ],
)
def test_shares_of_the_incident_log(incidents: Shell, question: str, percent: float) -> None:
    row = incidents.row(f'carekpi ask "{question} {WHOLE_LOG}" {AFTER_IT}')
    assert (round(100 * row["value"], 2), row["n"]) == (percent, 24_918)


def test_resolution_time_of_the_whole_log(incidents: Shell) -> None:
    row = incidents.row(f'carekpi ask "art channel:all {WHOLE_LOG}" {AFTER_IT}')
    hours = [round(each / 3600, 2) for each in (row["value"], row["asides"]["median"])]
    assert (hours, row["n"]) == ([177.34, 25.75], 24_918)


@pytest.mark.parametrize(
    ("question", "segment"),
    [
        ("fcr monthly channel:phone", {"channel": "phone"}),
        ("reopen rate monthly channel:phone", {}),
    ],
)
def test_rates_of_one_channel(incidents: Shell, question: str, segment: dict[str, str]) -> None:
    answer = incidents.type(
        f'carekpi ask "{question}" --as-of 2016-04-15T00:00Z --timezone UTC --json'
    ).json
    (row,) = answer["rows"]
    march = [channel for channel, _ in resolved_in_march()]
    assert answer["query"]["filters"] == {"channel": ["phone"]}
    assert (row["segment"], row["n"]) == (segment, march.count("phone"))
    assert 0 <= row["interval"][0] < row["value"] < row["interval"][1] <= 1


def test_json_has_these_keys_and_no_others(incidents: Shell) -> None:
    answer = incidents.type(
        'carekpi ask "art monthly by channel" --as-of 2016-04-15T00:00Z --timezone UTC --json'
    ).json
    row_keys = {"segment", "value", "n", "interval", "previous", "change"}
    beside = {"usual_range", "asides", "aside_samples", "small_sample", "withheld"}
    beside |= {"aside_intervals", "usual_level", "run", "target"}
    assert set(answer) == {
        *("query", "rows", "running", "trend", "fresh_until"),
        *("sources", "notes", "asked_at"),
    }
    assert set(answer["query"]) == {"metric", "grain", "period", "timezone", "filters", "by"}
    assert set(answer["query"]["period"]) == {"start", "end", "complete"}
    assert set(answer["running"]) == {"period", "rows"}
    assert set(answer["running"]["period"]) == {"start", "end", "complete", "until"}
    shown = answer["rows"] + answer["running"]["rows"]
    assert [set(row) for row in shown] == [row_keys | beside] * len(shown)
    assert [set(point) for point in answer["trend"]] == [{"start", "segment", "value", "n"}] * 24


def test_resolution_time_of_the_cases(cases: Shell) -> None:
    row = cases.row(
        'carekpi ask "art channel:all from 2008-01-01 to 2016-12-31"'
        " --as-of 2017-01-01T00:00-08:00 --timezone America/Los_Angeles --json"
    )
    assert round(row["asides"]["median"] / 3600, 2) == 68.33


@pytest.mark.parametrize(("month", "open_then"), [("2014-12", 331), ("2015-12", 419)])
def test_backlog_of_the_cases(cases: Shell, month: str, open_then: int) -> None:
    row = cases.row(f'carekpi ask "backlog {month}" --timezone America/Los_Angeles --json')
    assert row["value"] == open_then


def test_import_of_two_surveys_from_one_file(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    for file in (DATA / "surveys").iterdir():
        (tmp_path / file.name).symlink_to(file)
    lines = [
        line for line in DOCUMENT.splitlines() if line.startswith("carekpi import surveys sfo")
    ]
    said = [shell.type(line).out.splitlines() for line in lines]
    assert said == [
        [
            "sfo_survey_2017.csv.gz: 2,831 rows of surveys from sfo.",
            "2,831 loaded.",
            "Data until 2017-05-30 07:00 UTC.",
            "sfo_survey_2018.csv.gz: 2,809 rows of surveys from sfo.",
            "2,809 loaded.",
            "Data until 2018-05-31 07:00 UTC.",
        ],
        [
            "sfo_survey_2017.csv.gz: 2,831 rows of surveys from sfo.",
            "2,831 loaded.",
            "Data until 2018-05-31 07:00 UTC.",
            "sfo_survey_2018.csv.gz: 2,809 rows of surveys from sfo.",
            "2,809 loaded.",
            "Data until 2018-05-31 07:00 UTC.",
        ],
    ]

    asked = {
        (key, year): shell.type(f'carekpi ask "{key} {year}-05" --json')
        for key in ("nps", "csat")
        for year in (2017, 2018)
    }
    values = {each: json.loads(found.out)["rows"][0]["value"] for each, found in asked.items()}
    assert {each: round(value, 4) for each, value in values.items()} == SFO_FIGURES


SFO_FIGURES = {
    ("nps", 2017): 39.8398,
    ("nps", 2018): 30.9811,
    ("csat", 2017): 0.8207,
    ("csat", 2018): 0.7844,
}
"""As the airport's own files give them, unweighted: 39.84 and 30.98, 82.07 % and 78.44 %."""


def test_mapping_of_the_survey_is_that_of_the_documentation() -> None:
    taught = DOCUMENT.split("```toml\n")[2].split("```")[0]
    shipped = (DATA / "surveys" / "sfo_nps.toml").read_text(encoding="utf-8")
    assert taught == shipped
