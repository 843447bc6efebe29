from __future__ import annotations

import json
from dataclasses import replace

from bot.blocks.export import answer_json, metrics_json
from storage.metrics.answer import Filter, Row
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Segment
from storage.settings import Settings
from tests.bot.blocks.answers import PHONE, answered, largest, reference


def test_query_is_written_in_utc() -> None:
    filters = (Filter(Segment.CHANNEL, ("phone", "chat")),)
    answer = answered("FCR", Row(PHONE, 0.5, 9), by=(Segment.TEAM,), filters=filters)
    assert answer_json(answer)["query"] == {
        "metric": answer.query.metric.key,
        "grain": "week",
        "period": {
            "start": "2026-11-08T23:00:00Z",
            "end": "2026-11-15T23:00:00Z",
            "complete": True,
        },
        "timezone": "Europe/Berlin",
        "filters": {"channel": ["phone", "chat"]},
        "by": ["team"],
    }


def test_row_holds_value_sample_interval_and_change() -> None:
    assert answer_json(reference())["rows"][0] == {
        "segment": {"channel": "phone"},
        "value": 0.712,
        "n": 1284,
        "interval": [0.69, 0.74],
        "previous": {"value": 0.743, "n": 1250},
        "change": "down",
        "usual_range": [0.722, 0.771],
        "asides": {},
        "aside_samples": {},
        "aside_intervals": {},
        "small_sample": False,
        "withheld": False,
        "usual_level": None,
        "run": 0,
        "target": None,
    }


def test_no_data_and_nothing_before_are_null() -> None:
    shown = answer_json(replace(answered("FCR", Row(PHONE, None, 0)), freshness=()))
    row = shown["rows"][0]
    assert [row[key] for key in ("value", "n", "interval", "previous", "change")] == [
        None, 0, None, None, None
    ]  # fmt: skip
    assert (shown["running"], shown["trend"], shown["fresh_until"]) == (None, [], None)


def test_running_period_trend_and_freshness() -> None:
    shown = answer_json(reference())
    assert shown["running"]["period"] == {
        "start": "2026-11-15T23:00:00Z",
        "end": "2026-11-22T23:00:00Z",
        "complete": False,
        "until": "2026-11-18T14:05:00Z",
    }
    assert shown["running"]["rows"][2]["value"] is None
    assert shown["trend"][0] == {
        "start": "2026-08-23T22:00:00Z",
        "segment": {"channel": "phone"},
        "value": 0.74,
        "n": 500,
    }
    assert shown["fresh_until"] == "2026-11-17T22:55:00Z"
    assert shown["sources"] == {
        "helpdesk": "2026-11-18T05:40:00Z",
        "phone": "2026-11-17T22:55:00Z",
    }
    assert shown["notes"] == ["provisional"]


def test_whole_answer_is_plain_json() -> None:
    shown = answer_json(largest())
    assert json.loads(json.dumps(shown, allow_nan=False)) == shown
    assert shown["rows"][3]["segment"]["issue_type"] is None


def test_catalogue_holds_what_a_script_needs() -> None:
    listed = metrics_json(Settings())
    assert [each["key"] for each in listed] == [metric.key for metric in METRICS]
    needed = {"key", "abbreviation", "name", "description", "unit", "better", "kind", "segments"}
    assert [each["key"] for each in listed if not needed <= set(each)] == []
    assert json.loads(json.dumps(listed)) == listed
