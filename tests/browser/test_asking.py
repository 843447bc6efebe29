"""What people do in the demo: ask, look closer, share, and see what each may see."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from storage.demo.people import AGENT, CUSTOMER, EXECUTIVE, LEAD
from tests.browser.screen import CARE, SHARED, Screen

FIGURE = re.compile(r"\d %|%|resolution", re.IGNORECASE)


def test_person_asks_looks_closer_and_shares_and_another_person_sees_it(screen: Screen) -> None:
    screen.open(EXECUTIVE)
    answer = screen.ask("/kpi fcr weekly")
    expect(answer).to_contain_text("Only visible to you")
    expect(answer).to_contain_text(re.compile(r"First contact resolution, week \d+"))
    expect(answer.locator("svg[role=img]").first).to_be_visible()
    expect(answer.locator("table").last).to_contain_text("phone")
    # What is offered first depends on what the figure hides.
    split = answer.get_by_role("button", name=re.compile("^By ")).first
    by = (split.text_content() or "").strip().removeprefix("By ")
    split.click()
    figures = screen.last.locator("table").last
    expect(figures.locator("tr").first).to_contain_text(by, ignore_case=True)
    shown = figures.inner_text().split()
    screen.press("Share in channel")
    expect(screen.modal).to_contain_text(f"in the channel #{CARE} will see it")
    screen.modal.get_by_role("button", name="Share", exact=True).click()
    expect(screen.modal).to_have_count(0)
    expect(screen.last).to_contain_text("@Ingrid Vale shared this.")
    expect(screen.last).not_to_contain_text("Only visible to you")
    screen.act_as(AGENT)
    expect(screen.page.locator("#messages")).not_to_contain_text("Only visible to you")
    expect(screen.last).to_contain_text("@Ingrid Vale shared this.")
    assert screen.last.locator("table").last.inner_text().split() == shown


def test_customer_gets_no_figure_and_sees_no_other_channel(screen: Screen) -> None:
    screen.open(EXECUTIVE, SHARED)
    screen.ask("/kpi fcr weekly")
    screen.press("Share in channel")
    expect(screen.last).to_contain_text("This channel is shared with another organisation")
    screen.act_as(CUSTOMER)
    expect(screen.page.locator("#places li")).to_have_text([re.compile(SHARED), "CareKPI"])
    screen.open(CUSTOMER, SHARED)
    expect(screen.page.locator("#messages > li.message")).to_have_count(0)
    refused = screen.ask("/kpi fcr weekly")
    expect(refused).to_contain_text("Only visible to you")
    expect(refused.locator(".blocks, .body").last).not_to_contain_text(FIGURE)
    screen.open(CUSTOMER, CARE)
    expect(screen.page.get_by_role("heading", level=1)).to_have_text(f"#{SHARED}")


def test_typo_is_helped_by_its_button(screen: Screen) -> None:
    screen.open(LEAD)
    helped = screen.ask("/kpi fcrt weekly")
    expect(helped).to_contain_text("fcrt")
    helped.get_by_role("button", name="First contact resolution").click()
    expect(screen.last).to_contain_text(re.compile(r"First contact resolution.*, week \d+"))


def test_what_a_person_types_is_shown_as_text(screen: Screen) -> None:
    typed = "<script>document.title = 'run'</script> <!channel> *bold* &amp; <b>&</b>"
    screen.open(EXECUTIVE)
    screen.type(typed)
    expect(screen.last).to_contain_text(typed)
    answer = screen.ask(f"/kpi {typed}")
    expect(answer).to_contain_text("I don't know a metric")
    expect(screen.page.locator("#messages script, #messages b")).to_have_count(0)
    expect(screen.page).not_to_have_title("run")


def test_bot_is_mentioned_by_its_name_and_asked_in_plain_words(screen: Screen) -> None:
    screen.open(EXECUTIVE)
    before = screen.page.locator("#messages > li.message").count()
    screen.type("@CareKPI how was first response on chat last week?")
    answer = screen.page.locator("#messages > li.message").nth(before + 1)
    expect(answer).to_contain_text("Only visible to you")
    expect(answer).to_contain_text(re.compile(r"First response time, chat, week \d+"))
