"""Sharing an answer in a channel: who will see it, then the answer under the channel's rights."""

from __future__ import annotations

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.actions import SHARE, SHARE_CONFIRMED, pattern
from bot.blocks.insights import insight_report
from bot.blocks.report import repeating
from bot.blocks.share import (
    Shared,
    confirmed,
    share_confirmation,
    shared_answer,
    shared_message,
    shared_report,
    shared_why,
)
from bot.listeners.acknowledged import Payload, acknowledged, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.replying import open_view, post_message
from bot.request import Reasons, SelfService, Staffing, Why, parse
from storage.access import Destination
from storage.metrics.answer import Question
from storage.roles import Member


def register(app: App, desk: Desk) -> None:
    """Listens to the button and to the confirmation that it opens."""

    def wants_to_share(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        words = body["actions"][0]["value"]
        channel = desk.channels.find(body["channel"]["id"])
        shared = _shared(desk, member, words, channel.destination)
        open_view(client, body["trigger_id"], share_confirmation(shared, channel.place))

    def shares(body: Payload, client: WebClient) -> None:
        words, channel_id = confirmed(body["view"]["private_metadata"])
        member = insider(desk, user_id(body))
        channel = desk.channels.find(channel_id)
        shared = _shared(desk, member, words, channel.destination)
        post_message(client, channel_id, shared_message(shared, member.slack_user_id))

    app.action(pattern(SHARE))(acknowledged(wants_to_share))
    app.view(SHARE_CONFIRMED)(acknowledged(shares))


def _shared(desk: Desk, member: Member, words: str, destination: Destination) -> Shared:
    """What is asked for, under the rights of this member there."""
    answering = desk.answering
    match parse(words, answering.today):
        case Question() as question:
            answered = answering.answer(member, question, destination)
            return shared_answer(
                answered.answer, answered.question, answering.today, answered.narrowed
            )
        case Why() as why:
            told = answering.explain(member, why.question, destination)
            return shared_why(told.explanation, told.question, told.narrowed)
        case (Reasons() | SelfService() | Staffing()) as request:
            found, narrowed = answering.insight(member, request, destination)
            return shared_report(insight_report(found), repeating(request, found.scope), narrowed)
        case _:
            raise TypeError("only figures can be shared")
