"""Appeals: the agent's two forms, and the second reviewer's."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks.actions import (
    APPEAL_DECIDE,
    APPEAL_DECIDED,
    APPEAL_ITEMS,
    APPEAL_MADE,
    NOTE_APPEAL,
    pattern,
)
from bot.blocks.coaching.appeal import ITEMS, chosen_items, first_points, proposed_in
from bot.blocks.message import Json
from bot.listeners.acknowledged import Payload, acknowledged, committed, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.listeners.notes import refresh
from bot.replying import open_view
from storage.errors import UserError
from storage.roles import Member


def register(app: App, desk: Desk) -> None:
    """Listens to the buttons and to the forms."""

    def member(body: Payload) -> Member:
        return insider(desk, user_id(body))

    def begins(body: Payload, client: WebClient) -> None:
        view = desk.notes.appeal_form(member(body), body["actions"][0]["value"])
        open_view(client, body["trigger_id"], view)

    def chooses(body: Payload, _client: WebClient) -> Payload:
        note_id, keys = chosen_items(body["view"])
        return _instead_or(lambda: desk.notes.appeal_items(member(body), note_id, keys), ITEMS)

    def appeals(body: Payload, _client: WebClient) -> Payload:
        view = body["view"]
        return _instead_or(lambda: desk.notes.make_appeal(member(body), view), first_points(view))

    def opens(body: Payload, client: WebClient) -> None:
        view = desk.notes.decision_form(member(body), body["actions"][0]["value"])
        open_view(client, body["trigger_id"], view)

    def decides(body: Payload, _client: WebClient) -> Payload:
        view = body["view"]
        return _instead_or(lambda: desk.notes.decide(member(body), view), first_points(view))

    def appealed(ack: Ack, body: Payload, client: WebClient) -> None:
        committed(appeals)(ack, body, client)
        refresh(desk, body, client, proposed_in(body["view"])[0])

    app.action(pattern(NOTE_APPEAL))(acknowledged(begins))
    app.view(APPEAL_ITEMS)(committed(chooses))
    app.view(APPEAL_MADE)(appealed)
    app.action(pattern(APPEAL_DECIDE))(acknowledged(opens))
    app.view(APPEAL_DECIDED)(committed(decides))


def _instead_or(done: Callable[[], Json], block_id: str) -> Payload:
    """The view that takes the form's place; what is in the way stands at a field of the form."""
    try:
        return {"response_action": "update", "view": done()}
    except UserError as error:
        return {"response_action": "errors", "errors": {block_id: str(error)}}
