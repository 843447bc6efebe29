"""Who is in Slack, as it last told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from storage.operations import slack_people
from storage.operations.engine import reading, writing
from storage.operations.slack_people import as_told
from tests.storage.operations.conftest import NOW

OWN = "T1"


def user(user_id: str, email: str, **traits: Any) -> dict[str, Any]:
    profile = {"email": email, "real_name": f"Name of {user_id}"}
    return {"id": user_id, "team_id": OWN, "tz": "Europe/Berlin", "profile": profile, **traits}


def test_of_several_with_one_address_the_full_member_is_found(operations: Engine) -> None:
    told = [
        user("U1", "a@example.com"),
        user("U2", "A@example.com", is_restricted=True),
        user("U3", "a@example.com", team_id="T2", is_stranger=True),
        user("U4", "a@example.com", deleted=True),
    ]
    with writing(operations) as session:
        slack_people.keep(session, [as_told(each, OWN) for each in told], NOW)
    with reading(operations) as session:
        found = slack_people.people_by_email(session, ["a@example.com"])
    person = found["a@example.com"]
    assert (person.profile.slack_user_id, person.name, person.timezone) == (
        "U1",
        "Name of U1",
        "Europe/Berlin",
    )
    assert (person.profile.is_own_organisation, person.profile.is_guest) == (True, False)


def test_conversation_with_somebody_outlives_what_slack_tells_anew(operations: Engine) -> None:
    with writing(operations) as session:
        slack_people.keep(session, [as_told(user("U1", "a@example.com"), OWN)], NOW)
        slack_people.keep_direct_channel(session, "U1", "D1")
        slack_people.keep_direct_channel(session, "U2", "D2")
    with writing(operations) as session:
        slack_people.keep(session, [as_told(user("U1", "b@example.com"), OWN)], NOW)
    with reading(operations) as session:
        assert slack_people.direct_channel(session, "U1") == "D1"
        assert slack_people.direct_channel(session, "U2") is None
        assert slack_people.find(session, "U2") is None
        assert set(slack_people.people_by_email(session, ["a@example.com", "b@example.com"])) == {
            "b@example.com"
        }


def test_five_thousand_people_are_kept_and_found_at_once(operations: Engine) -> None:
    told = [user(f"U{n}", f"agent{n}@example.com") for n in range(5000)]
    with writing(operations) as session:
        slack_people.keep(session, [as_told(each, OWN) for each in told], NOW)
    with reading(operations) as session:
        emails = [f"agent{n}@example.com" for n in range(5000)]
        assert len(slack_people.people_by_email(session, emails)) == 5000
