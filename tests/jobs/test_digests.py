"""Digests that are due, up to the outbox: once, late, skipped, failed, and who is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from jobs.digests import DigestDesk, plan_due, planning_digests, telling_owner
from storage.access import InChannel
from storage.cadences.cadence import Cadence, EveryDay
from storage.errors import NotNowError, UserError
from storage.metrics.answer import Filter
from storage.metrics.definition import Audience, Segment
from storage.operations import audit, digests, members, occurrences, outbox
from storage.operations.audit import By
from storage.operations.digest_models import Occurrence, OccurrenceState
from storage.operations.digests import DigestOrder
from storage.operations.engine import reading, writing
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.operations.people_models import SlackPerson
from storage.periods import Grain, zone
from storage.roles import Role, RoleGrant
from tests.storage.digests.orders import (
    MONDAY,
    SETTINGS,
    WEDNESDAY_EVENING,
    order,
)
from tests.storage.operations.template import make_operations

SUNDAY = MONDAY - timedelta(days=1)
LEO = By("U0LEO", SUNDAY)
TEAM = replace(order(Audience.TEAM, "Billing team"), channel_id="C0BILLING")
DAY = order(Audience.AGENTS, "Your day")
MINE = order(Audience.OWN, "Mine", metrics=("tickets_resolved",))
BILLING = replace(MINE, name="Billing team", channel_id="C0BILLING")
MINUTE = timedelta(minutes=1)


@dataclass
class Works:
    """The planner with an organisation around it."""

    facts: Engine
    operations: Engine
    now: datetime = SUNDAY
    channels: dict[str, InChannel | Exception] = field(default_factory=dict)

    @property
    def desk(self) -> DigestDesk:
        return DigestDesk(self.facts, self.operations, SETTINGS, lambda: self.now, self.look)

    def look(self, channel_id: str) -> InChannel:
        found = self.channels[channel_id]
        if isinstance(found, Exception):
            raise found
        return found

    def make(self, wanted: DigestOrder, by: By = LEO) -> int:
        with writing(self.operations) as session:
            return digests.make(session, wanted, by)

    def plan(self, now: datetime | None = None, who: str = "one") -> int:
        self.now = now or self.now
        return plan_due(self.desk, who)

    def runs(self) -> list[tuple[OccurrenceState, str]]:
        with reading(self.operations) as session:
            rows = session.scalars(select(Occurrence).order_by(Occurrence.id)).all()
            return [(row.state, row.reason or "") for row in rows]

    def posted(self) -> list[tuple[str, str]]:
        """Whom the outbox holds something for, and its first words."""
        with reading(self.operations) as session:
            rows = session.scalars(select(Delivery).order_by(Delivery.made_at, Delivery.recipient))
            return [(row.recipient, _text(row)) for row in rows]

    def write(self, change: Callable[[Session], object]) -> None:
        with writing(self.operations) as session:
            change(session)


def _text(row: Delivery) -> str:
    return str((row.content or {})["message"]["text"])


@pytest.fixture
def works(tmp_path: Path, seeded_facts: Engine) -> Iterator[Works]:
    operations = make_operations(tmp_path)
    made = Works(seeded_facts, operations)
    made.channels["C0BILLING"] = InChannel(frozenset({"billing"}))
    people = {"U0LEO": "leo", "U0AMY": "a1", "U0BEN": "a2", "U0EVA": "eva", "U0ADA": "ada"}
    made.write(
        lambda session: session.add_all(
            SlackPerson(
                user_id=each, team_id="T1", email=f"{name}@example.com", refreshed_at=SUNDAY
            )
            for each, name in people.items()
        )
    )
    grants = {
        "U0EVA": RoleGrant(Role.EXECUTIVE),
        "leo@example.com": RoleGrant(Role.LEAD, frozenset({"billing"})),
        "U0ADA": RoleGrant(Role.ADMIN),
    }
    for who, grant in grants.items():
        made.write(partial(members.grant, person=who, granted=grant, by=LEO))
    yield made
    operations.dispose()


def leave(works: Works, user_id: str) -> None:
    def gone(session: Session) -> None:
        session.get_one(SlackPerson, user_id).is_gone = True

    works.write(gone)


def test_digest_that_is_due_is_put_into_the_outbox_once(works: Works) -> None:
    works.make(TEAM)
    assert [works.plan(MONDAY - MINUTE), works.plan(MONDAY), works.plan(MONDAY + MINUTE)] == [
        0,
        1,
        0,
    ]
    assert works.runs() == [(OccurrenceState.PLANNED, "")]
    ((recipient, text),) = works.posted()
    assert recipient == "C0BILLING"
    assert text.startswith("Billing team, week 24 (8 to 14 Jun). Ticket backlog rose to 53")


def test_digest_that_names_somebody_else_is_a_look_at_their_figures(works: Works) -> None:
    of_ben = replace(MINE, name="Ben's", filters=(Filter(Segment.AGENT, ("a2",)),))
    works.make(of_ben)
    works.make(replace(of_ben, name="Mine too"), By("U0BEN", SUNDAY))
    works.make(replace(MINE, name="Everything"))
    assert works.plan(MONDAY) == 3
    with reading(works.operations) as session:
        looks = [each for each in audit.newest(session) if each.what == "figures sent"]
        assert [(look.who, look.about, look.details) for look in looks] == [
            ("U0LEO", "agent:a2", "Ben's, 2026-06-15T09:00")
        ]


def test_job_does_the_same(works: Works) -> None:
    works.make(BILLING)
    works.now = MONDAY
    planning_digests(works.desk).run()
    assert works.runs() == [(OccurrenceState.PLANNED, "")]


def test_of_several_processes_one_plans(works: Works) -> None:
    works.make(BILLING)
    works.now = MONDAY
    with ThreadPoolExecutor(3) as pool:
        planned = list(pool.map(lambda who: plan_due(works.desk, who), ("one", "two", "three")))
    assert sorted(planned) == [0, 0, 1]
    assert len(works.posted()) == 1


def test_process_killed_before_it_planned_is_followed_by_another(works: Works) -> None:
    works.make(BILLING)

    def claimed(session: Session) -> None:
        occurrences.decide(session, MONDAY)
        assert occurrences.claim_due(session, "killed", MONDAY)

    works.write(claimed)
    assert works.plan(MONDAY + MINUTE, "two") == 0
    assert works.plan(MONDAY + occurrences.CLAIMED_FOR, "two") == 1
    assert len(works.posted()) == 1


def test_process_that_was_too_slow_plans_nothing_any_more(works: Works) -> None:
    """Another took the claim over while the first one still computed."""
    works.make(BILLING)

    def look(_channel_id: str) -> InChannel:
        if works.now == MONDAY:
            works.plan(MONDAY + occurrences.CLAIMED_FOR, "two")
        return InChannel(frozenset({"billing"}))

    works.now = MONDAY
    plan_due(replace(works.desk, destination_of=look), "one")
    assert works.runs() == [(OccurrenceState.PLANNED, "")]
    assert len(works.posted()) == 1


def test_late_digest_says_so_and_the_ones_before_are_missed(works: Works) -> None:
    works.make(BILLING, By("U0LEO", MONDAY - timedelta(days=15)))
    works.plan(MONDAY + timedelta(hours=3))
    assert works.runs() == [
        (OccurrenceState.MISSED, ""),
        (OccurrenceState.MISSED, ""),
        (OccurrenceState.PLANNED, ""),
    ]
    ((_, text),) = works.posted()
    assert "This comes late: it was due today 09:00 (Europe/Berlin)." in text


def test_digest_that_waits_too_long_in_the_outbox_has_an_end(works: Works) -> None:
    works.make(BILLING)
    works.plan(MONDAY)
    with reading(works.operations) as session:
        (ends_at,) = session.scalars(select(Delivery.expires_at))
    assert ends_at == MONDAY + timedelta(days=1)


def test_each_agent_who_works_gets_the_own_note(works: Works) -> None:
    works.make(DAY, By("U0LEO", WEDNESDAY_EVENING - MINUTE))
    works.plan(WEDNESDAY_EVENING)
    assert [(who, text.split(".")[1].strip()) for who, text in works.posted()] == [
        ("U0AMY", "Resolved today: 3"),
        ("U0BEN", "Resolved today: 0"),
    ]


def test_nobody_who_works_means_nothing_is_sent(works: Works) -> None:
    thursday = WEDNESDAY_EVENING + timedelta(days=1)
    for user_id in ("U0BEN", "U0AMY"):
        leave(works, user_id)
    works.write(lambda session: session.add(_person("U0ZOE", "a9")))
    works.make(DAY, By("U0LEO", thursday - MINUTE))
    works.plan(thursday)
    assert works.runs()[0][0] is OccurrenceState.FAILED


def _person(user_id: str, name: str) -> SlackPerson:
    return SlackPerson(
        user_id=user_id, team_id="T1", email=f"{name}@example.com", refreshed_at=SUNDAY
    )


def test_executives_and_leads_each_get_their_own(works: Works) -> None:
    works.make(replace(order(Audience.EXECUTIVE), cadence=TEAM.cadence))
    works.make(replace(TEAM, channel_id=""))
    works.plan(MONDAY)
    assert [(who, text.partition(",")[0]) for who, text in works.posted()] == [
        ("U0EVA", "Care"),
        ("U0LEO", "Billing team"),
    ]


def test_nothing_new_is_skipped_where_that_is_wanted(works: Works) -> None:
    still = replace(MINE, metrics=("churn_rate",), only_if_changed=True)
    works.make(still, By("U0EVA", SUNDAY))
    works.plan(MONDAY)
    assert works.runs() == [(OccurrenceState.SKIPPED, "Nothing new since the last one.")]
    assert works.posted() == []


def test_same_news_a_second_time_is_skipped_and_told_by_hand_all_the_same(works: Works) -> None:
    made = works.make(replace(BILLING, metrics=("ticket_backlog",), only_if_changed=True))
    works.plan(MONDAY)
    with reading(works.operations) as session:
        told = occurrences.last_told(session, made)
    assert told
    works.write(lambda session: occurrences.run_now(session, made, LEO, "1"))
    works.plan(MONDAY + MINUTE)
    assert len(works.posted()) == 2


def test_run_by_hand_is_sent_at_once_even_of_a_paused_one(works: Works) -> None:
    made = works.make(BILLING)
    works.write(lambda session: digests.pause(session, made, 1, LEO))
    works.write(lambda session: occurrences.run_now(session, made, LEO, "1"))
    works.plan(MONDAY)
    assert works.runs() == [(OccurrenceState.PLANNED, "")]


def test_digest_deleted_while_it_waits_is_not_sent(works: Works) -> None:
    made = works.make(BILLING)
    works.write(lambda session: occurrences.decide(session, MONDAY))
    works.write(lambda session: digests.delete(session, made, 1, LEO))
    works.plan(MONDAY)
    assert works.runs() == [
        (OccurrenceState.STOPPED, "The digest was paused or deleted before it was sent.")
    ]


ARCHIVED = UserError("This channel is archived.", "Ask in another one.")


def test_owner_is_told_what_is_in_the_way_and_how_to_mend_it(works: Works) -> None:
    works.make(BILLING)
    works.channels["C0BILLING"] = ARCHIVED
    works.plan(MONDAY)
    assert works.runs() == [
        (OccurrenceState.FAILED, "This channel is archived. Ask in another one.")
    ]
    assert works.posted() == [
        (
            "U0LEO",
            (
                "Billing team was not sent to <#C0BILLING>. This channel is archived. Ask in"
                " another one. Change the digest, or run it again once it is mended, with /digest."
            ),
        )
    ]


def test_channel_shared_with_others_gets_nothing_and_the_owner_hears_why(works: Works) -> None:
    works.make(BILLING)
    works.channels["C0BILLING"] = InChannel(frozenset({"billing"}), is_shared_with_others=True)
    works.plan(MONDAY)
    ((recipient, text),) = works.posted()
    assert recipient == "U0LEO"
    assert "This channel is shared with another organisation, or about to be" in text


def test_admins_are_told_where_the_owner_has_left(works: Works) -> None:
    works.make(BILLING)
    works.channels["C0BILLING"] = ARCHIVED
    leave(works, "U0LEO")
    works.plan(MONDAY)
    ((recipient, text),) = works.posted()
    assert recipient == "U0ADA"
    assert text.endswith("You are told as an admin, for its owner has left the workspace.")


def test_own_digest_of_somebody_who_left_ends_with_a_note_to_the_admins(works: Works) -> None:
    works.make(MINE)
    leave(works, "U0LEO")
    works.plan(MONDAY)
    ((recipient, text),) = works.posted()
    assert (recipient, works.runs()[0][0]) == ("U0ADA", OccurrenceState.FAILED)
    assert "Who should get this is not in the workspace any more." in text


def test_retired_metric_is_left_out_and_the_owner_told_once(works: Works) -> None:
    made = works.make(
        replace(MINE, metrics=("tickets_resolved", "ticket_mood")), By("U0EVA", SUNDAY)
    )
    works.plan(MONDAY)
    works.write(lambda session: occurrences.run_now(session, made, LEO, "1"))
    works.plan(MONDAY + MINUTE)
    notes = [text for _, text in works.posted() if "no longer" in text]
    assert notes == [
        (
            "Mine was sent without the metric ticket_mood, which CareKPI no longer has."
            " Choose what takes the place of it with /digest."
        )
    ]


def test_slack_out_of_order_is_asked_until_it_is_too_late(works: Works) -> None:
    works.make(BILLING)
    works.channels["C0BILLING"] = NotNowError("Slack is away")
    tried = sum(works.plan(MONDAY + minutes * MINUTE) for minutes in range(30))
    assert works.runs() == [(OccurrenceState.DUE, "Slack could not be asked about it in time.")]
    assert tried == 10
    works.plan(MONDAY + timedelta(days=1))
    assert works.runs()[0] == (
        OccurrenceState.FAILED,
        "Slack could not be asked about it in time.",
    )
    assert [who for who, _ in works.posted()] == ["U0LEO"]


def test_facts_that_cannot_be_read_are_tried_for_an_hour(works: Works, tmp_path: Path) -> None:
    works.make(BILLING)
    works.facts = create_engine(f"duckdb:///{tmp_path / 'empty.duckdb'}")
    works.plan(MONDAY)
    assert works.runs() == [(OccurrenceState.DUE, _NOT_COMPUTED)]
    works.plan(MONDAY + timedelta(hours=1))
    assert works.runs() == [(OccurrenceState.FAILED, _NOT_COMPUTED)]
    assert [who for who, _ in works.posted()] == ["U0LEO"]
    works.facts.dispose()


_NOT_COMPUTED = "Its figures could not be computed, after several attempts."


def test_slack_back_in_order_the_digest_is_planned(works: Works) -> None:
    works.make(BILLING)
    works.channels["C0BILLING"] = NotNowError("Slack is away")
    works.plan(MONDAY)
    works.channels["C0BILLING"] = InChannel(frozenset({"billing"}))
    works.plan(MONDAY + MINUTE)
    assert works.runs() == [(OccurrenceState.PLANNED, "")]


def test_computation_that_ends_its_process_each_time_is_given_up(works: Works) -> None:
    works.make(BILLING)
    now = MONDAY
    works.write(lambda session: occurrences.decide(session, MONDAY))
    for _ in range(4):
        works.write(partial(occurrences.claim_due, who="killed", now=now))
        now += occurrences.CLAIMED_FOR
    works.plan(now)
    assert works.runs() == [(OccurrenceState.FAILED, _NOT_COMPUTED)]


def test_owner_is_told_once_an_hour_that_deliveries_failed(works: Works) -> None:
    made = works.make(BILLING)
    works.plan(MONDAY)
    tell = telling_owner(lambda: works.now, frozenset())

    def fail(session: Session) -> None:
        (run,) = occurrences.history(session, made)
        for receipt in outbox.deliveries_of(session, run.id):
            tell(session, replace(receipt, state=DeliveryState.FAILED, reason="It is archived."))

    works.write(fail)
    works.write(fail)
    works.now += timedelta(hours=1)
    works.write(fail)
    notes = [each for each in works.posted() if each[0] == "U0LEO"]
    assert (
        notes
        == [
            (
                "U0LEO",
                (
                    "Billing team could not be delivered to <#C0BILLING>. It is archived."
                    " Change the digest, or run it again once it is mended, with /digest."
                ),
            )
        ]
        * 2
    )


@pytest.mark.parametrize(
    ("timezone", "at", "first", "slots"),
    [
        ("Europe/Berlin", time(2, 30), date(2026, 3, 28), ["28T02:30", "29T02:30", "30T02:30"]),
        ("Europe/Berlin", time(2, 30), date(2026, 10, 24), ["24T02:30", "25T02:30", "26T02:30"]),
        ("America/New_York", time(1, 30), date(2026, 10, 31), ["31T01:30", "01T01:30", "02T01:30"]),
        (
            "Australia/Lord_Howe",
            time(2, 15),
            date(2026, 10, 3),
            ["03T02:15", "04T02:15", "05T02:15"],
        ),
        ("Europe/Berlin", time(9), date(2028, 2, 28), ["28T09:00", "29T09:00", "01T09:00"]),
    ],
    ids=["spring", "autumn", "New York", "half an hour", "leap day"],
)
def test_each_day_has_one_whatever_the_clock_does(
    works: Works, timezone: str, at: time, first: date, slots: list[str]
) -> None:
    """The planner wakes every hour through three local days."""
    start = datetime.combine(first, time(), zone(timezone)).astimezone(UTC)
    daily = Cadence(EveryDay(), at, timezone)
    works.make(replace(BILLING, cadence=daily, grain=Grain.DAY), By("U0LEO", start))
    works.channels["C0BILLING"] = InChannel()
    for hours in range(72):
        works.plan(start + timedelta(hours=hours))
    with reading(works.operations) as session:
        found = session.scalars(select(Occurrence.slot).order_by(Occurrence.due_at)).all()
    assert [slot[8:] for slot in found] == slots
