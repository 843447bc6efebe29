"""The page by keyboard alone, and against the axe rules."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.sync_api import expect

from storage.demo.people import EXECUTIVE
from tests.browser.screen import Screen, library

HAS_FOCUS = "document.activeElement.closest('dialog') !== null"


def violations(screen: Screen) -> list[tuple[str, list[Any]]]:
    """The axe rules that the page breaks, each with what breaks it."""
    screen.page.evaluate(library("axe.min.js").read_text(encoding="utf-8") + ";0")
    found = screen.page.evaluate("axe.run({ resultTypes: ['violations'] })")
    return [
        (each["id"], [node["target"] for node in each["nodes"]]) for each in found["violations"]
    ]


def test_keyboard_is_enough(screen: Screen) -> None:
    screen.open(EXECUTIVE)
    keyboard = screen.page.keyboard
    expect(screen.page.locator("#composer")).to_be_focused()
    answer = screen.next_message()
    keyboard.type("/k")
    expect(screen.page.get_by_role("listbox")).to_be_visible()
    keyboard.press("Enter")
    keyboard.type("volume weekly")
    keyboard.press("Enter")
    button = answer.get_by_role("button", name="Share in channel")
    button.wait_for()
    for _ in range(20):
        keyboard.press("Shift+Tab")
        if button.evaluate("each => each === document.activeElement"):
            break
    expect(button).to_be_focused()
    keyboard.press("Enter")
    expect(screen.modal).to_be_visible()
    for _ in range(6):
        keyboard.press("Tab")
        is_outside = "document.activeElement !== document.body && !(" + HAS_FOCUS + ")"
        assert not screen.page.evaluate(is_outside)
    keyboard.press("Escape")
    expect(screen.modal).to_have_count(0)
    expect(button).to_be_focused()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_rules_pass(screen: Screen, width: int, scheme: Literal["light", "dark"]) -> None:
    screen.page.set_viewport_size({"width": width, "height": 844})
    screen.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    screen.open(EXECUTIVE)
    screen.ask("/kpi fcr weekly by team")
    conversation = violations(screen)
    screen.press("Share in channel")
    screen.modal.wait_for()
    modal = violations(screen)
    screen.page.keyboard.press("Escape")
    expect(screen.modal).to_have_count(0)
    screen.page.goto(screen.page.url.rsplit("/", 1)[0] + "/home")
    screen.page.get_by_role("heading", name="How to ask").wait_for()
    assert (conversation, modal, violations(screen)) == ([], [], [])
