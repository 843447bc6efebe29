from __future__ import annotations

import logging

import pytest
from slack_sdk.errors import SlackApiError

from bot.shapes import answer_fault

FAULT = SlackApiError("no", {"error": "fatal_error"})  # type: ignore[no-untyped-call]  # the SDK leaves it open


@pytest.mark.parametrize("error", [KeyError("type"), TypeError("x"), IndexError(0)])
def test_request_of_another_shape_is_not_asked_for_again(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    assert answer_fault(error).status == 400
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (
            logging.WARNING,
            f"Refused a request of another shape than Slack's: {type(error).__name__}",
        )
    ]


def test_fault_of_ours_or_of_slack_is_logged_and_asked_for_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert answer_fault(FAULT).status == 500
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
