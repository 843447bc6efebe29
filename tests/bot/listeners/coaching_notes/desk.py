"""Notes on their way between a reviewer and an agent, in the pretend workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select

from bot.channels import Channels
from bot.playground import Message, Person
from jobs.calls import client_for_jobs
from jobs.clockwork import Parts, manner_of
from jobs.coaching import CoachingDesk
from jobs.courier import Courier
from jobs.posting import Posting
from storage.membership import Profile
from storage.operations import members, notes, slack_people
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.operations.quality_models import CoachingNote
from storage.operations.scorecards import cards_in_force, keep_file_cards
from storage.operations.slack_people import KnownPerson
from storage.quality.card_settings import shipped_cards
from storage.quality.contacts import find_contacts
from storage.quality.copying import copy_reviews
from storage.quality.drafts import Draft, NoteText
from storage.quality.reaching import addressee_of
from storage.quality.scorecards import Answers
from storage.roles import Role, RoleGrant
from tests.bot.listeners.conftest import BY, Office

SECRET = "xylophone"
"""What stands in every text that somebody writes in confidence."""
TEXTS = NoteText(
    went_well=f"You summed it up at once, {SECRET}.",
    focus=f"Say how long a hold takes, {SECRET}.",
    moment="at 4:10",
    next_step=f"The article on holds, {SECRET}.",
    links=("https://example.com/holds",),
)
ANSWERS: Answers = {"greeting": 1.0, "listening": 2.0, "correct_answer": 5.0, "hold": 0.0}
SCORE = 100 * (1 + 2 * 0.4 + 3 + 0) / (1 + 2 + 3 + 1)


@dataclass
class Coaching:
    """Ray reviews the calls of Amy (agent a1, in billing); Rob is the other reviewer there."""

    office: Office
    folder: Path
    ray: Person = field(init=False)
    rob: Person = field(init=False)

    def __post_init__(self) -> None:
        self.ray = self.office.workspace.add_person("ray")
        self.rob = self.office.workspace.add_person("rob")
        with writing(self.office.stores.operations) as session:
            keep_file_cards(session, shipped_cards(), By("carekpi.toml", BY.at))
            for who in (self.ray, self.rob):
                granted = RoleGrant(Role.REVIEWER, frozenset({"billing"}))
                members.grant(session, who.id, granted, BY)
            slack_people.keep(session, map(self._known, self.everybody), self.office.clock())

    @property
    def everybody(self) -> list[Person]:
        office = self.office
        named = (office.executive, office.lead, office.agent, office.admin, office.newcomer)
        return [*named, office.guest, office.stranger, self.ray, self.rob]

    @property
    def amy(self) -> Person:
        return self.office.agent

    def draft(self, **changes: object) -> Draft:
        office = self.office
        with office.stores.facts.connect() as facts:
            (contact,) = find_contacts(facts, ["first"], {"billing"}, ())
        with reading(office.stores.operations) as session:
            card = next(each for each in cards_in_force(session) if each.key == "phone")
        values = {"answers": ANSWERS, "texts": TEXTS, "focus_on": "hold", **changes}
        return Draft(str(uuid4()), self.ray.id, contact, card.id, office.clock(), **values)  # type: ignore[arg-type]  # as the class has them

    def send(self, draft: Draft | None = None) -> str:
        """Sends it and delivers what is in the outbox; returns the note's id."""
        note_id = self.put_in(draft)
        stores = self.office.stores
        copy_reviews(stores.facts, stores.operations, self.office.clock())
        self.deliver()
        return note_id

    def put_in(self, draft: Draft | None = None) -> str:
        """Sends it as far as the outbox."""
        office, sent = self.office, draft or self.draft()
        stores, now = office.stores, office.clock()
        with writing(stores.operations) as session, stores.facts.connect() as facts:
            to = addressee_of(facts, session, sent.contact.agent_id, now.date())
            return notes.send_note(session, sent, to, By(self.ray.id, now), stores.sealer)

    def deliver(self) -> None:
        """As a process of its own."""
        courier = self.courier()
        for _ in range(4):
            courier.expire()
            courier.deliver_due()
            self.office.clock.move(seconds=1)

    def courier(self) -> Courier:
        parts = self.parts()
        return Courier(parts.operations, Posting(parts.slack), parts.clock, manner_of(parts))

    def parts(self) -> Parts:
        workspace, stores = self.office.workspace, self.office.stores
        slack = client_for_jobs(workspace.bot_token, workspace.api_url)
        return Parts(
            facts=stores.facts,
            operations=stores.operations,
            settings=stores.settings,
            folder=self.folder,
            clock=self.office.clock,
            slack=slack,
            show_home=lambda _: None,
            destination_of=Channels(slack, stores.operations).destination,
            sealer=stores.sealer,
        )

    def desk(self) -> CoachingDesk:
        stores = self.office.stores
        clock = self.office.clock
        return CoachingDesk(stores.facts, stores.operations, stores.settings, clock, stores.sealer)

    def note(self, note_id: str) -> CoachingNote:
        with reading(self.office.stores.operations) as session:
            return session.scalars(select(CoachingNote).where(CoachingNote.id == note_id)).one()

    def direct(self, person: Person) -> list[Message]:
        """What stands in the direct message of this person with the bot."""
        workspace = self.office.workspace
        return workspace.visible(person, workspace.direct(person, workspace.bot))

    def read(self, person: Person) -> list[str]:
        return [message.read() for message in self.direct(person)]

    def click(self, person: Person, what: str, on: int = -1) -> None:
        """Presses a button of one of this person's messages, and delivers what comes of it."""
        message, before = self.direct(person)[on], self._shown(person)
        exchange = self.office.workspace.click(person, what, on=message, confirm=what == "Withdraw")
        assert exchange.is_acknowledged, exchange
        self.office.workspace.wait_for(lambda: self._shown(person) != before)
        self.deliver()

    def modal(self, person: Person) -> str:
        return self.office.workspace.modal(person).read()

    def _shown(self, person: Person) -> list[str]:
        workspace = self.office.workspace
        return [*self.read(person), self.modal(person) if workspace.has_modal(person) else ""]

    def submit(self, person: Person, values: Mapping[str, object]) -> None:
        exchange = self.office.workspace.submit(person, values)
        assert exchange.is_acknowledged, exchange

    def _known(self, person: Person) -> KnownPerson:
        is_own = person is not self.office.stranger
        return KnownPerson(
            Profile(
                person.team_id,
                person.id,
                person.email,
                is_guest=person is self.office.guest,
                is_own_organisation=is_own,
                is_workspace_admin=person is self.office.admin,
            ),
            person.name,
            "Europe/Berlin",
        )
