"""``/kpi``, and the buttons that ask again."""

from __future__ import annotations

from typing import assert_never

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.actions import ASK, DEFINE, pattern
from bot.blocks.answer import answer_message
from bot.blocks.explaining import define_message, help_message, list_message
from bot.blocks.message import Message
from bot.listeners.acknowledged import Payload, acknowledged, tell, user_id
from bot.listeners.administration import change_channel, change_roles
from bot.listeners.desk import Desk
from bot.request import (
    ChannelCommand,
    Define,
    Help,
    ListMetrics,
    Request,
    RoleCommand,
    parse,
)
from storage.access import Member, OnlyThem, refusal_of_outsider
from storage.errors import NotAllowedError
from storage.metrics.answer import Question

COMMAND = "/kpi"


def register(app: App, desk: Desk) -> None:
    """Listens to the command, and to the buttons that ask again or for a definition."""

    def asked(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        request = parse(body.get("text", ""), desk.answering.today, escaped=True)
        tell(body, client, answer_request(desk, member, request, body["channel_id"]))

    def asked_again(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        request = parse(body["actions"][0]["value"], desk.answering.today)
        message = answer_request(desk, member, request, body["channel"]["id"])
        tell(body, client, message, replace=is_private(body))

    def wanted_the_definition(body: Payload, client: WebClient) -> None:
        insider(desk, user_id(body))
        request = parse(body["actions"][0]["value"], desk.answering.today)
        if isinstance(request, Question):
            explained = define_message(request.metric, desk.answering.settings)
            tell(body, client, explained)

    app.command(COMMAND)(acknowledged(asked))
    app.action(pattern(ASK))(acknowledged(asked_again))
    app.action(pattern(DEFINE))(acknowledged(wanted_the_definition))


def insider(desk: Desk, slack_user_id: str) -> Member:
    """The member; a guest or somebody of another organisation gets one sentence instead."""
    member = desk.members.find(slack_user_id)
    if refused := refusal_of_outsider(member):
        raise NotAllowedError(refused.sentence, refused.next_step)
    return member


def is_private(body: Payload) -> bool:
    """Whether the message clicked on is seen by this person alone."""
    return bool(body.get("container", {}).get("is_ephemeral"))


def answer_request(desk: Desk, member: Member, request: Request, channel_id: str) -> Message:
    """The message that answers whatever was typed."""
    match request:
        case Question():
            answered = desk.answering.answer(member, request, OnlyThem())
            return answer_message(answered.answer, answered.narrowed)
        case Help():
            return help_message()
        case ListMetrics():
            return list_message()
        case Define():
            return define_message(request.metric, desk.answering.settings)
        case RoleCommand():
            return change_roles(desk, member, request.rest)
        case ChannelCommand():
            return change_channel(desk, member, request.rest, channel_id)
        case _:
            assert_never(request)
