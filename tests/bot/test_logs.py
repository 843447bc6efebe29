"""What the log leaves out."""

from __future__ import annotations

import json
import logging
import sqlite3
from datetime import UTC, datetime

import pytest
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.environment import Secret
from bot.logs import Counting, JsonFormatter, RedactingFormatter, is_wanted
from storage.errors import UserError
from storage.monitoring.measures import Measures
from storage.monitoring.occasion import occasion
from tests.storage.monitoring.test_measures import told as told_by


def record(
    name: str, level: int, message: str, error: Exception | None = None
) -> logging.LogRecord:
    trace = (type(error), error, None) if error else None
    return logging.LogRecord(name, level, "x.py", 1, message, (), trace)


def test_log_line_has_no_secret_and_no_token() -> None:
    formatter = RedactingFormatter([Secret("hush-hush")])
    failed = ValueError("token xoxe.xoxp-1-abc and xapp-1-A0-def, signed with hush-hush")
    line = formatter.format(record("carekpi", logging.ERROR, "used xoxb-12-34-ab", failed))
    assert line.partition("carekpi: ")[2] == (
        "used …\nValueError: token xoxe.… and …, signed with …"
    )


@pytest.mark.parametrize(
    ("name", "level", "wanted"),
    [
        ("slack_bolt.App", logging.WARNING, False),
        ("slack_bolt.App", logging.ERROR, True),
        ("slack_sdk.web.base_client", logging.INFO, False),
        ("slack_sdk.web.base_client", logging.WARNING, True),
        ("apscheduler.executors.default", logging.INFO, False),
        ("carekpi", logging.INFO, True),
        ("carekpi", logging.DEBUG, False),
    ],
)
def test_log_libraries_that_tell_payloads_are_quiet(name: str, level: int, wanted: bool) -> None:
    assert is_wanted(record(name, level, "Unhandled request ({'text': 'fcr'})")) == wanted


def refused_by_slack(text: str, answer: dict[str, str]) -> SlackApiError:
    return SlackApiError(text, answer)  # type: ignore[no-untyped-call]  # the library has no type


class NotOursError(Exception):
    """Raised by a library."""


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    """The error with the place where it was raised."""
    with pytest.raises(type(error)) as caught:
        raise error from cause
    return caught.value


def as_json(message: str, *args: object, error: Exception | None = None) -> dict[str, object]:
    trace = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("bot.answering", logging.ERROR, "x.py", 1, message, args, trace)
    told: dict[str, object] = json.loads(JsonFormatter([Secret("hush-hush")]).format(made))
    return told


def test_json_line_has_time_level_logger_event_and_reference() -> None:
    with occasion("/kpi") as now:
        told = as_json("Loaded %s files, signed with %s", 3, "hush-hush")
    assert datetime.fromisoformat(str(told.pop("time"))).tzinfo == UTC
    assert told == {
        "level": "error",
        "logger": "bot.answering",
        "event": "Loaded 3 files, signed with …",
        "reference": now.reference,
        "surface": "/kpi",
    }


def test_lines_between_two_requests_bear_the_reference_of_the_process() -> None:
    formatter = JsonFormatter([])
    lines = [formatter.format(record("carekpi", logging.INFO, text)) for text in ("a", "b")]
    references = [json.loads(line)["reference"] for line in lines]
    assert (
        references[0]
        == references[1]
        != json.loads(JsonFormatter([]).format(record("carekpi", logging.INFO, "a")))["reference"]
    )


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError("Ann Smith"), "KeyError"),
        (NotOursError("what ann@example.com typed"), "NotOursError"),
        (
            OSError(28, "No space left on device", "ann-smith.csv"),
            "OSError: No space left on device",
        ),
        (
            UserError('I don\'t know a team "Ann Smith", ann@example.com.', "Try another."),
            "UserError: I don't know a team …, … Try another.",
        ),
        (
            OperationalError("INSERT", {"text": "Ann"}, sqlite3.OperationalError("disk is full")),
            "OperationalError: OperationalError: disk is full",
        ),
        (
            IntegrityError("INSERT", {"text": "Ann"}, NotOursError("Key (name)=(Ann Smith)")),
            "IntegrityError: NotOursError",
        ),
        (
            refused_by_slack("of Ann", {"error": "token_revoked", "text": "Ann"}),
            "SlackApiError: token_revoked",
        ),
    ],
)
def test_json_line_says_of_an_error_what_it_is_and_repeats_nothing(
    error: Exception, told: str
) -> None:
    as_argument = as_json("It failed: %s", error)
    as_trace = as_json("It failed", error=raised(error))
    assert as_argument["event"] == f"It failed: {told}"
    assert isinstance(as_trace["error"], list)
    assert as_trace["error"][0] == told
    assert as_trace["error"][1].startswith(__file__)
    assert as_trace["error"][1].endswith(" raised")


def test_json_line_tells_what_an_error_came_from() -> None:
    told = as_json("It failed", error=raised(UserError("It is not there."), KeyError("Ann")))
    assert isinstance(told["error"], list)
    assert [line for line in told["error"] if __file__ not in line] == [
        "UserError: It is not there.",
        "KeyError",
    ]


def test_warnings_and_errors_are_counted_by_level() -> None:
    measures = Measures()
    counting = Counting(measures)
    for level in (logging.INFO, logging.WARNING, logging.ERROR, logging.ERROR):
        made = record("carekpi", level, "something")
        if made.levelno >= counting.level:
            counting.handle(made)
    assert told_by(measures, "carekpi_log_records_total") == {
        'carekpi_log_records_total{level="warning"}': 1,
        'carekpi_log_records_total{level="error"}': 2,
    }
