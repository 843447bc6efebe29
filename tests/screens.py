"""``python -m tests.screens FOLDER [NAME …]``: pictures of the demo, as the docs show them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page

from bot.cli import system_clock
from bot.demo import Demo, DemoOrder, run_demo
from storage.demo.generation import Size
from storage.demo.people import ADMIN, AGENT, CUSTOMER, EXECUTIVE, LEAD, REVIEWER, DemoPerson
from storage.operations import invitations, outbox
from storage.operations.engine import writing
from storage.operations.survey_models import Invitation
from storage.settings import Settings
from storage.surveys.kinds import CES, CSAT, NPS, Kind
from tests.browser.screen import CHROMIUM, HOW_TO_GET_IT, SHARED, Screen, chromium, in_slack
from tests.storage.operations.surveying import campaign, invite

WIDE, TALL, PHONE = (1280, 800), (1280, 960), (390, 844)
LARGEST_BYTES = 300_000


def answer(screen: Screen) -> None:
    screen.open(EXECUTIVE)
    screen.ask("/kpi fcr weekly")
    _settle(screen)


def by_team(screen: Screen) -> None:
    screen.open(EXECUTIVE)
    screen.ask("/kpi fcr weekly channel:phone by team")
    _settle(screen)


def why(screen: Screen) -> None:
    screen.open(EXECUTIVE)
    screen.ask("/kpi why fcr this month")
    _settle(screen)


def sharing(screen: Screen) -> None:
    answer(screen)
    screen.press("Share in channel")
    screen.modal.wait_for()


def definition(screen: Screen) -> None:
    screen.open(EXECUTIVE)
    screen.ask("/kpi define fcr")
    _settle(screen)


def customer(screen: Screen) -> None:
    screen.open(CUSTOMER, SHARED)
    screen.ask("/kpi fcr weekly")
    _settle(screen)


def home(screen: Screen) -> None:
    _home(screen, EXECUTIVE)


def home_of_an_agent(screen: Screen) -> None:
    _home(screen, AGENT)


def home_of_an_admin(screen: Screen) -> None:
    _home(screen, ADMIN)


def card(screen: Screen) -> None:
    """What a card of Home opens."""
    _home(screen, LEAD)
    screen.page.get_by_role("button", name="Open Ticket backlog").click()
    screen.modal.get_by_role("button", name="Send it to me, with its chart").wait_for()
    _rest(screen.page)


def giving_a_role(screen: Screen) -> None:
    _home(screen, ADMIN)
    screen.page.get_by_role("button", name="Give or take a role").click()
    screen.modal.wait_for()
    _rest(screen.page)


def _home(screen: Screen, person: DemoPerson) -> None:
    screen.open(person)
    screen.page.goto(screen.page.url.rsplit("/", 1)[0] + "/home")
    screen.page.get_by_role("heading", name="How to ask").wait_for()
    _rest(screen.page)


def digest(screen: Screen) -> None:
    screen.open(EXECUTIVE)
    screen.ask("/digest Care this month")
    screen.press("Preview to me")
    screen.last.get_by_text("Preview, for you alone").wait_for()
    _settle(screen)


def digest_form(screen: Screen) -> None:
    screen.open(LEAD)
    screen.ask("/digest")
    screen.press("New digest")
    screen.modal.get_by_label("What it tells").select_option(label="For a team")
    screen.modal.get_by_label("Metrics").wait_for(state="detached")
    screen.modal.get_by_label("Goes to").select_option(label="A conversation")
    screen.modal.get_by_text("Or its link or id").wait_for()
    screen.modal.get_by_label("Only for").fill("team:Billing")
    _rest(screen.page)


def csat(screen: Screen) -> None:
    _survey(screen, CSAT, "Refund for order 88-1203")


def nps(screen: Screen) -> None:
    _survey(screen, NPS)


def ces(screen: Screen) -> None:
    _survey(screen, CES, "Change of address")


def csat_thanks(screen: Screen) -> None:
    _survey(screen, CSAT, "Refund for order 88-1203")
    screen.press("🙁 Dissatisfied")
    screen.last.get_by_text("You said: dissatisfied").wait_for()
    _rest(screen.page)


def _survey(screen: Screen, kind: Kind, subject: str = "") -> None:
    """A survey in the direct message of a customer."""
    demo, now = screen.demo, system_clock()
    person = in_slack(demo, CUSTOMER)
    campaign_id = campaign(demo.operations, now, kind.key)
    asked = invite(
        campaign_id,
        now,
        kind=kind.key,
        user_id=person.id,
        team_id=person.team_id,
        place_id=person.id,
        about={"subject": subject},
    )
    with writing(demo.operations) as session:
        for invitation_id in invitations.plan(session, [asked], now):
            planned = session.get_one(Invitation, invitation_id)
            outbox.enqueue(session, [invitations.parcel_of(planned)], now)
    place = demo.workspace.direct(person, demo.workspace.bot)
    screen.page.goto(f"{demo.address}/{person.id}/{place.id}")
    screen.last.get_by_text("One click is enough.").wait_for()
    _rest(screen.page)


def review(screen: Screen) -> None:
    """The first page of a review, with some answers given."""
    screen.open(REVIEWER)
    screen.ask("/coach sample")
    screen.last.get_by_role("button", name="Review").first.click()
    screen.modal.get_by_text("No score yet").wait_for()
    screen.modal.get_by_label("Yes").first.check()
    screen.modal.get_by_text("Score so far: 100").wait_for()
    _rest(screen.page)


def review_note(screen: Screen) -> None:
    """The page with the note."""
    review(screen)
    screen.modal.get_by_role("button", name="To the note").click()
    screen.modal.get_by_label("What went well").wait_for()
    _rest(screen.page)


SCREENS: dict[str, tuple[Callable[[Screen], None], tuple[int, int]]] = {
    "answer": (answer, TALL),
    "by-team": (by_team, TALL),
    "why": (why, TALL),
    "sharing": (sharing, WIDE),
    "definition": (definition, WIDE),
    "customer": (customer, WIDE),
    "home": (home, TALL),
    "home-agent": (home_of_an_agent, PHONE),
    "home-admin": (home_of_an_admin, WIDE),
    "home-card": (card, PHONE),
    "home-role": (giving_a_role, WIDE),
    "digest": (digest, PHONE),
    "digest-form": (digest_form, PHONE),
    "survey-csat": (csat, PHONE),
    "survey-nps": (nps, PHONE),
    "survey-ces": (ces, PHONE),
    "survey-thanks": (csat_thanks, PHONE),
    "review": (review, PHONE),
    "review-note": (review_note, PHONE),
    "phone": (answer, PHONE),
    "dark": (answer, TALL),
}


def main(folder: Path, wanted: Sequence[str] = ()) -> None:
    if CHROMIUM is None:
        raise SystemExit(HOW_TO_GET_IT)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as data, chromium() as browser:
        for name in wanted or SCREENS:
            # Each with data of its own: what was asked for another picture is not in it.
            home = Path(data) / name
            home.mkdir()
            order = DemoOrder(home, 240, Size.SMALL, 0, Settings(timezone="Europe/London"))
            with run_demo(order, system_clock) as demo:
                path = folder / f"{name}.png"
                _take(browser, demo, name, path)
            _refuse_large(path)


def _take(browser: Browser, demo: Demo, name: str, path: Path) -> None:
    act, (width, height) = SCREENS[name]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if name == "dark" else "light",
        reduced_motion="reduce",
    )
    screen = Screen(demo, context.new_page())
    act(screen)
    screen.page.screenshot(path=path)
    context.close()


def _settle(screen: Screen) -> None:
    """Shows an answer from its beginning, the pointer out of the way."""
    screen.last.evaluate("each => each.scrollIntoView({ block: 'start' })")
    _rest(screen.page)


def _rest(page: Page) -> None:
    page.mouse.move(0, 0)
    page.evaluate("document.fonts.ready")


def _refuse_large(path: Path) -> None:
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise SystemExit(f"{path.name} has {size:,} bytes, more than {LARGEST_BYTES:,}.")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
