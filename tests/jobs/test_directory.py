"""The people in Slack are read once a day by one process for all."""

from __future__ import annotations

from threading import Event

import pytest

from jobs.calls import client_for_jobs
from jobs.directory import reading_directory
from jobs.scheduler import Job
from storage.operations import slack_people
from storage.operations.engine import reading
from tests.jobs.conftest import PostOffice


def directory(office: PostOffice, stopping: Event | None = None) -> Job:
    client = client_for_jobs(office.workspace.bot_token, office.workspace.api_url)
    return reading_directory(office.operations, client, office.clock, stopping or Event())


def test_everybody_is_read_page_by_page_and_found_by_address(office: PostOffice) -> None:
    for number in range(250):
        office.workspace.add_person(f"agent{number}", email=f"Agent{number}@Example.com")
    directory(office).run()
    directory(office).run()
    wanted = ["agent7@example.com", " AGENT249@example.com", "nobody@example.com", ""]
    with reading(office.operations) as session:
        found = slack_people.people_by_email(session, wanted)
    assert {email: person.name for email, person in found.items()} == {
        "agent7@example.com": "Agent7",
        "agent249@example.com": "Agent249",
    }
    assert office.calls() == ["auth.test", "users.list", "users.list"]


def test_directory_is_read_again_after_a_day(office: PostOffice) -> None:
    directory(office).run()
    office.workspace.change_person(office.ann, deleted=True)
    office.clock.move(hours=23)
    directory(office).run()
    office.clock.move(hours=1)
    directory(office).run()
    with reading(office.operations) as session:
        known = slack_people.people_by_id(session, [office.ann.id])
        assert slack_people.people_by_email(session, ["ann@example.com"]) == {}
    assert known[office.ann.id].is_gone
    assert office.calls().count("users.list") == 2


def test_reading_that_failed_is_taken_up_later(
    office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    office.workspace.trouble.fail_next("users.list", status=500)
    directory(office).run()
    office.clock.move(minutes=29)
    directory(office).run()
    assert office.calls() == ["auth.test", "users.list"]
    office.clock.move(minutes=1)
    directory(office).run()
    with reading(office.operations) as session:
        assert slack_people.find(session, office.ann.id) is not None
    (told,) = [record.message for record in caplog.records if record.name == "jobs.directory"]
    assert told.startswith("The people in Slack were not all read, and will be later: ")


def test_reading_waits_as_long_as_told_unless_the_bot_stops(office: PostOffice) -> None:
    office.workspace.trouble.rate_limit("users.list", 0)
    directory(office).run()
    assert office.calls() == ["auth.test", "users.list", "users.list"]
    office.clock.move(days=1)
    stopping = Event()
    stopping.set()
    directory(office, stopping).run()
    assert office.calls()[3:] == ["auth.test"]
