"""users.* and team.info as the real client calls them."""

from __future__ import annotations

from dataclasses import replace

from slack_sdk import WebClient

from bot.playground import Person, Workspace, serve
from tests.bot.playground.conftest import EVERYTHING, error_of


def test_info_tells_roles_and_e_mail(workspace: Workspace, client: WebClient) -> None:
    guest = workspace.add_person(
        "gus", real_name="Gus Guest", email="gus@care.example", is_restricted=True, tz="Asia/Tokyo"
    )
    user = client.users_info(user=guest.id)["user"]

    assert (user["id"], user["team_id"]) == (guest.id, workspace.team.id)
    assert (user["name"], user["real_name"], user["tz"]) == ("gus", "Gus Guest", "Asia/Tokyo")
    assert user["profile"]["email"] == "gus@care.example"
    assert (user["is_restricted"], user["is_admin"], user["is_bot"]) == (True, False, False)
    assert "is_stranger" not in user


def test_info_of_a_stranger_has_the_other_team_and_no_e_mail(
    workspace: Workspace, client: WebClient
) -> None:
    other = workspace.add_team("Other Care")
    sam = workspace.add_person("sam", team=other)
    assert error_of(client.users_info, user=sam.id) == "user_not_visible"

    workspace.add_channel("shared", [sam], with_bot=True, shared_with=[other])
    user = client.users_info(user=sam.id)["user"]
    assert (user["team_id"], user["is_stranger"]) == (other.id, True)
    assert "email" not in user["profile"]


def test_info_of_nobody(client: WebClient) -> None:
    assert error_of(client.users_info, user="U404") == "user_not_found"


def test_list_has_the_own_team_in_pages(
    workspace: Workspace, client: WebClient, ana: Person
) -> None:
    gone = workspace.add_person("gone", deleted=True)
    workspace.add_person("sam", team=workspace.add_team("Other"))

    pages = [page["members"] for page in client.users_list(limit=2)]
    assert [[user["name"] for user in page] for page in pages] == [["carekpi", "ana"], ["gone"]]
    assert [user["deleted"] for page in pages for user in page if user["id"] == gone.id] == [True]


def test_lookup_by_email_finds_active_members_only(
    workspace: Workspace, client: WebClient, ana: Person
) -> None:
    workspace.add_person("gone", deleted=True)
    workspace.add_person("sam", team=workspace.add_team("Other"))

    lookup = client.users_lookupByEmail
    assert lookup(email="ANA@example.com")["user"]["id"] == ana.id
    assert error_of(lookup, email="gone@example.com") == "users_not_found"
    assert error_of(lookup, email="sam@example.com") == "users_not_found"
    assert error_of(lookup, email="nobody@example.com") == "users_not_found"


def test_e_mail_needs_its_scope() -> None:
    scopes = tuple(scope for scope in EVERYTHING.scopes if scope != "users:read.email")
    with serve(replace(EVERYTHING, scopes=scopes)) as strict:
        ana = strict.add_person("ana")
        client = WebClient(token=strict.bot_token, base_url=strict.api_url)
        assert "email" not in client.users_info(user=ana.id)["user"]["profile"]
        assert error_of(client.users_lookupByEmail, email="ana@example.com") == "missing_scope"


def test_change_person_is_seen_at_once(
    workspace: Workspace, client: WebClient, ana: Person
) -> None:
    workspace.change_person(ana, is_admin=False, is_owner=True)
    user = client.users_info(user=ana.id)["user"]
    assert (user["is_admin"], user["is_owner"]) == (False, True)


def test_team_info(workspace: Workspace, client: WebClient) -> None:
    assert client.team_info()["team"]["id"] == workspace.team.id
    assert error_of(client.team_info, team="T404") == "team_not_found"
