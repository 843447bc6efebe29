"""What the log leaves out."""

from __future__ import annotations

import logging

import pytest

from bot.environment import Secret
from bot.logs import RedactingFormatter, is_wanted


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
