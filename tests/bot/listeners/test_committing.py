"""What a typed command writes is kept before Slack hears that it was taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.blocks.actions import ASK
from bot.playground.clicking import _send
from storage.operations.audit import newest
from storage.operations.engine import reading, writing
from tests.bot.listeners.conftest import Office

PATIENCE_SECONDS = 0.5


def last_change(office: Office) -> str:
    with reading(office.stores.operations) as session:
        return next((entry.what for entry in newest(session) if entry.who == office.admin.id), "")


@contextmanager
def others_writing(office: Office) -> Iterator[None]:
    with writing(office.stores.operations) as session:
        session.connection()
        yield


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("target reopens 5% team:billing", "target set"),
        ("role @nick executive", "role given"),
        ("channel all", "channel teams named"),
    ],
)
def test_command_that_writes_is_acknowledged_once_it_is_kept(
    office: Office, text: str, what: str
) -> None:
    """While somebody else writes, nothing can be kept, and so nothing is acknowledged."""
    office.workspace.state.patience_seconds = PATIENCE_SECONDS
    with others_writing(office):
        exchange = office.workspace.command(office.admin, office.care, f"/kpi {text}")
        assert not exchange.is_acknowledged
        assert last_change(office) == ""
    office.workspace.wait_for(lambda: last_change(office) == what)
    assert office.workspace.command(office.admin, office.care, f"/kpi {text}").is_acknowledged


def test_command_that_reads_is_acknowledged_at_once(office: Office) -> None:
    with others_writing(office):
        exchange = office.workspace.command(office.executive, office.care, "/kpi targets")
        assert exchange.is_acknowledged


def test_button_whose_words_write_keeps_it_before_it_is_acknowledged(office: Office) -> None:
    message = office.ask(office.admin, "targets")
    office.workspace.state.patience_seconds = PATIENCE_SECONDS
    words = "target reopens 5% team:billing"
    action = {"type": "button", "action_id": f"{ASK}.0", "block_id": "b", "value": words}
    with others_writing(office):
        exchange = _send(office.workspace._actor(office.admin), message, action)
        assert not exchange.is_acknowledged
    office.workspace.wait_for(lambda: last_change(office) == "target set")
