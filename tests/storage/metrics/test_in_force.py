from __future__ import annotations

import pytest

from storage.metrics.catalog import METRICS
from storage.metrics.definition import Metric
from storage.metrics.in_force import in_force
from storage.settings import Settings


@pytest.mark.parametrize(
    ("words", "settings", "read"),
    [
        ("Answered within {service_level}.", Settings(), "Answered within 20 seconds."),
        ("After {short_abandon} or more.", Settings(), "After 5 seconds or more."),
        ("After {short_abandon}.", Settings(short_abandon_seconds=1), "After 1 second."),
        ("After {short_abandon}.", Settings(short_abandon_seconds=2.5), "After 2.5 seconds."),
        ("Again {repeat}.", Settings(), "Again about the same issue within 7 days."),
        (
            "Again {repeat}.",
            Settings(repeat_contact_days=1, repeat_contact_any_issue=True),
            "Again within 1 day.",
        ),
        ("Contacts opened.", Settings(), "Contacts opened."),
    ],
)
def test_figures_of_the_settings_in_force(words: str, settings: Settings, read: str) -> None:
    assert in_force(words, settings) == read


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_no_placeholder_is_left(metric: Metric) -> None:
    for words in (metric.formula, metric.small_print):
        assert "{" not in in_force(words, Settings())
