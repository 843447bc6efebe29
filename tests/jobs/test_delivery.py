"""Deliveries in threads of their own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from jobs.calls import client_for_jobs
from jobs.clockwork import Parts, running_clockwork
from jobs.delivery import Delivering
from storage.access import InChannel
from storage.operations.outbox_models import DeliveryState
from storage.settings import Settings
from tests.jobs.conftest import PostOffice

PATIENCE_SECONDS = 10


@contextmanager
def delivering(office: PostOffice) -> Iterator[Delivering]:
    running = Delivering(office.courier)
    running.start()
    try:
        yield running
    finally:
        running.stop()


def test_what_is_put_in_arrives_by_itself(office: PostOffice) -> None:
    channels = [office.workspace.add_channel(f"c{n}", with_bot=True) for n in range(12)]
    with delivering(office) as running:
        for number, channel in enumerate(channels):
            office.put(f"{number}", to=channel.id)
        running.wake()
        office.workspace.wait_for(
            lambda: len(office.workspace.messages) == len(channels), PATIENCE_SECONDS
        )
    states = {office.row(f"{number}").state for number in range(len(channels))}
    assert states == {DeliveryState.SENT}
    assert len(office.workspace.messages) == len(channels)


def test_what_is_under_way_is_finished_when_the_bot_stops(office: PostOffice) -> None:
    office.workspace.trouble.slow(0.3)
    office.put()
    with delivering(office):
        office.workspace.wait_for(
            lambda: office.row().state is DeliveryState.CLAIMED, PATIENCE_SECONDS
        )
    assert office.state() == ("sent", None)


def test_outbox_that_is_away_is_told_once_and_tried_again(
    office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    with office.operations.begin() as connection:
        connection.execute(text("ALTER TABLE paces RENAME TO lost"))
    office.put()
    running = Delivering(office.courier)
    with caplog.at_level(logging.ERROR):
        assert [running._begin(), running._begin()] == [0, 0]
    assert [record.message[:53] for record in caplog.records] == [
        "Nothing is posted, for the outbox can't be read: (sql"
    ]
    with office.operations.begin() as connection:
        connection.execute(text("ALTER TABLE lost RENAME TO paces"))
    assert running._begin() == 1
    running._pool.shutdown()
    assert office.state() == ("sent", None)


def test_bots_clockwork_delivers_and_knows_who_is_there(office: PostOffice, tmp_path: Path) -> None:
    parts = Parts(
        facts=office.operations,
        operations=office.operations,
        settings=Settings(),
        folder=tmp_path,
        clock=office.clock,
        slack=client_for_jobs(office.workspace.bot_token, office.workspace.api_url),
        destination_of=lambda _: InChannel(frozenset()),
        show_home=lambda _user_id: None,
    )
    office.put()
    with running_clockwork(parts):
        office.workspace.wait_for(
            lambda: {"chat.postMessage", "users.list"} <= set(office.calls()), PATIENCE_SECONDS
        )
    assert office.state() == ("sent", None)
