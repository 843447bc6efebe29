"""The people of the pretend workspace, and what each of them can do there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.playground import Exchange, Message, View, Workspace
from bot.playground.blockkit.elements import places
from tests.soak.company import Company, agent_email

ANSWERED = frozenset({"command", "mention", "write"})
"""After these somebody sees a message of the bot's that was not there before."""
HAPPY = "😀 Very satisfied"
READ_NOTE = "Thanks, read"
WAIT_SECONDS = 30.0
NOTE = {
    "What went well": "You summed up the problem before you looked anything up.",
    "In your words": "You put them on hold twice without saying for how long.",
    "A suggested next step": "Try to say about two minutes first.",
}
OF_THE_CARD = {
    "Greeted, gave name and company": "Yes",
    "Checked who is calling (critical)": "Yes",
    "Spoke plainly, without jargon": "Yes",
    "Asked whether all is solved": "Yes",
    "Let the customer finish": "5 of 5",
    "Summed up the problem": "4 of 5",
    "The answer was right": "5 of 5",
    "Said what happens next, and when": "5 of 5",
    "Friendly and patient throughout": "5 of 5",
    "Noted the contact so that others can follow": "5 of 5",
    "Announced each hold, and for how long": "No",
}


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody does: ``how`` names a method of ``Hands``, ``who`` is a user id."""

    how: str
    who: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """User ids by what people are, and the channel where they ask."""

    admin: str
    executives: tuple[str, ...]
    leads: tuple[str, ...]
    reviewers: tuple[str, ...]
    agents: tuple[str, ...]
    customers: tuple[tuple[str, str], ...]
    care: str

    @classmethod
    def move_in(cls, workspace: Workspace, company: Company) -> People:
        def several(name: str, number: int) -> tuple[str, ...]:
            return tuple(workspace.add_person(f"{name}{n:02}").id for n in range(number))

        admin = workspace.add_person("ada", is_admin=True).id
        executives, leads = several("exec", company.executives), several("lead", company.teams)
        reviewers = several("reviewer", company.reviewers)
        agents = tuple(
            workspace.add_person(f"agent{n:04}", email=agent_email(n)).id
            for n in range(company.agents)
        )
        other = workspace.add_team("Customers Ltd")
        customers = tuple(
            (workspace.add_person(f"customer{n:05}", team=other).id, other.id)
            for n in range(company.customers)
        )
        own = [admin, *executives, *leads, *reviewers, *agents]
        care = workspace.add_channel("care", own, with_bot=True)
        outside = [user_id for user_id, _ in customers]
        workspace.add_channel("with-customers", outside, with_bot=True, shared_with=[other])
        return cls(admin, executives, leads, reviewers, agents, customers, care.id)


class Hands:
    """Does what a person does; each returns what went wrong, or nothing."""

    def __init__(self, workspace: Workspace, people: People) -> None:
        self._workspace = workspace
        self._people = people

    def command(self, who: str, what: str) -> str:
        return _told(self._workspace.command(who, self._people.care, what))

    def mention(self, who: str, what: str) -> str:
        return _told(self._workspace.mention(who, self._people.care, what))

    def write(self, who: str, what: str) -> str:
        return _told(self._workspace.message_app(who, what))

    def home(self, who: str, _what: str) -> str:
        return _told(self._workspace.open_home(who))

    def press(self, who: str, what: str) -> str:
        """A button of the newest message or view that has it."""
        return _told(self._workspace.click(who, what))

    def share(self, who: str, _what: str) -> str:
        """Shares the last answer in the channel, which a modal asks about first."""
        self._workspace.click(who, "Share in channel")
        self._workspace.wait_for(lambda: self._workspace.has_modal(who), WAIT_SECONDS)
        return _told(self._workspace.submit(who))

    def answer_survey(self, who: str, _what: str) -> str:
        """Answers what was asked in the direct message; nothing where nothing was."""
        asked = self._newest_with(who, HAPPY)
        return _told(self._workspace.click(who, HAPPY, on=asked)) if asked else ""

    def read_note(self, who: str, _what: str) -> str:
        note = self._newest_with(who, READ_NOTE)
        return _told(self._workspace.click(who, READ_NOTE, on=note)) if note else ""

    def review(self, who: str, contact_id: str) -> str:
        """Opens a contact, fills in the form without a pause and sends the note."""
        workspace = self._workspace
        workspace.command(who, self._people.care, f"/coach {contact_id}")
        self._wait_to_read(who, "0 of 11 answered")
        workspace.fill(who, OF_THE_CARD)
        self._wait_to_read(who, "11 of 11 answered")
        workspace.submit(who)
        self._wait_to_read(who, "What went well")
        workspace.submit(who, NOTE)
        self._wait_to_read(who, "On its way")
        workspace.close(who)
        return ""

    def _newest_with(self, who: str, label: str) -> Message | None:
        seen = self._workspace.visible(who, self._workspace.direct(who))
        return next((each for each in reversed(seen) if _has(each, label)), None)

    def _wait_to_read(self, who: str, words: str) -> None:
        def is_there() -> bool:
            return self._workspace.has_modal(who) and words in self._workspace.modal(who).read()

        try:
            self._workspace.wait_for(is_there, WAIT_SECONDS)
        except TimeoutError:
            is_open = self._workspace.has_modal(who)
            seen = self._workspace.modal(who).read() if is_open else "no modal"
            raise TimeoutError(f'no "{words}" in: {seen}') from None


def _has(surface: Message | View, label: str) -> bool:
    return any(label in place.names() for place in places(surface.blocks))


def _told(exchange: Exchange) -> str:
    return "" if exchange.is_acknowledged else exchange.problem or "not acknowledged"
