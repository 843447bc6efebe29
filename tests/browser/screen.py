"""The demo's page as one person sees it in a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from bot.demo import Demo
from bot.playground import Conversation, Person
from storage.demo.people import DemoPerson

CARE = "customer-care"
SHARED = "with-birch-and-anchor"
CHROMIUM = shutil.which("chromium")
HOW_TO_GET_IT = "Chromium is missing: apt-get install chromium"
PATIENCE_MS = 8_000
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Screen:
    """A page, and what a person does there; it looks until what it waits for is there."""

    def __init__(self, demo: Demo, page: Page) -> None:
        self.demo = demo
        self.page = page
        page.set_default_timeout(PATIENCE_MS)

    def open(self, person: DemoPerson, channel: str = CARE) -> None:
        place = conversation(self.demo, channel).id
        self.page.goto(f"{self.demo.address}/{in_slack(self.demo, person).id}/{place}")

    def type(self, text: str) -> None:
        composer = self.page.locator("#composer")
        composer.fill(text)
        composer.press("Escape")
        composer.press("Enter")

    def ask(self, text: str) -> Locator:
        """Types a command, and gives the answer."""
        answer = self.next_message()
        self.type(text)
        answer.wait_for()
        return self.last

    def next_message(self) -> Locator:
        """Where the one after those of now will stand."""
        messages = self.page.locator("#messages > li.message")
        return messages.nth(messages.count())

    @property
    def last(self) -> Locator:
        return self.page.locator("#messages > li.message").last

    def press(self, name: str) -> None:
        self.last.get_by_role("button", name=name, exact=True).click()

    @property
    def modal(self) -> Locator:
        return self.page.get_by_role("dialog")

    def act_as(self, person: DemoPerson) -> None:
        """Switches to another person with the menu at the top."""
        self.page.locator("#person > summary").click()
        self.page.locator("#person").get_by_role("link", name=person.name).click()
        self.page.locator("#person > summary", has_text=person.name).wait_for()


def in_slack(demo: Demo, person: DemoPerson) -> Person:
    return next(each for each in demo.workspace.state.people.values() if each.name == person.handle)


def conversation(demo: Demo, name: str) -> Conversation:
    found = demo.workspace.state.conversations.values()
    return next(each for each in found if each.name == name)


def library(name: str) -> Path:
    return Path(__file__).parent / "axe" / name
