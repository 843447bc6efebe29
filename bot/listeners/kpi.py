"""``/kpi``, and the buttons that ask again."""

from __future__ import annotations

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks.actions import ASK, pattern
from bot.blocks.message import Message
from bot.listeners.acknowledged import (
    Payload,
    acknowledged,
    committed,
    is_private,
    tell,
    user_id,
)
from bot.listeners.desk import Desk
from bot.listeners.replies import answer_request
from bot.request import may_change, parse
from storage.access import refusal_of_outsider
from storage.errors import NotAllowedError
from storage.roles import Member

COMMAND = "/kpi"


def register(app: App, desk: Desk) -> None:
    """Listens to the command, and to the buttons that ask again."""

    def typed(body: Payload, _client: WebClient) -> Message:
        member = insider(desk, user_id(body))
        request = parse(body.get("text", ""), desk.answering.today, escaped=True)
        return answer_request(desk, member, request, body["channel_id"])

    def clicked(body: Payload, _client: WebClient) -> Message:
        member = insider(desk, user_id(body))
        request = parse(body["actions"][0]["value"], desk.answering.today)
        return answer_request(desk, member, request, body["channel"]["id"])

    def asked(body: Payload, client: WebClient) -> None:
        tell(body, client, typed(body, client))

    def asked_again(body: Payload, client: WebClient) -> None:
        tell(body, client, clicked(body, client), replace=is_private(body))

    def command(ack: Ack, body: Payload, client: WebClient) -> None:
        changes = may_change(body.get("text", ""), desk.answering.today, escaped=True)
        (committed(typed) if changes else acknowledged(asked))(ack, body, client)

    def button(ack: Ack, body: Payload, client: WebClient) -> None:
        changes = may_change(str(body["actions"][0].get("value")), desk.answering.today)
        (committed(clicked) if changes else acknowledged(asked_again))(ack, body, client)

    app.command(COMMAND)(command)
    app.action(pattern(ASK))(button)


def insider(desk: Desk, slack_user_id: str) -> Member:
    """The member; a guest or somebody of another organisation gets one sentence instead."""
    member = desk.members.find(slack_user_id)
    if refused := refusal_of_outsider(member):
        raise NotAllowedError(refused.sentence, refused.next_step)
    return member
