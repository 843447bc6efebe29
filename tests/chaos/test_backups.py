"""Backups under load in small: each restores to one moment."""

from __future__ import annotations

from tests.chaos.backups import Trial, run


def test_backup_under_load_restores_to_a_consistent_state() -> None:
    outcome = run(Trial(seconds=6, rate=20, backups=2))
    assert outcome.faults == ()
    assert (outcome.backups, len(outcome.answers)) == (2, 2)
    assert outcome.answers[1] > 0
    assert outcome.imports > 0
