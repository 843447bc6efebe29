from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from bot.playground import Conversation, Person, Workspace
from bot.playground.page import ActingPerson, serve_page
from tests.bot.playground.page.conftest import Browser, Reader


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"jump": "hour"}, datetime(2026, 3, 2, 10, 0, tzinfo=UTC)),
        ({"jump": "tomorrow"}, datetime(2026, 3, 3, 9, 0, tzinfo=UTC)),
        ({"jump": "monday"}, datetime(2026, 3, 9, 9, 0, tzinfo=UTC)),
        ({"at": "2026-04-01T08:30"}, datetime(2026, 4, 1, 8, 30, tzinfo=UTC)),
    ],
)
def test_clock_moves_on(
    browser: Browser, ana: Person, fields: dict[str, str], expected: datetime
) -> None:
    response = browser.send(ana, "clock", **fields)

    assert response.status_code == 204
    assert browser.moved == [expected]


def test_clock_is_moved_to_local_mornings(
    browser: Browser, workspace: Workspace, ana: Person
) -> None:
    workspace.change_person(ana, tz="Europe/Berlin")

    browser.send(ana, "clock", at="2026-03-30T09:00")

    assert browser.moved == [datetime(2026, 3, 30, 7, 0, tzinfo=UTC)]
    assert "Mon 30 Mar 2026, 09:00" in browser.open(ana, "home").text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2026-03-02T09:00", "The clock only moves forward. Choose a later time."),
        ("soon", "Choose a date and a time."),
    ],
)
def test_clock_does_not_move_elsewhere(
    browser: Browser, ana: Person, typed: str, sentence: str
) -> None:
    response = browser.send(ana, "clock", at=typed)

    assert Reader(response.text).text == sentence
    assert browser.moved == []


def test_clock_that_cannot_be_moved_has_no_control(
    workspace: Workspace, ana: Person, billing: Conversation
) -> None:
    with serve_page(workspace, [ActingPerson(ana.id, "Ana", "lead")], port=0) as address:
        page = Reader(httpx.get(f"http://{address}/{ana.id}/{billing.id}").text)

    assert "Move the clock" not in page.text
