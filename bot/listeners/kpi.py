"""``/kpi``, and the buttons that ask again."""

from __future__ import annotations

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.actions import ASK, pattern
from bot.listeners.acknowledged import Payload, acknowledged, is_private, tell, user_id
from bot.listeners.desk import Desk
from bot.listeners.replies import answer_request
from bot.request import parse
from storage.access import refusal_of_outsider
from storage.errors import NotAllowedError
from storage.roles import Member

COMMAND = "/kpi"


def register(app: App, desk: Desk) -> None:
    """Listens to the command, and to the buttons that ask again."""

    def asked(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        request = parse(body.get("text", ""), desk.answering.today, escaped=True)
        tell(body, client, answer_request(desk, member, request, body["channel_id"]))

    def asked_again(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        request = parse(body["actions"][0]["value"], desk.answering.today)
        message = answer_request(desk, member, request, body["channel"]["id"])
        tell(body, client, message, replace=is_private(body))

    app.command(COMMAND)(acknowledged(asked))
    app.action(pattern(ASK))(acknowledged(asked_again))


def insider(desk: Desk, slack_user_id: str) -> Member:
    """The member; a guest or somebody of another organisation gets one sentence instead."""
    member = desk.members.find(slack_user_id)
    if refused := refusal_of_outsider(member):
        raise NotAllowedError(refused.sentence, refused.next_step)
    return member
