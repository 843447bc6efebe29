"""Jobs are woken at the start and again, whatever one of them does."""

from __future__ import annotations

import logging
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobs.housekeeping import purging_rejects
from jobs.scheduler import Job, start_scheduler
from storage.monitoring.measures import Measures
from storage.monitoring.occasion import Occasion, current

NOW = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)
PATIENCE_SECONDS = 10


def test_job_is_woken_at_once_and_again() -> None:
    woken: list[int] = []
    twice = threading.Event()

    def wake() -> None:
        woken.append(1)
        if len(woken) == 2:
            twice.set()

    scheduler = start_scheduler([Job("wake", timedelta(milliseconds=20), wake)])
    assert twice.wait(PATIENCE_SECONDS)
    scheduler.shutdown()


def test_job_that_raises_is_woken_again_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    attempts: list[int] = []
    again = threading.Event()

    def stumble() -> None:
        attempts.append(1)
        if len(attempts) == 2:
            again.set()
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR, logger="apscheduler"):
        scheduler = start_scheduler([Job("stumble", timedelta(milliseconds=20), stumble)])
        assert again.wait(PATIENCE_SECONDS)
        scheduler.shutdown()
    assert {record.levelname for record in caplog.records} == {"ERROR"}


def test_turns_of_a_job_are_measured_and_each_has_a_reference_of_its_own() -> None:
    measures, seen = Measures(), list[Occasion | None]()
    over = threading.Event()

    def stumble() -> None:
        seen.append(current())
        if len(seen) == 3:
            over.set()
        raise ZeroDivisionError

    scheduler = start_scheduler([Job("stumble", timedelta(milliseconds=20), stumble)], measures)
    assert over.wait(PATIENCE_SECONDS)
    scheduler.shutdown()
    found = {
        line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
        for line in measures.expose().decode().splitlines()
        if 'job="stumble"' in line
    }
    assert found['carekpi_job_failures_total{job="stumble"}'] == len(seen)
    assert found['carekpi_job_seconds_count{job="stumble"}'] == len(seen)
    assert 0 <= found['carekpi_scheduler_lag_seconds{job="stumble"}'] < PATIENCE_SECONDS
    assert {each.surface for each in seen if each} == {"job stumble"}
    assert len({each.reference for each in seen if each}) == len(seen)
    assert current() is None


def test_purging_deletes_rejects_that_are_older_than_30_days(tmp_path: Path) -> None:
    folder = tmp_path / "rejects"
    folder.mkdir()
    for name, days in (("old.csv", 31), ("new.csv", 29)):
        (folder / name).touch()
        written = (NOW - timedelta(days=days)).timestamp()
        os.utime(folder / name, (written, written))
    job = purging_rejects(tmp_path, lambda: NOW)
    job.run()
    assert [path.name for path in folder.iterdir()] == ["new.csv"]
    assert job.every == timedelta(days=1)
