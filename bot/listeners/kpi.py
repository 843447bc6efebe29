"""``/kpi``, and the buttons that ask again."""

from __future__ import annotations

from typing import Any, assert_never

from slack_bolt import Ack, App

from bot.blocks.actions import ASK, DEFINE, pattern
from bot.blocks.answer import answer_message
from bot.blocks.help import definition_message, help_message, list_message
from bot.blocks.message import Message
from bot.listeners.administration import change_channel, change_roles
from bot.listeners.desk import Desk
from bot.replying import reply
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

Payload = dict[str, Any]


def register(app: App, desk: Desk) -> None:
    def asked(ack: Ack, command: Payload) -> None:
        ack()
        member = insider(desk, command["user_id"])
        request = parse(command.get("text", ""), desk.answering.today, escaped=True)
        message = answer_request(desk, member, request, command["channel_id"])
        reply(command["response_url"], message)

    def asked_again(ack: Ack, body: Payload, action: Payload) -> None:
        ack()
        member = insider(desk, body["user"]["id"])
        request = parse(action["value"], desk.answering.today)
        message = answer_request(desk, member, request, body["channel"]["id"])
        reply(body["response_url"], message, replace=is_private(body))

    def wanted_the_definition(ack: Ack, body: Payload, action: Payload) -> None:
        ack()
        insider(desk, body["user"]["id"])
        request = parse(action["value"], desk.answering.today)
        if isinstance(request, Question):
            reply(body["response_url"], definition_message(request.metric))

    app.command("/kpi")(asked)
    app.action(pattern(ASK))(asked_again)
    app.action(pattern(DEFINE))(wanted_the_definition)


def insider(desk: Desk, user_id: str) -> Member:
    """The member; a guest or somebody of another organisation gets one sentence instead."""
    member = desk.members.find(user_id)
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
            return definition_message(request.metric)
        case RoleCommand():
            return change_roles(desk, member, request.rest)
        case ChannelCommand():
            return change_channel(desk, member, request.rest, channel_id)
        case _:
            assert_never(request)
