from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from bot.cli import system_clock
from bot.demo import Demo, DemoOrder, run_demo
from storage.demo.generation import Size
from storage.settings import Settings
from tests.browser.screen import CHROMIUM, HOW_TO_GET_IT, Screen, chromium

NewPage = Callable[[], Page]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    if CHROMIUM is None:
        pytest.skip(HOW_TO_GET_IT)
    folder = tmp_path_factory.mktemp("demo")
    order = DemoOrder(folder, 240, Size.SMALL, 0, Settings(timezone="Europe/London"))
    with run_demo(order, system_clock) as running:
        yield running


@pytest.fixture(scope="session")
def browser(demo: Demo) -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def screen(demo: Demo, browser: Browser) -> Iterator[Screen]:
    """A tab of a browser that was never used, whose scripts make no mistake."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    mistakes: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    yield Screen(demo, page)
    context.close()
    assert mistakes == []
