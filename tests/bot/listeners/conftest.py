"""The bot at work in a pretend workspace, with the seed's contacts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from slack_sdk import WebClient
from sqlalchemy import Engine

from bot.app import build_app
from bot.monitor import Monitor
from bot.playground import Conversation, Exchange, Message, Person, Workspace, serve
from bot.playground.listening import listen
from bot.server import SLACK_PATH, build_face
from bot.stores import Stores
from storage.facts.tables import coverage, qa_answers, qa_reviews
from storage.operations import channels, members
from storage.operations.audit import By
from storage.operations.engine import writing
from storage.quality.copying import SOURCE
from storage.roles import WHOLE_ORGANISATION, Role, RoleGrant
from storage.sealing import Sealer, new_key
from storage.settings import Settings
from tests.storage.metrics.seed import NOW, seeded_engine
from tests.storage.operations.template import content_of, make_operations

MANIFEST = Path(__file__).parents[3] / "manifest.yml"
BERLIN = Settings(timezone="Europe/Berlin")
BY = By("test", NOW)


@dataclass
class MovableClock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class Office:
    """A workspace with the bot in it, and its people by what they are."""

    workspace: Workspace
    stores: Stores
    clock: MovableClock
    url: str
    executive: Person
    lead: Person
    agent: Person
    admin: Person
    reviewer: Person
    newcomer: Person
    guest: Person
    stranger: Person
    care: Conversation
    billing: Conversation
    elsewhere: Conversation
    shared: Conversation

    def ask(self, person: Person, text: str, channel: Conversation | None = None) -> Message:
        """Types ``/kpi`` and waits for the answer that this person sees."""
        place = channel or self.care
        return self.answer_to(
            person, place, lambda: self.workspace.command(person, place, f"/kpi {text}")
        )

    def click(self, person: Person, what: str, channel: Conversation | None = None) -> Message:
        """Clicks, and waits for what changes in the conversation for this person."""
        place = channel or self.care
        return self.answer_to(person, place, lambda: self.workspace.click(person, what))

    def answer_to(
        self, person: Person, place: Conversation, act: Callable[[], Exchange]
    ) -> Message:
        """Does something, and waits for what this person then sees there."""
        before = self._seen(person, place)
        exchange = act()
        assert exchange.is_acknowledged, exchange
        answer = self.workspace.wait_for(lambda: self._new(person, place, before))
        assert answer is not None
        return answer

    def home_of(self, person: Person) -> str:
        """Opens somebody's Home, and gives what stands there once it is worked out."""
        assert self.workspace.open_home(person).is_acknowledged
        return self.workspace.wait_for(lambda: self._worked_out(person))

    def on_home(self, person: Person, what: str, choice: str = "") -> str:
        """Presses a button on somebody's Home, or chooses there, and gives what Home shows then."""
        view = self.workspace.home(person)
        assert view is not None
        before = view.hash
        if choice:
            self.workspace.choose(person, what, choice, on=view)
        else:
            assert self.workspace.click(person, what, on=view).is_acknowledged
        self.workspace.wait_for(lambda: view.hash != before)
        return view.read()

    def modal_of(self, person: Person, what: str) -> str:
        """Presses a button on somebody's Home, and gives the modal that it opens."""
        assert self.workspace.click(person, what, on=self.workspace.home(person)).is_acknowledged
        return self.modal_once(person, lambda text: "One moment." not in text)

    def modal_once(self, person: Person, is_there: Callable[[str], bool]) -> str:
        """What the modal on top says, once it says what is waited for."""

        def shown() -> str:
            has_one = self.workspace.has_modal(person)
            text = self.workspace.modal(person).read() if has_one else ""
            return text if text and is_there(text) else ""

        return self.workspace.wait_for(shown)

    def _worked_out(self, person: Person) -> str:
        view = self.workspace.home(person)
        text = view.read() if view else ""
        return "" if "being worked out" in text else text

    def _seen(self, person: Person, place: Conversation) -> dict[str, str]:
        return {m.ts: m.read() for m in self.workspace.visible(person, place)}

    def _new(self, person: Person, place: Conversation, before: dict[str, str]) -> Message | None:
        changed = [
            message
            for message in self.workspace.visible(person, place)
            if before.get(message.ts) != message.read()
        ]
        return changed[-1] if changed else None


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = seeded_engine(tmp_path_factory.mktemp("facts") / "facts.duckdb")
    yield engine
    engine.dispose()


@pytest.fixture
def office(tmp_path: Path, facts: Engine) -> Iterator[Office]:
    with open_office(tmp_path, facts) as found:
        yield found


@pytest.fixture
def office_without_keys(tmp_path: Path, facts: Engine) -> Iterator[Office]:
    with open_office(tmp_path, facts, Sealer([])) as found:
        yield found


@contextmanager
def open_office(
    folder: Path,
    facts: Engine,
    sealer: Sealer | None = None,
    operations: Engine | None = None,
) -> Iterator[Office]:
    """The bot at work until the block ends."""
    clock = MovableClock()
    is_given = operations is not None
    operations = operations or make_operations(folder, _settled_in.get("operations"))
    stores = Stores(facts, operations, BERLIN, sealer=sealer or Sealer([new_key()]))
    with serve(MANIFEST, clock=clock) as workspace:
        client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
        app = build_app(client, stores, clock, signing_secret=workspace.signing_secret)
        with listen(build_face(app, Monitor(measures=stores.measures))) as address:
            url = f"http://{address}{SLACK_PATH}"
            workspace.connect_http(url)
            office = _peopled(workspace, stores, clock, url)
            if is_given or not _settled_in:
                _settle_in(office)
            if not is_given and not _settled_in:
                _settled_in["operations"] = content_of(operations)
            yield office
            app.listener_runner.listener_executor.shutdown()
    operations.dispose()
    _forget_reviews(facts)


def _forget_reviews(facts: Engine) -> None:
    """The facts are shared by many tests, and reviews are copied into them."""
    with facts.begin() as connection:
        for table in (qa_reviews, qa_answers, coverage):
            connection.execute(table.delete().where(table.c.source == SOURCE))


def _peopled(workspace: Workspace, stores: Stores, clock: MovableClock, url: str) -> Office:
    other = workspace.add_team("Customer Ltd")
    people = {
        "executive": workspace.add_person("eva"),
        "lead": workspace.add_person("leo"),
        "agent": workspace.add_person("amy", email="a1@example.com"),
        "admin": workspace.add_person("ada", is_admin=True),
        "reviewer": workspace.add_person("rita"),
        "newcomer": workspace.add_person("nick"),
        "guest": workspace.add_person("gus", is_restricted=True),
        "stranger": workspace.add_person("stan", team=other),
    }
    own = [person for name, person in people.items() if name != "stranger"]
    return Office(
        workspace,
        stores,
        clock,
        url,
        **people,
        care=workspace.add_channel("care", own, with_bot=True),
        billing=workspace.add_channel("billing", own, with_bot=True),
        elsewhere=workspace.add_channel("elsewhere", own),
        shared=workspace.add_channel(
            "with-customer", people.values(), with_bot=True, shared_with=[other]
        ),
    )


_settled_in: dict[str, bytes] = {}
"""The operations database once the first office of a process has opened: people and conversations
have the same ids in each."""


def _settle_in(office: Office) -> None:
    """Who may do what, and what each channel is for."""
    with writing(office.stores.operations) as session:
        members.grant(session, office.executive.id, RoleGrant(Role.EXECUTIVE), BY)
        billing = RoleGrant(Role.LEAD, frozenset({"billing"}))
        members.grant(session, office.lead.id, billing, BY)
        reviewer = RoleGrant(Role.REVIEWER, frozenset({"billing"}))
        members.grant(session, office.reviewer.id, reviewer, BY)
        channels.name_teams(session, office.care.id, frozenset({WHOLE_ORGANISATION}), BY)
        channels.name_teams(session, office.billing.id, frozenset({"billing"}), BY)
        channels.name_teams(session, office.shared.id, frozenset({WHOLE_ORGANISATION}), BY)
