from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from storage.cadences.cadence import Cadence, EveryDay
from storage.membership import Profile
from storage.metrics.definition import Audience
from storage.metrics.target import Target
from storage.operations import digests, homes, imports, members, slack_people, targets
from storage.operations.audit import By
from storage.operations.digests import DigestOrder
from storage.operations.engine import reading, writing
from storage.operations.homes import Choice
from storage.operations.imports import Ending
from storage.operations.models import ImportOutcome
from storage.operations.slack_people import KnownPerson
from storage.operations.targets import Subject
from storage.periods import Grain
from storage.roles import Role, RoleGrant
from tests.storage.operations.conftest import NOW

PACE = 40
LATER = NOW + timedelta(minutes=5)
EVA = By("U0EVA", LATER)
EXECUTIVE = RoleGrant(Role.EXECUTIVE)


@pytest.fixture
def opened(operations: Engine) -> Engine:
    """Eva and Leo have looked at their Homes."""
    with writing(operations) as session:
        for user_id in ("U0EVA", "U0LEO"):
            homes.note_opened(session, user_id, NOW)
            homes.note_published(session, user_id, NOW)
        profile = Profile(
            "T0",
            "U0LEO",
            "leo@example.com",
            is_guest=False,
            is_own_organisation=True,
            is_workspace_admin=False,
        )
        slack_people.keep(session, [KnownPerson(profile, "Leo", "UTC")], NOW)
    return operations


def outdated(operations: Engine, minutes: int = 10, pace: int = PACE) -> list[str]:
    with writing(operations) as session:
        return homes.claim_outdated(session, NOW + timedelta(minutes=minutes), pace)


def test_choice_is_kept(operations: Engine) -> None:
    chosen = Choice(Grain.MONTH, ("ticket_volume",), "billing")
    with writing(operations) as session:
        assert homes.choice_of(session, "U0EVA") == Choice()
        homes.choose(session, "U0EVA", chosen)
    with reading(operations) as session:
        assert homes.choice_of(session, "U0EVA") == chosen


def test_home_is_known_to_have_been_shown(operations: Engine) -> None:
    with writing(operations) as session:
        first = homes.note_opened(session, "U0EVA", NOW)
        homes.note_published(session, "U0EVA", NOW)
        assert (first, homes.note_opened(session, "U0EVA", LATER)) == (False, True)


def load(session: Session) -> None:
    begun = imports.start(session, "contacts", "a.csv", "carekpi", EVA)
    imports.finish(session, begun, Ending(ImportOutcome.LOADED, LATER))


def load_in_vain(session: Session) -> None:
    begun = imports.start(session, "contacts", "a.csv", "carekpi", By("cron", LATER))
    imports.finish(session, begun, Ending(ImportOutcome.FAILED, LATER))


def set_target(session: Session) -> None:
    subject, by = Subject("ticket_volume"), By("U0ADA", LATER)
    targets.set_target(session, subject, Target(low=1), date(2026, 3, 1), by)


def make_digest(session: Session) -> None:
    cadence = Cadence(EveryDay(), NOW.time(), "UTC")
    digests.make(session, DigestOrder("Day", Audience.EXECUTIVE, cadence, Grain.DAY), EVA)


def give_role_by_address(session: Session) -> None:
    members.grant(session, "leo@example.com", EXECUTIVE, By("U0ADA", LATER))


def take_role(session: Session) -> None:
    members.grant(session, "U0EVA", EXECUTIVE, By("carekpi", NOW - timedelta(days=1)))
    members.revoke(session, ["U0EVA", "eva@example.com"], None, By("U0ADA", LATER))


@pytest.mark.parametrize(
    ("happens", "concerned"),
    [
        (lambda _session: None, []),
        (load, ["U0EVA", "U0LEO"]),
        (load_in_vain, []),
        (set_target, ["U0EVA", "U0LEO"]),
        (make_digest, ["U0EVA"]),
        (give_role_by_address, ["U0LEO"]),
        (take_role, ["U0EVA"]),
    ],
)
def test_home_is_outdated_by_what_concerns_it(
    opened: Engine, happens: Callable[[Session], None], concerned: list[str]
) -> None:
    assert outdated(opened, minutes=1) == []
    with writing(opened) as session:
        happens(session)
    assert (outdated(opened), outdated(opened, minutes=20)) == (concerned, [])


def test_outdated_home_is_claimed_by_one_and_at_the_pace(opened: Engine) -> None:
    with writing(opened) as session:
        load(session)
    first, at_once, next_minute = (
        outdated(opened, pace=1),
        outdated(opened, pace=1),
        outdated(opened, minutes=12, pace=1),
    )
    assert (first, at_once, next_minute) == (["U0EVA"], [], ["U0LEO"])


def test_home_that_could_not_be_shown_is_outdated_still(opened: Engine) -> None:
    with writing(opened) as session:
        load(session)
    assert outdated(opened) == ["U0EVA", "U0LEO"]
    with writing(opened) as session:
        homes.give_back(session, "U0LEO", NOW + timedelta(minutes=10))
    assert outdated(opened, minutes=12) == ["U0LEO"]


def test_home_that_nobody_looked_at_for_a_day_is_left(opened: Engine) -> None:
    with writing(opened) as session:
        load(session)
    assert outdated(opened, minutes=24 * 60) == []
