"""The whole bot against the pretend workspace, with a made-up organisation's data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from slack_sdk import WebClient
from sqlalchemy import Engine

from bot.app import build_app
from bot.channels import Channels
from bot.home import showing_homes
from bot.manifest import manifest_file
from bot.monitor import Monitor
from bot.playground import Person, Workspace, serve
from bot.playground.listening import listen
from bot.playground.page import ActingPerson, serve_page
from bot.server import SLACK_PATH, build_face
from bot.stores import Stores
from jobs.calls import client_for_jobs
from jobs.clockwork import Parts, running_clockwork
from storage.demo.customer import place_in_slack
from storage.demo.generation import Size, generate
from storage.demo.people import ADMIN, CUSTOMER, LEAD, OTHER_ORGANISATION, PEOPLE, DemoPerson
from storage.digests.starter import make_all, starter
from storage.facts.store import open_facts
from storage.metrics.definition import Audience
from storage.operations import campaigns, channels, members
from storage.operations.audit import By
from storage.operations.campaigns import CampaignOrder
from storage.operations.digests import DigestOrder
from storage.operations.engine import open_operations, writing
from storage.periods import Clock
from storage.roles import WHOLE_ORGANISATION
from storage.sealing import Sealer, new_key
from storage.settings import Settings
from storage.surveys.customers import Customer
from storage.surveys.manners import CONTACT
from storage.surveys.rules import Rule

THE_DEMO = "the demo"
FOLLOWED = timedelta(hours=1)
LONGEST_ASKED_AFTER_HOURS = 14 * 24
"""Whoever moves the clock on by a week still sees that somebody is asked."""
AFTER_CONTACTS = CampaignOrder("After contacts", "csat", CONTACT, rule=Rule())


class MovableClock:
    """The time of another clock, moved on as one likes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return self._clock() + self._ahead

    def move_to(self, instant: datetime) -> None:
        self._ahead = instant - self._clock()


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """What the demo is asked to be: how many days of data, how much, and on which port."""

    folder: Path
    days: int
    size: Size
    port: int
    settings: Settings


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that runs: its page's address, ``http://127.0.0.1:8080``, and what is there."""

    address: str
    workspace: Workspace
    operations: Engine


@contextmanager
def run_demo(order: DemoOrder, clock: Clock) -> Iterator[Demo]:
    """The demo until the block ends."""
    manners = replace(order.settings.surveys, contact_hours=LONGEST_ASKED_AFTER_HOURS)
    order = replace(order, settings=replace(order.settings, surveys=manners))
    moved = MovableClock(clock)
    with ExitStack() as running:
        stores = _open_stores(order, running)
        _end_at_once(stores.facts)
        generate(stores.facts, now=clock(), days=order.days, size=order.size)
        workspace = running.enter_context(serve(manifest_file(), clock=moved))
        people = _settle(workspace, stores, clock())
        running.enter_context(_bot(workspace, stores, moved))
        running.enter_context(running_clockwork(_parts(order, workspace, stores, moved)))
        page = serve_page(workspace, people, port=order.port, move_clock=moved.move_to)
        address = f"http://{running.enter_context(page)}"
        yield Demo(address, workspace, stores.operations)


def _end_at_once(facts: Engine) -> None:
    """Leaves what was written in the file's log when it is closed; the next start reads it there.

    To move it into the file itself takes a second, for which nobody who ends the demo should wait.
    """
    with facts.connect() as connection:
        connection.exec_driver_sql("PRAGMA disable_checkpoint_on_shutdown")


def _open_stores(order: DemoOrder, running: ExitStack) -> Stores:
    facts = open_facts(
        f"duckdb:///{order.folder / 'facts.duckdb'}",
        memory_limit=order.settings.memory_limit,
        data_folder=order.folder,
    )
    running.callback(facts.dispose)
    operations = open_operations(f"sqlite:///{order.folder / 'operations.sqlite'}")
    running.callback(operations.dispose)
    return Stores(facts, operations, order.settings, sealer=Sealer([new_key()]))


@contextmanager
def _bot(workspace: Workspace, stores: Stores, clock: Clock) -> Iterator[None]:
    """The bot over signed HTTP, as it would run behind a balancer."""
    client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
    app = build_app(client, stores, clock, signing_secret=workspace.signing_secret)
    with listen(build_face(app, Monitor(measures=stores.measures))) as address:
        workspace.connect_http(f"http://{address}{SLACK_PATH}")
        yield
    app.listener_runner.listener_executor.shutdown(wait=False, cancel_futures=True)


def _parts(order: DemoOrder, workspace: Workspace, stores: Stores, clock: Clock) -> Parts:
    slack = client_for_jobs(workspace.bot_token, workspace.api_url)
    return Parts(
        facts=stores.facts,
        operations=stores.operations,
        settings=stores.settings,
        folder=order.folder,
        clock=clock,
        slack=slack,
        show_home=showing_homes(slack, stores, clock),
        destination_of=Channels(slack, stores.operations).destination,
        sealer=stores.sealer,
    )


def _settle(workspace: Workspace, stores: Stores, now: datetime) -> list[ActingPerson]:
    """The organisation's people, channels and digests, with the roles that an admin gave."""
    other = workspace.add_team(OTHER_ORGANISATION)
    added = {
        person: workspace.add_person(
            person.handle,
            real_name=person.name,
            email=person.email,
            team=other if person.is_of_other_organisation else None,
        )
        for person in PEOPLE
    }
    by = By(THE_DEMO, now)
    opened = _open_channels(workspace, added)
    with writing(stores.operations) as session:
        for person, in_slack in added.items():
            for grant in person.grants:
                members.grant(session, in_slack.id, grant, by)
        for channel_id, teams in opened:
            channels.name_teams(session, channel_id, teams, by)
        (care, _), (team, _), (shared, _) = opened
        orders = _digests(stores.settings.timezone, care, team)
        make_all(session, orders, By(added[ADMIN].id, now))
        campaigns.make(session, AFTER_CONTACTS, By(added[ADMIN].id, now - FOLLOWED), "demo")
    hanna = added[CUSTOMER]
    zone = stores.settings.timezone
    place_in_slack(stores.facts, Customer("", hanna.id, hanna.team_id, shared, timezone=zone), now)
    return [ActingPerson(each.id, p.name, p.position.value) for p, each in added.items()]


def _digests(timezone: str, care: str, team: str) -> list[DigestOrder]:
    """The starter set, in the channels: the month for all, the week for the team."""
    places = {Audience.EXECUTIVE: care, Audience.TEAM: team, Audience.AGENTS: ""}
    return [starter(audience, timezone, place) for audience, place in places.items()]


def _open_channels(
    workspace: Workspace, people: dict[DemoPerson, Person]
) -> list[tuple[str, frozenset[str]]]:
    """Opens the channels; each with the teams whose totals it may get."""
    own = [in_slack for person, in_slack in people.items() if not person.is_of_other_organisation]
    (granted,) = LEAD.grants
    care = workspace.add_channel("customer-care", own, with_bot=True)
    team = workspace.add_channel(f"team-{min(granted.teams).lower()}", own, with_bot=True)
    shared = workspace.add_channel(
        "with-birch-and-anchor",
        people.values(),
        with_bot=True,
        shared_with=[workspace.state.teams[each.team_id] for each in _others(people)],
    )
    everything = frozenset({WHOLE_ORGANISATION})
    return [(care.id, everything), (team.id, granted.teams), (shared.id, everything)]


def _others(people: dict[DemoPerson, Person]) -> list[Person]:
    return [each for person, each in people.items() if person.is_of_other_organisation]
