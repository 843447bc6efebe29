"""The page while things happen: other tabs, reloads, many messages, the clock."""

from __future__ import annotations

from statistics import median

from playwright.sync_api import expect
from slack_sdk import WebClient

from storage.demo.people import ADMIN, EXECUTIVE, LEAD, REVIEWER
from tests.browser.screen import CARE, Screen, conversation, in_slack

MANY, BURST = 2_000, 200
MOST_NODES = 12_000
SLOWEST_RATIO = 6.0

PRESS_SECONDS = """async () => {
  const box = document.getElementById("composer");
  const begun = performance.now();
  for (const key of "hello there") {
    box.value += key;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }
  return (performance.now() - begun) / 1000;
}"""


def bot_of(screen: Screen) -> WebClient:
    workspace = screen.demo.workspace
    return WebClient(token=workspace.bot_token, base_url=workspace.api_url)


def test_message_of_the_bot_appears_in_each_tab_without_a_reload(screen: Screen) -> None:
    other = Screen(screen.demo, screen.page.context.new_page())
    other.open(LEAD)
    screen.open(EXECUTIVE)
    channel_id = conversation(screen.demo, CARE).id
    bot_of(screen).chat_postMessage(channel=channel_id, text="The figures of the day are in.")
    for each in (screen, other):
        expect(each.last).to_contain_text("The figures of the day are in.")


def test_reload_keeps_an_open_modal(screen: Screen) -> None:
    screen.open(REVIEWER)
    screen.ask("/kpi volume weekly")
    screen.press("Share in channel")
    said = screen.modal.inner_text()
    screen.page.reload()
    assert screen.modal.inner_text() == said
    screen.modal.get_by_role("button", name="Cancel").click()
    expect(screen.modal).to_have_count(0)
    screen.page.reload()
    expect(screen.modal).to_have_count(0)


def test_page_stays_usable_with_many_messages(screen: Screen) -> None:
    workspace = screen.demo.workspace
    author, reader = in_slack(screen.demo, ADMIN), in_slack(screen.demo, LEAD)
    busy = workspace.add_channel("busy", [author, reader])
    for number in range(MANY):
        workspace.post(author, busy, f"message {number}")
    screen.open(EXECUTIVE, "team-billing")
    usual = median(screen.page.evaluate(PRESS_SECONDS) for _ in range(3))
    screen.open(LEAD, "busy")
    expect(screen.last).to_contain_text(f"message {MANY - 1}")
    for number in range(BURST):
        workspace.post(author, busy, f"more {number}")
    loaded = median(screen.page.evaluate(PRESS_SECONDS) for _ in range(3))
    expect(screen.last).to_contain_text(f"more {BURST - 1}")
    assert loaded / usual < SLOWEST_RATIO
    assert screen.page.evaluate("document.querySelectorAll('*').length") < MOST_NODES
    expect(screen.last).to_be_in_viewport()


def test_clock_moves(screen: Screen) -> None:
    screen.open(EXECUTIVE)
    clock = screen.page.locator("#clock-says")
    before = clock.inner_text()
    screen.page.locator("#clock > summary").click()
    screen.page.get_by_role("button", name="Next Monday 09:00").click()
    expect(clock).not_to_have_text(before)
    expect(clock).to_contain_text("Mon ")
    expect(clock).to_contain_text("09:0")


def test_moved_clock_brings_the_weeks_digest(screen: Screen) -> None:
    screen.open(LEAD, "team-billing")
    screen.page.locator("#clock > summary").click()
    screen.page.get_by_role("button", name="Next Monday 09:00").click()
    expect(screen.last).to_contain_text("Team this week, team Billing, week", timeout=30_000)
