from __future__ import annotations

import httpx
import pytest

from bot.playground import Conversation, Person, Workspace
from tests.bot.playground.page.conftest import Browser


def _texts(workspace: Workspace, person: Person, channel: Conversation) -> list[str]:
    return [message.text for message in workspace.visible(person, channel)]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "0.0.0.0", ""])
def test_host_of_another_name_is_refused(browser: Browser, host: str) -> None:
    response = httpx.get(f"http://{browser.address}/", headers={"Host": host})

    assert response.status_code == 400


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", None])
def test_post_from_another_origin_is_refused(
    browser: Browser,
    workspace: Workspace,
    ana: Person,
    billing: Conversation,
    origin: str | None,
) -> None:
    browser.open(ana, billing)
    request = browser.http.build_request(
        "POST", f"/{ana.id}/{billing.id}/say", data={"text": "hello"}
    )
    del request.headers["Origin"]
    if origin:
        request.headers["Origin"] = origin

    response = browser.http.send(request)

    assert response.status_code == 403
    assert _texts(workspace, ana, billing) == []


@pytest.mark.parametrize("path", ["stream", "say"])
def test_request_without_the_cookie_is_refused(
    browser: Browser, ana: Person, billing: Conversation, path: str
) -> None:
    method = "POST" if path == "say" else "GET"
    headers = {"Origin": f"http://{browser.address}", "Sec-Fetch-Mode": "cors"}

    response = httpx.request(
        method, f"http://{browser.address}/{ana.id}/{billing.id}/{path}", headers=headers
    )

    assert response.status_code == 403


def test_cookie_of_an_earlier_start_is_refused(
    browser: Browser, ana: Person, billing: Conversation
) -> None:
    port = browser.address.partition(":")[2]
    headers = {"Origin": f"http://{browser.address}", "Cookie": f"workspace_{port}=old"}

    response = httpx.post(
        f"http://{browser.address}/{ana.id}/{billing.id}/say", headers=headers, data={"text": "x"}
    )

    assert response.status_code == 403


def test_first_page_sets_a_cookie_for_this_site_alone(browser: Browser) -> None:
    response = browser.http.get("/", follow_redirects=True)

    cookie = response.history[0].headers["set-cookie"]
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert "set-cookie" not in response.headers


def test_page_forbids_what_is_not_its_own(browser: Browser, ana: Person) -> None:
    response = browser.http.get(f"/{ana.id}/home")

    assert response.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in response.headers


def test_page_carries_no_script_or_style_of_its_own(
    browser: Browser, ana: Person, billing: Conversation
) -> None:
    page = browser.open(ana, billing)

    assert all(script["src"].startswith("/static/") for script in page.all("script"))
    assert page.all("style") == []
    assert [tag for tag, attributes in page.tags if "style" in attributes] == []
    assert [tag for tag, attributes in page.tags if any(n[:2] == "on" for n in attributes)] == []
