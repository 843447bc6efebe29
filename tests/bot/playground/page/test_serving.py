from __future__ import annotations

import httpx
import pytest

from bot.playground import Conversation, Person, Workspace
from bot.playground.page import ActingPerson, page_app, serve_page


@pytest.fixture
def acting(ana: Person, billing: Conversation) -> list[ActingPerson]:
    return [ActingPerson(ana.id, "Ana", "lead")]


def test_taken_port_is_left_alone(workspace: Workspace, acting: list[ActingPerson]) -> None:
    with serve_page(workspace, acting, port=0) as first:
        port = int(first.partition(":")[2])
        with serve_page(workspace, acting, port=port) as second:
            assert second != first
            assert httpx.get(f"http://{second}/").status_code == 303


def test_page_listens_on_the_loopback_address(
    workspace: Workspace, acting: list[ActingPerson]
) -> None:
    with serve_page(workspace, acting, port=0) as address:
        assert address.startswith("127.0.0.1:")


def test_ended_page_ends_what_it_pushed(
    workspace: Workspace, acting: list[ActingPerson], ana: Person, billing: Conversation
) -> None:
    with httpx.Client() as http:
        with serve_page(workspace, acting, port=0) as address:
            place = f"http://{address}/{ana.id}/{billing.id}"
            http.get(place)
            request = http.build_request("GET", f"{place}/stream")
            response = http.send(request, stream=True)
        with pytest.raises(httpx.RemoteProtocolError):
            response.read()


def test_page_without_people_is_refused(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="somebody whom one can act as"):
        page_app(workspace, [])
