"""Sharing an answer in a channel: who will see it, then the answer under the channel's rights."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks.actions import SHARE, SHARE_CONFIRMED, pattern
from bot.blocks.share import read_confirmation, share_confirmation, shared_message
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.replying import post_message
from bot.request import parse
from storage.metrics.answer import Question

Payload = dict[str, Any]


def register(app: App, desk: Desk) -> None:
    def wants_to_share(ack: Ack, body: Payload, action: Payload, client: WebClient) -> None:
        ack()
        member = insider(desk, body["user"]["id"])
        question = _question(desk, action["value"])
        channel = desk.channels.find(body["channel"]["id"])
        answered = desk.answering.answer(member, question, channel.destination)
        view = share_confirmation(answered.answer, channel, answered.narrowed)
        client.views_open(trigger_id=body["trigger_id"], view=view)

    def confirmed(ack: Ack, body: Payload, view: Payload, client: WebClient) -> None:
        ack()
        channel_id, words = read_confirmation(view["private_metadata"])
        member = insider(desk, body["user"]["id"])
        channel = desk.channels.find(channel_id)
        answered = desk.answering.answer(member, _question(desk, words), channel.destination)
        post_message(client, channel_id, shared_message(answered.answer, member.slack_user_id))

    app.action(pattern(SHARE))(wants_to_share)
    app.view(SHARE_CONFIRMED)(confirmed)


def _question(desk: Desk, words: str) -> Question:
    request = parse(words, desk.answering.today)
    if not isinstance(request, Question):
        raise TypeError("only a question can be shared")
    return request
