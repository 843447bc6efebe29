"""Homes: what stands on somebody's Home tab, gathered and shown to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.blocks.home import (
    MOST_TEAMS,
    Home,
    Managed,
    OwnDigest,
    home_view,
    outsider_view,
    waiting_view,
)
from bot.blocks.rich import is_user_id
from bot.members import Members
from bot.stores import Stores
from storage.access import refusal_of_outsider
from storage.cadences.occurrences import next_occurrence
from storage.dashboards import Dashboard, dashboard, whole_is_shown
from storage.metrics.answer import Answer, SourceFreshness
from storage.metrics.definition import Segment
from storage.metrics.known_values import known_values
from storage.operations import channels, digests, follow_ups, homes, members
from storage.operations.digest_models import PlanState
from storage.operations.engine import reading, writing
from storage.operations.follow_ups import Open
from storage.operations.homes import Choice
from storage.operations.targets import Entry, entries_in_force
from storage.periods import Clock, local_day
from storage.quality.waiting import Waiting, waiting_for
from storage.roles import Member, Role


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the operations database says for a Home."""

    choice: Choice
    targets: tuple[Entry, ...]
    digests: tuple[OwnDigest, ...]
    managed: Managed | None
    admins: tuple[str, ...]
    coaching: Waiting
    follow_ups: tuple[Open, ...]


class Homes:
    """Shows people their Home."""

    def __init__(self, client: WebClient, members: Members, stores: Stores, clock: Clock) -> None:
        self._client = client
        self._members = members
        self._stores = stores
        self._clock = clock

    def open(self, user_id: str) -> None:
        """Shows it to who looks at it; at the first time says that it is being worked out."""
        if refusal_of_outsider(self._members.find(user_id)):
            self.show(user_id)
            return
        with writing(self._stores.operations) as session:
            was_shown = homes.note_opened(session, user_id, self._clock())
        if not was_shown:
            self._client.views_publish(user_id=user_id, view=waiting_view())
        self.show(user_id)

    def show(self, user_id: str) -> None:
        """Shows it as it is now."""
        started_at = self._clock()
        member = self._members.find(user_id)
        refused = refusal_of_outsider(member)
        view = outsider_view(refused) if refused else home_view(self.gather(member))
        self._client.views_publish(user_id=user_id, view=view)
        with writing(self._stores.operations) as session:
            homes.note_published(session, user_id, started_at)

    def choice_of(self, member: Member) -> Choice:
        with reading(self._stores.operations) as session:
            return homes.choice_of(session, member.slack_user_id)

    def choose(self, member: Member, choice: Choice) -> None:
        with writing(self._stores.operations) as session:
            homes.choose(session, member.slack_user_id, choice)

    def teams(self) -> list[str]:
        """The teams of the data by name; of very many the largest."""
        with self._stores.facts.connect() as connection:
            return sorted(known_values(connection, Segment.TEAM, MOST_TEAMS), key=str.casefold)

    def gather(self, member: Member) -> Home:
        """Everything that stands on a member's Home, under that member's own rights."""
        kept, stores = self._kept(member), self._stores
        teams = self.teams() if whole_is_shown(member) else sorted(member.named_teams)
        with stores.facts.connect() as connection:
            found = dashboard(
                connection, member, kept.choice, kept.targets, self._clock(), stores.settings
            )
        return Home(
            found,
            _freshness(found),
            tuple(teams),
            kept.digests,
            kept.managed,
            kept.admins,
            kept.coaching,
            kept.follow_ups,
        )

    def _kept(self, member: Member) -> _Kept:
        now, timezone = self._clock(), self._stores.settings.timezone
        with reading(self._stores.operations) as session:
            return _Kept(
                homes.choice_of(session, member.slack_user_id),
                tuple(entries_in_force(session, local_day(now, timezone))),
                tuple(self._digests(session, member)),
                _managed(session) if member.is_admin else None,
                tuple(_admins(session)),
                waiting_for(session, member.slack_user_id),
                tuple(follow_ups.open_of(session, member)),
            )

    def _digests(self, session: Session, member: Member) -> Iterable[OwnDigest]:
        """The soonest first; paused ones at the end."""
        now = self._clock()
        found = []
        for each in digests.standing(session):
            if each.owner != member.slack_user_id:
                continue
            cadence = each.order.cadence
            is_active = each.state is PlanState.ACTIVE
            due_at = next_occurrence(cadence, now).due_at if is_active else None
            found.append(OwnDigest(each.order.name, due_at, cadence.timezone))
        return sorted(found, key=lambda each: (each.next_at is None, each.next_at or now))


def showing_homes(client: WebClient, stores: Stores, clock: Clock) -> Callable[[str], None]:
    """What shows a Home, by user id; Slack is asked whose workspace it is at the first one."""

    @cache
    def homes_shown() -> Homes:
        own_team_id = str(client.auth_test()["team_id"])
        return Homes(client, Members(client, own_team_id, stores, clock), stores, clock)

    return lambda user_id: homes_shown().show(user_id)


def _managed(session: Session) -> Managed:
    people = {who for who, _ in members.everyone(session)}
    return Managed(len(people), len(channels.every_channel(session)))


def _admins(session: Session) -> Iterable[str]:
    """Admins that were named by their Slack id."""
    everyone = members.everyone(session)
    return [who for who, grant in everyone if grant.role is Role.ADMIN and is_user_id(who)]


def _freshness(found: Dashboard) -> tuple[SourceFreshness, ...]:
    """The sources of all figures, each as far as its data reaches for all of them."""
    answers: list[Answer] = [each for section in found.sections for each in section.answers]
    newest: dict[str, SourceFreshness] = {}
    for each in (source for answer in answers for source in answer.freshness):
        newest[each.source] = min(
            newest.get(each.source, each), each, key=lambda source: source.until
        )
    return tuple(newest[source] for source in sorted(newest))
