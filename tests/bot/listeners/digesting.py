"""What people do with ``/digest``, and the clock that carries it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time

from slack_sdk import WebClient

from bot.channels import Channels
from bot.playground import Conversation, Exchange, Message, Person
from jobs.calls import client_for_jobs
from jobs.courier import Courier, Manner
from jobs.digests import DigestDesk, plan_due, telling_owner
from jobs.posting import Posting
from storage.cadences.cadence import Cadence, Weekday, Weekdays
from storage.metrics.answer import Filter
from storage.metrics.catalog import VOLUME
from storage.metrics.definition import Audience, Segment
from storage.operations import digests
from storage.operations.audit import By
from storage.operations.digests import Digest, DigestOrder
from storage.operations.engine import reading, writing
from storage.operations.paces import Pacing
from storage.periods import Grain
from tests.bot.listeners.conftest import Office

BERLIN = "Europe/Berlin"
MONDAYS = Cadence(Weekdays((Weekday.MONDAY,)), time(9), BERLIN)
BILLING = (Filter(Segment.TEAM, ("billing",)),)


def type_digest(
    office: Office, person: Person, text: str = "", place: Conversation | None = None
) -> Message:
    """Types ``/digest`` and waits for the answer."""
    there = place or office.care
    typed = f"/digest {text}".strip()
    return office.answer_to(person, there, lambda: office.workspace.command(person, there, typed))


def open_form(office: Office, person: Person, act: Callable[[], Exchange | None]) -> str:
    """Does something, and reads the form that opens."""
    before = office.workspace.modal(person).id if office.workspace.has_modal(person) else ""
    act()
    office.workspace.wait_for(
        lambda: office.workspace.has_modal(person) and office.workspace.modal(person).id != before
    )
    return office.workspace.modal(person).read()


def press(office: Office, person: Person, button: str, *, confirm: bool = False) -> Message:
    """Presses a button in #care, and waits for what changes there."""
    act = office.workspace.click
    return office.answer_to(person, office.care, lambda: act(person, button, confirm=confirm))


def choose(office: Office, person: Person, what: str, choice: str) -> str:
    """Chooses in the form, and reads it once it has changed."""
    before = office.workspace.modal(person).read()
    office.workspace.choose(person, what, choice, on=office.workspace.modal(person))
    office.workspace.wait_for(lambda: office.workspace.modal(person).read() != before)
    return office.workspace.modal(person).read()


def make(
    office: Office,
    owner: Person,
    name: str = "Billing week",
    channel_id: str | None = None,
    audience: Audience = Audience.TEAM,
    filters: tuple[Filter, ...] = BILLING,
) -> Digest:
    """A digest as if somebody had made it, into #care unless said otherwise."""
    to = office.care.id if channel_id is None else channel_id
    chosen = (VOLUME.key,) if audience is Audience.OWN else ()
    order = DigestOrder(name, audience, MONDAYS, Grain.WEEK, to, chosen, filters)
    with writing(office.stores.operations) as session:
        made = digests.make(session, order, By(owner.id, office.clock()))
        return digests.find(session, made)


def standing(office: Office) -> list[Digest]:
    with reading(office.stores.operations) as session:
        return digests.standing(session)


@dataclass
class Clockwork:
    """Plans and delivers what is due now."""

    office: Office

    def plan(self) -> int:
        office = self.office
        workspace = office.workspace
        client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
        channels = Channels(client, office.stores.operations)
        desk = DigestDesk(
            office.stores.facts,
            office.stores.operations,
            office.stores.settings,
            office.clock,
            channels.destination,
        )
        return plan_due(desk, "test")

    def deliver(self) -> None:
        office = self.office
        workspace = office.workspace
        client = client_for_jobs(workspace.bot_token, workspace.api_url)
        manner = Manner(Pacing(60_000), {}, [telling_owner(office.clock, frozenset())])
        courier = Courier(office.stores.operations, Posting(client), office.clock, manner)
        courier.expire()
        courier.deliver_due()

    def run_at(self, now: datetime) -> None:
        self.office.clock.now = now
        self.plan()
        self.deliver()
