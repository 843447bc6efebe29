"""Who sees what, where: every role on every surface, with data that could leak.

Each test asks as everybody, and holds who then reads the secret against who may: that nobody else
does, and that whoever may see it does see it. A new surface is an entry in ``SURFACES``.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from slack_sdk import WebClient
from sqlalchemy import Engine, MetaData, delete, select

from bot.blocks.actions import (
    ASK,
    DEFINE,
    DIGEST_PREVIEW,
    HOME_OPEN,
    ROWS,
    SHARE,
    SURVEY_RESULTS,
)
from bot.blocks.behind import page_value
from bot.channels import Channels
from bot.logs import RedactingFormatter, is_wanted
from bot.playground import Conversation, Exchange, Person
from bot.request import parse
from jobs.clockwork import jobs_of
from jobs.digests import KIND as DIGEST
from jobs.digests import DigestDesk, plan_due
from jobs.directory import reading_directory
from storage.cadences.cadence import Cadence, EveryDay
from storage.dashboards import Whose
from storage.digests.starter import NAMES, make_all, starter
from storage.facts.tables import customers, surveys
from storage.facts.tables import facts as facts_metadata
from storage.metrics.answer import Question
from storage.metrics.catalog import VOLUME
from storage.metrics.definition import Audience
from storage.operations import (
    calibrations,
    digests,
    homes,
    members,
    note_parcels,
    occurrences,
)
from storage.operations.audit import By
from storage.operations.base import Base
from storage.operations.digests import DigestOrder
from storage.operations.engine import reading, writing
from storage.operations.handover import is_anything_due
from storage.operations.homes import Choice
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.operations.reviews import change_draft, open_draft
from storage.operations.scorecards import cards_in_force
from storage.periods import Grain
from storage.roles import Role, RoleGrant
from tests.bot.command_line import run_command
from tests.bot.listeners.coaching_notes.desk import SECRET, TEXTS, Coaching
from tests.bot.listeners.coaching_notes.test_appeals import appeal, decide
from tests.bot.listeners.coaching_notes.test_calibration import HOLD, score
from tests.bot.listeners.coaching_notes.test_calibration import start as calibrate
from tests.bot.listeners.conftest import BY, Office, open_office
from tests.storage.metrics.seed import NOW, seeded_engine

PATIENCE_SECONDS = 20.0
MOST_ROUNDS = 100
NOT_YET = ("One moment.", "being worked out")
"""What stands there until the answer does."""


@dataclass(frozen=True, slots=True)
class Leak:
    """What could leak: the words that ask for it, and a pattern that gives it away."""

    name: str
    words: str
    secret: str


AGENT_OF_CARE = Leak("an agent by name", "volume monthly team:care by agent", "Agent a4")
COLLEAGUE = Leak("a colleague's figures", "volume monthly agent:a2", "Agent a2")
GROUP_OF_ONE = Leak("a group of one agent", "volume monthly team:care by tenure", r"\b32\b")
TOTAL = Leak("the whole organisation's total", "volume monthly", r"\b161\b")
A_NEW_ONE = Leak("the one new agent", "volume monthly team:care tenure:new", r"\b32\b")
COLLEAGUE_IN_A_DIGEST = Leak("a digest about a colleague", COLLEAGUE.words, ": 40 \\(53 before")
VERBATIM = Leak("a customer's comment", "csat monthly team:care", "Xylophone")
VERBATIM_OF_ALL = replace(VERBATIM, name="a comment among all", words="csat monthly")
ASKED = Leak("whether a customer is asked", "surveyed", r"Asked: 1\b")
REVIEW = Leak("the review of a team", "review team:care monthly", "Review, team care")

NOBODY = frozenset[str]()
EXECUTIVE = frozenset({"executive"})
LEAD_OF_CARE = frozenset({"lead of care"})
OF_BILLING = frozenset({"lead of billing", "reviewer of billing"})
TOTALS = EXECUTIVE | LEAD_OF_CARE | OF_BILLING


@dataclass
class Sight:
    """The office, and everybody in it by what they are."""

    office: Office
    everybody: dict[str, Person]
    client: WebClient
    meeting: Conversation | None = None

    def place(self, person: Person) -> Conversation:
        """A channel that this person is in."""
        is_stranger = person is self.office.stranger
        return self.meeting or (self.office.shared if is_stranger else self.office.care)

    @contextmanager
    def all_in(self, channel: Conversation) -> Iterator[None]:
        """Everybody acts there until the block ends."""
        self.meeting = channel
        yield
        self.meeting = None

    def shown_by(self, person: Person, act: Callable[[], Exchange]) -> str:
        """Does something, and gives all that this person then sees anew, wherever it is."""
        before = self._seen(person)
        exchange = act()
        assert exchange.is_acknowledged, exchange
        return self.office.workspace.wait_for(lambda: self._new(person, before), PATIENCE_SECONDS)

    def posted(self, channel: Conversation) -> list[str]:
        """What somebody without any right reads there."""
        seen = self.office.workspace.visible(self.office.newcomer, channel)
        return [each.read() for each in seen if each.ephemeral_for is None]

    def press(self, person: Person, action: str, value: str) -> Exchange:
        """Presses a button that somebody else got, or made."""
        channel = self.place(person)
        blocks = [self.button(action, value)]
        self.client.chat_postMessage(channel=channel.id, text="-", blocks=blocks)
        message = self.office.workspace.visible(person, channel)[-1]
        return self.office.workspace.click(person, "Press", on=message)

    @staticmethod
    def button(action: str, value: str) -> dict[str, Any]:
        text = {"type": "plain_text", "text": "Press"}
        element = {"type": "button", "text": text, "action_id": f"{action}.0", "value": value}
        return {"type": "actions", "elements": [element]}

    def close_modals(self, person: Person) -> None:
        while self.office.workspace.has_modal(person):
            self.office.workspace.close(person)

    def _seen(self, person: Person) -> dict[str, str]:
        workspace = self.office.workspace
        seen = {
            f"{channel.id} {message.ts}": message.read()
            for channel in list(workspace.state.conversations.values())
            for message in workspace.visible(person, channel)
            if message.user_id != person.id
        }
        if workspace.has_modal(person):
            seen["modal"] = workspace.modal(person).read()
        if home := workspace.home(person):
            seen["home"] = f"{home.hash} {home.read()}"
        return seen

    def _new(self, person: Person, before: dict[str, str]) -> str:
        changed = [text for key, text in self._seen(person).items() if before.get(key) != text]
        told = "\n".join(text for text in changed if text not in {"[Press]", ""})
        return "" if any(each in told for each in NOT_YET) else told


Ask = Callable[[Sight, Person, Leak], str]


@dataclass(frozen=True, slots=True)
class Surface:
    """A place where figures are seen: how somebody asks there, and who sees what could leak."""

    name: str
    ask: Ask
    seen_by: Mapping[Leak, frozenset[str]]


def types(sight: Sight, person: Person, leak: Leak) -> str:
    workspace, place = sight.office.workspace, sight.place(person)
    return sight.shown_by(person, lambda: workspace.command(person, place, f"/kpi {leak.words}"))


def asks_why(sight: Sight, person: Person, leak: Leak) -> str:
    return types(sight, person, replace(leak, words=f"why {leak.words}"))


def mentions(sight: Sight, person: Person, leak: Leak) -> str:
    workspace, place = sight.office.workspace, sight.place(person)
    return sight.shown_by(person, lambda: workspace.mention(person, place, leak.words))


def writes_directly(sight: Sight, person: Person, leak: Leak) -> str:
    workspace = sight.office.workspace
    return sight.shown_by(person, lambda: workspace.message_app(person, leak.words))


def presses_a_question(sight: Sight, person: Person, leak: Leak) -> str:
    return sight.shown_by(person, lambda: sight.press(person, ASK, leak.words))


def asks_how_it_is_computed(sight: Sight, person: Person, leak: Leak) -> str:
    return sight.shown_by(person, lambda: sight.press(person, DEFINE, leak.words))


def looks_at_the_rows(sight: Sight, person: Person, leak: Leak) -> str:
    question = parse(leak.words, NOW.date())
    assert isinstance(question, Question)
    value = page_value(question, None)
    return sight.shown_by(person, lambda: sight.press(person, ROWS, value))


def opens_home(sight: Sight, person: Person, _leak: Leak) -> str:
    return sight.shown_by(person, lambda: sight.office.workspace.open_home(person))


def opens_a_card(sight: Sight, person: Person, leak: Leak) -> str:
    """One that carries a question that no Home has."""
    value = f"{Whose.TEAMS.value} {leak.words}"
    button = sight.button(HOME_OPEN, value)
    view = {"type": "home", "blocks": [button]}
    sight.client.views_publish(user_id=person.id, view=view)
    home = sight.office.workspace.home(person)
    shown = sight.shown_by(person, lambda: sight.office.workspace.click(person, "Press", on=home))
    sight.close_modals(person)
    return shown


def shares(sight: Sight, person: Person, leak: Leak) -> str:
    """In the channel that this person is in, and what those read there who have no right."""
    workspace, place = sight.office.workspace, sight.place(person)
    before = sight.posted(place)
    sight.shown_by(person, lambda: sight.press(person, SHARE, leak.words))
    if workspace.has_modal(person):
        sight.shown_by(person, lambda: workspace.submit(person))
        workspace.wait_for(lambda: len(sight.posted(place)) > len(before))
    return "\n".join(sight.posted(place)[len(before) :])


def shares_with_others(sight: Sight, person: Person, leak: Leak) -> str:
    """The same in a channel that people of another organisation read."""
    with sight.all_in(sight.office.shared):
        return shares(sight, person, leak)


def gets_a_digest(sight: Sight, person: Person, leak: Leak) -> str:
    """What is put into the outbox for this person, of a digest of their own."""
    return _planned(sight, _digest(sight, leak, person, person.id))


def has_one_posted(sight: Sight, person: Person, leak: Leak) -> str:
    """The same for a channel that gets the whole organisation."""
    return _planned(sight, _digest(sight, leak, person, sight.office.care.id))


def has_one_posted_with_others(sight: Sight, person: Person, leak: Leak) -> str:
    return _planned(sight, _digest(sight, leak, person, sight.office.shared.id))


def _planned(sight: Sight, digest_id: str) -> str:
    """All that is put into the outbox for it once it is run."""
    stores = sight.office.stores
    with writing(stores.operations) as session:
        run = occurrences.run_now(session, int(digest_id), By("U0TEST", NOW), "once")
    look = Channels(sight.client, stores.operations).destination
    plan_due(DigestDesk(stores.facts, stores.operations, stores.settings, lambda: NOW, look), "me")
    with writing(stores.operations) as session:
        parcels = session.scalars(select(Delivery).where(Delivery.occurrence_id == run))
        told = json.dumps([each.content for each in parcels], ensure_ascii=False)
        # Nobody delivers it: it would keep what other tests send waiting.
        session.execute(delete(Delivery).where(Delivery.kind.startswith(DIGEST)))
    return told


def previews_a_digest(sight: Sight, person: Person, leak: Leak) -> str:
    """One of their own, to themselves."""
    return sight.shown_by(
        person, lambda: sight.press(person, DIGEST_PREVIEW, _digest(sight, leak, person))
    )


def previews_what_a_channel_gets(sight: Sight, person: Person, leak: Leak) -> str:
    """One that somebody else made for the channel that this person is in."""
    to = sight.place(person).id
    made = _digest(sight, leak, sight.office.executive, to)
    return sight.shown_by(person, lambda: sight.press(person, DIGEST_PREVIEW, made))


def _digest(sight: Sight, leak: Leak, owner: Person, to: str = "") -> str:
    """The id of a digest of that question, made without asking who may."""
    question = parse(leak.words, NOW.date())
    assert isinstance(question, Question)
    cadence = Cadence(EveryDay(), time(9), "UTC")
    order = DigestOrder(
        f"{owner.name} {to} {uuid4().hex[:6]}",
        Audience.OWN,
        cadence,
        Grain.MONTH,
        to,
        (question.metric.key,),
        question.filters,
    )
    with writing(sight.office.stores.operations) as session:
        return str(digests.make(session, order, By(owner.id, NOW)))


def reads_survey_results(sight: Sight, person: Person, leak: Leak) -> str:
    workspace, place = sight.office.workspace, sight.place(person)
    typed = f"/survey results {leak.words}"
    return sight.shown_by(person, lambda: workspace.command(person, place, typed))


def turns_their_pages(sight: Sight, person: Person, leak: Leak) -> str:
    return sight.shown_by(person, lambda: sight.press(person, SURVEY_RESULTS, f"0|{leak.words}"))


def drafts_a_survey(sight: Sight, person: Person, leak: Leak) -> str:
    """Of customers that the words name, up to who would be asked."""
    workspace, place = sight.office.workspace, sight.place(person)
    shown = sight.shown_by(person, lambda: workspace.command(person, place, "/survey nps"))
    if workspace.has_modal(person):
        filled = {"Name": uuid4().hex[:8], "Whom": leak.words}
        shown = sight.shown_by(person, lambda: workspace.submit(person, filled))
    sight.close_modals(person)
    return shown


SURFACES = (
    Surface(
        "/kpi",
        types,
        {
            AGENT_OF_CARE: LEAD_OF_CARE,
            COLLEAGUE: OF_BILLING,
            GROUP_OF_ONE: LEAD_OF_CARE,
            TOTAL: TOTALS,
            REVIEW: TOTALS,
            VERBATIM: NOBODY,
        },
    ),
    Surface("why", asks_why, {AGENT_OF_CARE: LEAD_OF_CARE, GROUP_OF_ONE: LEAD_OF_CARE}),
    Surface("a mention", mentions, {AGENT_OF_CARE: LEAD_OF_CARE, COLLEAGUE: OF_BILLING}),
    Surface("a direct message", writes_directly, {AGENT_OF_CARE: LEAD_OF_CARE, TOTAL: TOTALS}),
    Surface("a button", presses_a_question, {COLLEAGUE: OF_BILLING, GROUP_OF_ONE: LEAD_OF_CARE}),
    Surface("how it is computed", asks_how_it_is_computed, {AGENT_OF_CARE: NOBODY, TOTAL: TOTALS}),
    Surface(
        "the rows",
        looks_at_the_rows,
        {AGENT_OF_CARE: LEAD_OF_CARE, COLLEAGUE: OF_BILLING, VERBATIM: NOBODY},
    ),
    Surface("Home", opens_home, {AGENT_OF_CARE: NOBODY, COLLEAGUE: NOBODY, TOTAL: EXECUTIVE}),
    Surface(
        "a card of Home",
        opens_a_card,
        {AGENT_OF_CARE: LEAD_OF_CARE, GROUP_OF_ONE: LEAD_OF_CARE, TOTAL: EXECUTIVE},
    ),
    Surface(
        "a channel",
        shares,
        {AGENT_OF_CARE: NOBODY, COLLEAGUE: NOBODY, GROUP_OF_ONE: NOBODY, TOTAL: TOTALS},
    ),
    Surface(
        "a digest",
        gets_a_digest,
        {COLLEAGUE_IN_A_DIGEST: OF_BILLING, A_NEW_ONE: LEAD_OF_CARE, TOTAL: TOTALS},
    ),
    Surface(
        "a digest in a channel", has_one_posted, {COLLEAGUE_IN_A_DIGEST: NOBODY, A_NEW_ONE: NOBODY}
    ),
    Surface("a digest in a shared channel", has_one_posted_with_others, {TOTAL: NOBODY}),
    Surface("a shared channel", shares_with_others, {AGENT_OF_CARE: NOBODY, TOTAL: NOBODY}),
    Surface(
        "a digest's preview",
        previews_a_digest,
        {COLLEAGUE_IN_A_DIGEST: OF_BILLING, TOTAL: TOTALS},
    ),
    Surface(
        "the preview of a channel's digest",
        previews_what_a_channel_gets,
        {COLLEAGUE_IN_A_DIGEST: NOBODY, TOTAL: TOTALS},
    ),
    Surface(
        "/survey results",
        reads_survey_results,
        {VERBATIM: LEAD_OF_CARE, VERBATIM_OF_ALL: LEAD_OF_CARE},
    ),
    Surface("a page of comments", turns_their_pages, {VERBATIM: LEAD_OF_CARE}),
    Surface("/survey's form", drafts_a_survey, {ASKED: EXECUTIVE | LEAD_OF_CARE | {"admin"}}),
)
"""One entry a surface, with whom each leak is shown to there: nobody else, and nobody less."""


COMMENTED = {
    "source": "sight",
    "survey_id": "commented",
    "kind": "csat",
    "team": "care",
    "agent_id": "a4",
    "sent_at": datetime(2026, 5, 5, 9),
    "answered_at": datetime(2026, 5, 5, 10),
    "score": 1.0,
    "comment": "Xylophone out of tune",
}
SURVEYED = {
    "source": "sight",
    "customer_id": "surveyed",
    "started_on": date(2025, 1, 1),
    "owner_agent_id": "a4",
    "slack_user_id": "U0SURVEYED",
    "slack_team_id": "T0SURVEYED",
}
"""One who may be asked, of an account that an agent of care owns."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sight")


@pytest.fixture(scope="module")
def seeded_facts(folder: Path) -> Iterator[Engine]:
    facts = seeded_engine(folder / "facts.duckdb")
    with facts.begin() as connection:
        connection.execute(surveys.insert(), [COMMENTED])
        connection.execute(customers.insert(), [SURVEYED])
    yield facts
    facts.dispose()


@pytest.fixture(scope="module")
def sight(folder: Path, seeded_facts: Engine) -> Iterator[Sight]:
    with open_office(folder, seeded_facts) as office:
        yield _everybody(office)


def _everybody(office: Office) -> Sight:
    workspace = office.workspace
    others = {
        "lead of care": RoleGrant(Role.LEAD, frozenset({"care"})),
        "reviewer of billing": RoleGrant(Role.REVIEWER, frozenset({"billing"})),
    }
    added = {what: workspace.add_person(what.replace(" ", "_")) for what in others}
    workspace.invite(office.care, *added.values())
    workspace.invite(office.shared, *added.values())
    everybody = {
        "executive": office.executive,
        "lead of billing": office.lead,
        "agent of billing": office.agent,
        "admin": office.admin,
        "newcomer": office.newcomer,
        "guest": office.guest,
        "stranger": office.stranger,
        **added,
    }
    with writing(office.stores.operations) as session:
        for what, person in added.items():
            members.grant(session, person.id, others[what], BY)
        for person in everybody.values():
            homes.choose(session, person.id, Choice(Grain.MONTH, (VOLUME.key,)))
    client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
    reading_directory(office.stores.operations, client, office.clock, Event()).run()
    return Sight(office, everybody, client)


CASES = [(surface, leak) for surface in SURFACES for leak in surface.seen_by]


@pytest.mark.parametrize(
    ("surface", "leak"), CASES, ids=[f"{leak.name} in {each.name}" for each, leak in CASES]
)
def test_only_who_may_see_it_sees_it(sight: Sight, surface: Surface, leak: Leak) -> None:
    shown = {what: surface.ask(sight, person, leak) for what, person in sight.everybody.items()}
    seen_by = {what for what, text in shown.items() if re.search(leak.secret, text)}
    assert seen_by == surface.seen_by[leak]


def test_every_secret_is_seen_somewhere_by_who_may_see_it() -> None:
    leaks = {leak for surface in SURFACES for leak in surface.seen_by}
    seen = {leak for surface in SURFACES for leak, who in surface.seen_by.items() if who}
    assert leaks == seen


@dataclass
class Noted:
    """A note, what its agent sees differently and how that was decided, each with a secret."""

    sight: Sight
    coaching: Coaching
    folder: Path
    logged: list[str]

    def others(self) -> dict[str, Person]:
        """Everybody but the note's agent."""
        everybody = {**self.sight.everybody, "author": self.coaching.ray}
        return {what: one for what, one in everybody.items() if one is not self.coaching.amy}


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory, seeded_facts: Engine) -> Iterator[Noted]:
    folder, logged = tmp_path_factory.mktemp("noted"), list[str]()
    with _keeping_logs(logged), open_office(folder, seeded_facts) as office:
        sight = _everybody(office)
        coaching = Coaching(office, folder)
        sight.everybody["second reviewer"] = coaching.rob
        for channel in (office.care, office.shared):
            office.workspace.invite(channel, coaching.ray, coaching.rob)
        _set_an_alert(office)
        _keep_draft(coaching)
        coaching.send()
        _agree_to_talk(coaching)
        appeal(coaching)
        _calibrate(coaching)
        coaching.rob = _second_reviewer(sight, coaching)
        decide(coaching, "4 of 5", "Yes")
        yield Noted(sight, coaching, folder, logged)


def _set_an_alert(office: Office) -> None:
    """One that the quality of the seed's billing team sets off."""
    office.ask(office.admin, "target quality 99 team:billing")
    office.ask(office.lead, "alert quality below target monthly team:billing", office.billing)


def _agree_to_talk(coaching: Coaching) -> None:
    coaching.click(coaching.amy, "Let's talk", on=0)
    coaching.click(coaching.amy, "Thu 18 Jun, 10:00")
    coaching.click(coaching.ray, "That works")


def _calibrate(coaching: Coaching) -> None:
    """The lead of billing asks, and both reviewers score the contact that the note is about."""
    calibrate(coaching)
    score(coaching, coaching.ray, {})
    score(coaching, coaching.rob, {HOLD: "Yes"})
    for who in (coaching.ray, coaching.rob):
        coaching.office.workspace.close(who)


def _second_reviewer(sight: Sight, coaching: Coaching) -> Person:
    """Whoever was asked: there are several reviewers of that team."""
    asked = [
        person
        for person in (*sight.everybody.values(), sight.office.reviewer)
        if any("second opinion" in each for each in coaching.read(person))
    ]
    return asked[0]


@contextmanager
def _keeping_logs(lines: list[str]) -> Iterator[None]:
    """Every line that the bot would write to standard error."""
    root, handler = logging.getLogger(), logging.Handler()
    handler.emit = lambda record: lines.append(RedactingFormatter(()).format(record))  # type: ignore[method-assign]  # a handler is one method
    handler.addFilter(is_wanted)
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)
    yield
    root.setLevel(level)
    root.removeHandler(handler)


def _keep_draft(coaching: Coaching) -> None:
    """One that the author has not sent yet."""
    draft, stores = coaching.draft(), coaching.office.stores
    by = By(coaching.ray.id, coaching.office.clock())
    with writing(stores.operations) as session:
        card = cards_in_force(session)[0]
        opened = open_draft(session, stores.sealer, draft.contact, card, by)
        change_draft(session, stores.sealer, opened.id, by, lambda each: replace(each, texts=TEXTS))


ABOUT_THE_NOTE = Leak("a coaching note", "quality score monthly team:billing by agent", SECRET)
OWN_QUALITY = replace(ABOUT_THE_NOTE, words="quality score monthly agent:a1")


@pytest.mark.parametrize("surface", SURFACES, ids=[each.name for each in SURFACES])
def test_no_surface_shows_a_note(noted: Noted, surface: Surface) -> None:
    for leak in (ABOUT_THE_NOTE, OWN_QUALITY):
        shown = {what: surface.ask(noted.sight, one, leak) for what, one in noted.others().items()}
        assert {what for what, text in shown.items() if SECRET in text} == set()


def coaches(sight: Sight, person: Person, leak: Leak) -> str:
    workspace, place = sight.office.workspace, sight.place(person)
    typed = f"/coach {leak.words}"
    shown = sight.shown_by(person, lambda: workspace.command(person, place, typed))
    sight.close_modals(person)
    return shown


KINDS = {
    *(note_parcels.NOTE, note_parcels.ARRIVED, note_parcels.READ, note_parcels.UNREAD),
    *(note_parcels.PROPOSAL, note_parcels.ANSWER),
    *(note_parcels.ASKING, note_parcels.UNDECIDED),
    *(note_parcels.OUTCOME, note_parcels.AUTHORS_OUTCOME),
    *(note_parcels.FOLLOW_UP, note_parcels.AUTHORS_FOLLOW_UP),
    *(calibrations.ASKED, calibrations.RESULTS),
    *("alert", DIGEST),
}
"""What is told of coaching, and what else is posted while a note is there."""
AUTHOR, BILLING_LEAD = frozenset({"author"}), frozenset({"lead of billing"})
REVIEWERS = OF_BILLING | AUTHOR | {"second reviewer"}
REVIEWING = REVIEWERS | LEAD_OF_CARE
THEME = "Announced each hold"
OF_COACHING = {
    Leak("the log of a person", "log @amy", THEME): AUTHOR | BILLING_LEAD,
    Leak("the log of an agent", "log a1", THEME): AUTHOR | BILLING_LEAD,
    Leak("a team's themes", "themes team:billing monthly", r"\d+ reviews"): REVIEWING | EXECUTIVE,
    Leak("reviews begun", "drafts", "Phone first"): AUTHOR,
    Leak("a review", "other_issue", "Phone other_issue"): REVIEWERS,
    Leak("a sample", "sample", "Agent a1"): REVIEWERS,
    Leak("the scorecards", "cards", "Phone call"): REVIEWING | {"admin"},
}
"""What ``/coach`` tells, and whom: nobody a word of a note."""


@pytest.mark.parametrize("leak", OF_COACHING, ids=lambda leak: leak.name)
def test_coaching_shows_each_what_is_theirs_and_no_note(noted: Noted, leak: Leak) -> None:
    shown = {what: coaches(noted.sight, one, leak) for what, one in noted.others().items()}
    assert {what for what, text in shown.items() if re.search(leak.secret, text)} == (
        OF_COACHING[leak]
    )
    assert {what for what, text in shown.items() if SECRET in text} == set()


def test_results_of_a_calibration_are_with_who_took_part_alone(noted: Noted) -> None:
    office, author = noted.sight.office, noted.coaching.ray
    told = [each for each in office.workspace.messages if "were read differently" in each.read()]
    took_part = (office.lead, author, noted.sight.everybody["second reviewer"])
    direct = {office.workspace.direct(who, office.workspace.bot).id for who in took_part}
    assert {each.channel_id for each in told} == direct


EXPORTS = (
    ("ask", "quality score monthly team:billing by agent", "--json"),
    ("ask", "quality score monthly team:billing", "--rows"),
    ("ask", "quality score monthly team:billing", "--sql"),
    ("ask", "notes read this month", "--rows"),
    ("ask", "review team:billing monthly", "--json"),
    ("survey", "results", "csat", "monthly", "--csv", "answers.csv"),
)


@pytest.fixture(scope="module")
def copied(noted: Noted, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder as it stands, as the bot has the embedded store for itself."""
    folder, stores = tmp_path_factory.mktemp("copied"), noted.sight.office.stores
    with stores.facts.connect() as connection:
        connection.exec_driver_sql("CHECKPOINT")
    for engine, file in ((stores.facts, "facts.duckdb"), (stores.operations, "operations.sqlite")):
        shutil.copy(str(engine.url.database), folder / file)
    return folder


@pytest.mark.parametrize("argv", EXPORTS, ids=" ".join)
def test_no_export_holds_a_note(
    copied: Path, argv: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even for who may read the data folder."""
    monkeypatch.chdir(tmp_path)
    said = run_command(copied, *argv)
    assert (said.status, SECRET in said.out + said.err) == (0, False)
    written = [each.read_text() for each in tmp_path.glob("*.csv")]
    assert [SECRET in text for text in written] == [False] * ("--csv" in argv)


def test_note_stands_in_the_direct_message_with_its_agent_and_nowhere_else(noted: Noted) -> None:
    coaching, office = noted.coaching, noted.sight.office
    _leave_waiting(coaching)
    with writing(office.stores.operations) as session:
        for each in digests.standing(session):
            digests.delete(session, each.id, each.version, BY)
        make_all(session, [starter(each, "Europe/Berlin", "") for each in NAMES], BY)
    _work(coaching)
    office.clock.move(days=33)
    _work(coaching)
    office.clock.move(days=-33)
    places = {each.channel_id for each in office.workspace.messages if SECRET in each.read()}
    assert places == {coaching.direct(coaching.amy)[0].channel_id}
    assert SECRET in coaching.read(coaching.amy)[0]
    assert KINDS - _delivered(office) == set()


def test_note_is_in_no_log_line(noted: Noted) -> None:
    assert [line for line in noted.logged if "people from Slack" in line]
    assert [line for line in noted.logged if SECRET in line] == []


def test_databases_and_what_is_exported_from_them_do_not_hold_a_note_s_text(noted: Noted) -> None:
    stores = noted.sight.office.stores
    told = _rows(stores.operations, Base.metadata) | _rows(stores.facts, facts_metadata)
    assert {name for name, text in told.items() if SECRET in text} == set()
    assert {"audit_entries", "coaching_notes", "deliveries", "qa_reviews"} <= told.keys()
    facts_file = Path(stores.facts.url.database or "")
    files = (*noted.folder.iterdir(), *facts_file.parent.iterdir())
    held = [each.read_bytes() for each in files if each.is_file()]
    assert [SECRET.encode() in each for each in held] == [False] * len(held)
    assert any(b"coaching note sent" in each for each in held)


def _leave_waiting(coaching: Coaching) -> None:
    """A note that nobody reads, and an appeal that nobody decides."""
    coaching.send()
    appeal(coaching, note_on=-1)
    coaching.send()


def _work(coaching: Coaching) -> None:
    """All that the clock does, and all that is delivered then."""
    for job in jobs_of(coaching.parts()):
        job.run()
    operations = coaching.office.stores.operations
    for _ in range(MOST_ROUNDS):
        coaching.deliver()
        with reading(operations) as session:
            if not is_anything_due(session, coaching.office.clock()):
                return
    raise AssertionError("what is due is never all delivered")


def _delivered(office: Office) -> set[str]:
    with reading(office.stores.operations) as session:
        sent = select(Delivery.kind).where(Delivery.state == DeliveryState.SENT)
        return set(session.scalars(sent))


def _rows(engine: Engine, tables: MetaData) -> dict[str, str]:
    """Everything that stands in each table."""
    with engine.connect() as connection:
        return {
            table.name: str(connection.execute(table.select()).all())
            for table in tables.sorted_tables
        }


def test_outbox_names_a_note_by_its_id_alone(noted: Noted) -> None:
    coaching = noted.coaching
    note_id = coaching.put_in()
    with reading(coaching.office.stores.operations) as session:
        row = session.scalars(select(Delivery).where(Delivery.key == f"note:{note_id}")).one()
    assert (row.kind, row.content) == ("note", {"note": note_id})
