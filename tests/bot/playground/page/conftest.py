"""The page of a workspace with two people, and a browser without a window."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from bot.playground import Conversation, Person, Workspace
from bot.playground.page import ActingPerson, serve_page
from tests.bot.playground.conftest import MovableClock

HOSTILE = "<script>alert(1)</script> <!channel> *bold* &amp; \"'>"

VOID = {
    "input",
    "br",
    "hr",
    "meta",
    "link",
    "circle",
    "rect",
    "path",
    "line",
    "polyline",
    "polygon",
}


class Reader(HTMLParser):
    """The text that is shown, and every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._hidden += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.shown.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return " ".join(self.shown)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


@dataclass
class Browser:
    """Opens pages, sends forms, and hears what is pushed."""

    http: httpx.Client
    address: str
    moved: list[datetime] = field(default_factory=list)

    def open(self, person: Person, place: Conversation | str, **query: str) -> Reader:
        response = self.http.get(f"/{person.id}/{_place(place)}", params=query)
        assert response.status_code == 200, response.text
        return Reader(response.text)

    def send(self, person: Person, action: str, **fields: Any) -> httpx.Response:
        self.http.get(f"/{person.id}/home")
        return self.http.post(f"/{person.id}/{action}", data=fields)

    def say(self, person: Person, place: Conversation, text: str, **fields: str) -> httpx.Response:
        return self.send(person, f"{place.id}/say", text=text, **fields)

    @contextmanager
    def hear(
        self, person: Person, place: Conversation | str, **query: str
    ) -> Iterator[Iterator[list[dict[str, Any]]]]:
        """What is pushed to an open page, change by change."""
        page = self.open(person, place, **{k: v for k, v in query.items() if k != "seen"})
        seen = next(each["data-seen"] for each in page.all("body"))
        address = f"/{person.id}/{_place(place)}/stream"
        with self.http.stream("GET", address, params={"seen": seen} | query) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            yield _news(response)


def _place(place: Conversation | str) -> str:
    return place if isinstance(place, str) else place.id


def _news(response: httpx.Response) -> Iterator[list[dict[str, Any]]]:
    """Each batch of changes; an empty one is a sign of life."""
    for line in response.iter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))
        elif line == ":":
            yield []


@pytest.fixture
def browser(
    workspace: Workspace, people: tuple[Person, Person], clock: MovableClock
) -> Iterator[Browser]:
    ana, bob = people
    acting = [
        ActingPerson(ana.id, "Ana", "team lead"),
        ActingPerson(bob.id, "Bob", "agent"),
    ]
    moved: list[datetime] = []

    def move_clock(to: datetime) -> None:
        moved.append(to)
        clock.now = to

    with serve_page(workspace, acting, port=0, move_clock=move_clock) as address:
        base = f"http://{address}"
        with httpx.Client(base_url=base, headers={"Origin": base}, timeout=10) as http:
            yield Browser(http, address, moved)
