"""Roles and channels on an admin's Home: the forms, and everybody's roles page by page."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt import App
from slack_sdk import WebClient

from bot.administration import (
    check_admin,
    give_role,
    give_roles,
    list_roles,
    name_channel_teams,
    named_person,
    take_role,
)
from bot.blocks.actions import (
    CHANNEL_OPEN,
    CHANNEL_SAVED,
    ROLE_GIVE,
    ROLE_SAVED,
    ROLES_OPEN,
    ROLES_PASTE,
    ROLES_PASTED,
    pattern,
)
from bot.blocks.message import Json
from bot.blocks.rich import is_user_id
from bot.blocks.role_forms import (
    CHANNEL,
    EMAIL,
    LINES,
    PERSON,
    ROLE,
    TEAMS,
    RoleWanted,
    channel_form,
    channel_wanted,
    paste_form,
    pasted,
    role_form,
    role_wanted,
    roles_page,
)
from bot.blocks.roles import (
    channel_teams_message,
    role_given_message,
    role_taken_message,
    roles_given_message,
)
from bot.blocks.target_form import saved_view
from bot.listeners.acknowledged import Payload, acknowledged, committed, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.replying import open_view
from bot.role_lines import read_lines
from bot.role_words import TEAM_PREFIX, parse_grant
from storage.errors import UserError
from storage.operations.audit import By
from storage.roles import WHOLE_ORGANISATION, Member, RoleGrant


def register(app: App, desk: Desk) -> None:
    """Listens to the buttons of an admin's Home and to the forms that they open."""

    def shows(body: Payload, _client: WebClient) -> None:
        desk.homes.show(user_id(body))

    def turns_the_page(body: Payload, client: WebClient) -> None:
        _admin(desk, body)
        view = roles_page(list_roles(desk.operations), int(body["actions"][0]["value"]))
        if body.get("view", {}).get("type") == "modal":
            client.views_update(view_id=body["view"]["id"], view=view)
        else:
            open_view(client, body["trigger_id"], view)

    def gives(body: Payload, _client: WebClient) -> Payload:
        return _saved(desk, _admin(desk, body), role_wanted(body["view"]))

    def gives_many(body: Payload, _client: WebClient) -> Payload:
        return _many_saved(desk, _admin(desk, body), pasted(body["view"]))

    def names_teams(body: Payload, _client: WebClient) -> Payload:
        return _channel_saved(desk, _admin(desk, body), *channel_wanted(body["view"]))

    app.action(pattern(ROLES_OPEN))(acknowledged(turns_the_page))
    app.action(pattern(ROLE_GIVE))(_opening(desk, lambda: role_form(desk.homes.teams())))
    app.action(pattern(ROLES_PASTE))(_opening(desk, paste_form))
    app.action(pattern(CHANNEL_OPEN))(_opening(desk, lambda: channel_form(desk.homes.teams())))
    app.view(ROLE_SAVED)(committed(gives, shows))
    app.view(ROLES_PASTED)(committed(gives_many, shows))
    app.view(CHANNEL_SAVED)(committed(names_teams, shows))


def _admin(desk: Desk, body: Payload) -> Member:
    member = insider(desk, user_id(body))
    check_admin(member)
    return member


def _opening(desk: Desk, form: Callable[[], Json]) -> Callable[..., None]:
    """Opens a form for an admin."""

    def opens(body: Payload, client: WebClient) -> None:
        _admin(desk, body)
        open_view(client, body["trigger_id"], form())

    return acknowledged(opens)


def _saved(desk: Desk, member: Member, wanted: RoleWanted) -> Payload:
    """Errors at their fields, or what was done in the form's place."""
    try:
        who = _person(desk, wanted)
    except UserError as error:
        return _errors(EMAIL if wanted.email else PERSON, error)
    by = By(member.slack_user_id, desk.clock())
    if wanted.takes:
        names = desk.members.names(who) if is_user_id(who) else {who}
        taken = take_role(desk.operations, names, wanted.role, by)
        return _instead(saved_view(role_taken_message(who, taken), "Roles"))
    try:
        granted = _granted(desk, wanted)
    except UserError as error:
        return _errors(TEAMS if desk.homes.teams() else ROLE, error)
    give_role(desk.operations, who, granted, by)
    return _instead(saved_view(role_given_message(who, granted), "Roles"))


def _person(desk: Desk, wanted: RoleWanted) -> str:
    """Who it is about, by user id or address."""
    if wanted.person and wanted.email:
        raise UserError("Choose a person or write an address, not both.")
    if not wanted.person and not wanted.email:
        raise UserError("Choose a person, or write an e-mail address below.")
    if wanted.email:
        return named_person(wanted.email)
    if not wanted.takes and desk.members.find(wanted.person).is_outsider:
        raise UserError("Guests, apps and people of other organisations get no role.")
    return wanted.person


def _granted(desk: Desk, wanted: RoleWanted) -> RoleGrant:
    words = [f"{TEAM_PREFIX}{team}" for team in wanted.teams]
    asked = parse_grant([wanted.role.value, *words])
    return RoleGrant(asked.role, desk.answering.known_teams(asked.teams))


def _many_saved(desk: Desk, member: Member, text: str) -> Payload:
    try:
        grants = read_lines(text, desk.answering.known_teams)
    except UserError as error:
        return _errors(LINES, error)
    give_roles(desk.operations, grants, By(member.slack_user_id, desk.clock()))
    return _instead(saved_view(roles_given_message(grants), "Roles"))


def _channel_saved(desk: Desk, member: Member, channel_id: str, teams: frozenset[str]) -> Payload:
    asked = frozenset({WHOLE_ORGANISATION}) if WHOLE_ORGANISATION in teams else teams
    try:
        channel = desk.channels.find(channel_id)
    except UserError as error:
        return _errors(CHANNEL, error)
    by = By(member.slack_user_id, desk.clock())
    name_channel_teams(desk.operations, channel_id, asked, by)
    message = channel_teams_message(channel.place.channel_name, asked)
    return _instead(saved_view(message, "Totals in a channel"))


def _errors(block_id: str, error: UserError) -> Payload:
    return {"response_action": "errors", "errors": {block_id: str(error)}}


def _instead(view: Json) -> Payload:
    return {"response_action": "update", "view": view}
