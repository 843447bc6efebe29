"""Sharing an answer in a channel: who will see it, then the answer under the channel's rights."""

from __future__ import annotations

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.actions import SHARE, SHARE_CONFIRMED, pattern
from bot.blocks.share import confirmed, share_confirmation, shared_message
from bot.listeners.acknowledged import Payload, acknowledged, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.replying import open_view, post_message
from bot.request import parse
from storage.metrics.answer import Question


def register(app: App, desk: Desk) -> None:
    """Listens to the button and to the confirmation that it opens."""

    def wants_to_share(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        question = _question(desk, body["actions"][0]["value"])
        channel = desk.channels.find(body["channel"]["id"])
        answered = desk.answering.answer(member, question, channel.destination)
        today, narrowed = desk.answering.today, answered.narrowed
        view = share_confirmation(answered.question, channel.place, today, narrowed)
        open_view(client, body["trigger_id"], view)

    def shares(body: Payload, client: WebClient) -> None:
        words, channel_id = confirmed(body["view"]["private_metadata"])
        member = insider(desk, user_id(body))
        channel = desk.channels.find(channel_id)
        answered = desk.answering.answer(member, _question(desk, words), channel.destination)
        message = shared_message(answered.answer, member.slack_user_id, answered.narrowed)
        post_message(client, channel_id, message)

    app.action(pattern(SHARE))(acknowledged(wants_to_share))
    app.view(SHARE_CONFIRMED)(acknowledged(shares))


def _question(desk: Desk, words: str) -> Question:
    request = parse(words, desk.answering.today)
    if not isinstance(request, Question):
        raise TypeError("only a question can be shared")
    return request
