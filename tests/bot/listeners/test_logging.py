"""One line in the log for each request, with nothing that anybody wrote."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.logs import JsonFormatter, is_wanted
from tests.bot.listeners.conftest import Office

TYPED = "why volume agent:Zebulon customer:zeb@example.com"


@dataclass
class Log:
    """The log's lines as a machine reads them."""

    stream: io.StringIO = field(default_factory=io.StringIO)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    @property
    def requests(self) -> list[tuple[str, str, bool]]:
        return [
            (line["surface"], line["outcome"], 0 <= line["milliseconds"] < 60_000)
            for line in self.lines
            if line["event"] == "request"
        ]


@pytest.fixture
def log() -> Iterator[Log]:
    log, root = Log(), logging.getLogger()
    handler = logging.StreamHandler(log.stream)
    handler.setFormatter(JsonFormatter([]))
    handler.addFilter(is_wanted)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield log
    root.removeHandler(handler)
    root.setLevel(level)


def test_each_request_is_a_line_with_surface_outcome_and_milliseconds(
    office: Office, log: Log
) -> None:
    office.ask(office.executive, "volume 2026-02")
    office.ask(office.newcomer, "volume 2026-02")
    office.clock.move(hours=1)
    office.workspace.trouble.fail_next("users.info", "internal_error", status=500)
    shown = office.ask(office.executive, "volume 2026-02").read()
    office.workspace.wait_for(lambda: len(log.requests) == 3)
    assert sorted(log.requests) == [
        ("/kpi", "answered", True),
        ("/kpi", "fault", True),
        ("/kpi", "refused", True),
    ]
    (fault,) = (line for line in log.lines if line["event"].startswith("Fault "))
    (request,) = (line for line in log.lines if line.get("outcome") == "fault")
    assert fault["error"][0] == "SlackApiError: internal_error"
    assert f"reference: {fault['reference']}." in shown
    assert request["reference"] == fault["reference"]


def test_log_repeats_nothing_that_somebody_wrote(office: Office, log: Log) -> None:
    office.ask(office.executive, TYPED)
    office.ask(office.admin, "role zeb@example.com lead team:Zebulon")
    office.answer_to(
        office.executive,
        office.care,
        lambda: office.workspace.mention(office.executive, office.care, TYPED),
    )
    # Slack tells of the mention's message too.
    office.workspace.wait_for(lambda: len(log.requests) >= 3)
    told = log.stream.getvalue()
    assert [word for word in ("Zebulon", "zeb@", "volume", "eva") if word in told] == []
