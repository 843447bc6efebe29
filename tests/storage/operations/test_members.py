"""Giving and taking roles, and what is written down of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from storage.operations import audit, members
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.roles import Role, RoleGrant
from tests.storage.operations.conftest import NOW

ANN_ID, ANN_EMAIL = "U0ANN", "ann@example.com"
LEAD_OF_BILLING = RoleGrant(Role.LEAD, frozenset({"billing"}))
EXECUTIVE = RoleGrant(Role.EXECUTIVE)


def give(operations: Engine, person: str, *granted: RoleGrant) -> None:
    with writing(operations) as session:
        for each in granted:
            members.grant(session, person, each, By("U0ADMIN", NOW))


def test_roles_given_by_id_and_by_email_are_of_one_person(operations: Engine) -> None:
    give(operations, ANN_ID, EXECUTIVE, LEAD_OF_BILLING)
    give(operations, ANN_EMAIL, RoleGrant(Role.LEAD, frozenset({"sales"})))
    give(operations, "U0BOB", RoleGrant(Role.ADMIN))
    with reading(operations) as session:
        assert members.roles_of(session, [ANN_ID, ANN_EMAIL]) == {
            EXECUTIVE,
            RoleGrant(Role.LEAD, frozenset({"billing", "sales"})),
        }
        assert members.roles_of(session, [ANN_EMAIL]) == {
            RoleGrant(Role.LEAD, frozenset({"sales"}))
        }
        assert members.roles_of(session, []) == frozenset()


def test_same_role_given_twice_is_written_down_once(operations: Engine) -> None:
    give(operations, ANN_ID, LEAD_OF_BILLING, LEAD_OF_BILLING)
    with reading(operations) as session:
        assert [entry.what for entry in audit.newest(session)] == ["role given"]


def test_role_given_again_replaces_its_teams(operations: Engine) -> None:
    give(operations, ANN_ID, EXECUTIVE, LEAD_OF_BILLING)
    new = RoleGrant(Role.LEAD, frozenset({"sales", "tier 2"}))
    give(operations, ANN_ID, new)
    with reading(operations) as session:
        assert members.roles_of(session, [ANN_ID]) == {EXECUTIVE, new}


def test_one_role_taken_leaves_the_others(operations: Engine) -> None:
    give(operations, ANN_ID, EXECUTIVE, LEAD_OF_BILLING)
    with writing(operations) as session:
        taken = members.revoke(session, [ANN_ID, ANN_EMAIL], Role.LEAD, By("U0ADMIN", NOW))
    with reading(operations) as session:
        assert [taken, members.roles_of(session, [ANN_ID])] == [{LEAD_OF_BILLING}, {EXECUTIVE}]


def test_every_role_taken_by_any_name(operations: Engine) -> None:
    give(operations, ANN_ID, EXECUTIVE)
    give(operations, ANN_EMAIL, LEAD_OF_BILLING)
    with writing(operations) as session:
        taken = members.revoke(session, [ANN_ID, ANN_EMAIL], None, By("U0ADMIN", NOW))
    with reading(operations) as session:
        assert taken == {EXECUTIVE, LEAD_OF_BILLING}
        assert members.everyone(session) == []


def test_role_that_nobody_had_is_not_taken_nor_written_down(operations: Engine) -> None:
    with writing(operations) as session:
        taken = members.revoke(session, [ANN_ID], Role.LEAD, By("U0ADMIN", NOW))
        assert (taken, list(audit.newest(session))) == (frozenset(), [])


def test_everyone_is_listed_by_name(operations: Engine) -> None:
    give(operations, "U0BOB", RoleGrant(Role.ADMIN))
    give(operations, ANN_ID, LEAD_OF_BILLING, EXECUTIVE)
    with reading(operations) as session:
        assert members.everyone(session) == [
            (ANN_ID, EXECUTIVE),
            (ANN_ID, LEAD_OF_BILLING),
            ("U0BOB", RoleGrant(Role.ADMIN)),
        ]


def test_named_admin_is_known_once_there_is_one(operations: Engine) -> None:
    give(operations, ANN_ID, EXECUTIVE)
    with reading(operations) as session:
        before = members.has_named_admin(session)
    give(operations, ANN_ID, RoleGrant(Role.ADMIN))
    with reading(operations) as session:
        assert (before, members.has_named_admin(session)) == (False, True)


def test_changes_are_written_down_newest_first(operations: Engine) -> None:
    give(operations, ANN_ID, LEAD_OF_BILLING)
    later = NOW + timedelta(hours=1)
    with writing(operations) as session:
        members.revoke(session, [ANN_ID], None, By("U0BOB", later))
    with reading(operations) as session:
        entries = [(e.at, e.who, e.what, e.about, e.details) for e in audit.newest(session)]
    assert entries == [
        (later, "U0BOB", "role taken", ANN_ID, "lead team:billing"),
        (NOW, "U0ADMIN", "role given", ANN_ID, "lead team:billing"),
    ]
