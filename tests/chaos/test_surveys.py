"""Clicks under force in small: one kill, a few seconds, and nothing is lost."""

from __future__ import annotations

from tests.chaos.survey_clients import Sent
from tests.chaos.surveys import Order, Stored, _lost, run


def test_acknowledged_answers_survive_a_kill() -> None:
    outcome = run(Order(seconds=4, rate=20, clients=2, kills=1))
    assert (outcome.lost, outcome.doubled, outcome.kills) == (0, 0, 1)
    assert outcome.unexpected == ()
    assert outcome.acknowledged > 0


def test_trial_finds_what_is_lost() -> None:
    sent = [
        Sent("kept", "1.0", 3, 200, 0.1),
        Sent("kept", "2.0", 4, 0, 3.0),
        Sent("gone", "1.0", 3, 200, 0.1),
        Sent("older", "1.0", 3, 200, 0.1),
        Sent("older", "2.0", 5, 200, 0.1),
        Sent("not in the facts", "1.0", 3, 200, 0.1),
        Sent("nobody knows", "1.0", 3, 0, 3.0),
    ]
    stored = Stored(
        {"kept": ("2.0", 4), "older": ("1.0", 3), "not in the facts": ("1.0", 3)},
        {"kept": [4.0], "older": [3.0]},
    )
    assert list(_lost(sent, stored)) == ["gone", "older", "not in the facts"]
