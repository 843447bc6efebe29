"""Answers in a modal: opened from a card of Home, asked on there, or sent as a message."""

from __future__ import annotations

from dataclasses import replace

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.actions import HOME_ASK, HOME_OPEN, HOME_SEND, pattern
from bot.blocks.answer import answer_message
from bot.blocks.errors import error_message
from bot.blocks.home_cards import opened
from bot.blocks.home_modals import answer_modal, sent_modal, waiting_modal
from bot.blocks.message import Json
from bot.listeners.acknowledged import Payload, acknowledged, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.listeners.replies import answer_request
from bot.replying import open_view, post_message
from bot.request import parse, words
from storage.access import OnlyThem
from storage.dashboards import filters_of
from storage.errors import UserError
from storage.metrics.answer import Question
from storage.operations.engine import writing
from storage.operations.events import is_first
from storage.roles import Member


def register(app: App, desk: Desk) -> None:
    """Listens to the cards, and to the buttons of the modal that one opens."""

    def opens_a_card(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        view_id = open_view(client, body["trigger_id"], waiting_modal())
        if view_id:
            view = _opened(desk, member, body["actions"][0]["value"])
            client.views_update(view_id=view_id, view=view)

    def asks_on(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        view = _asked(desk, member, body["actions"][0]["value"])
        client.views_update(view_id=body["view"]["id"], view=view)

    def wants_it_sent(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        if not _is_first_press(desk, body["view"]):
            return
        request = parse(body["actions"][0]["value"], desk.answering.today)
        message = answer_request(desk, member, request, member.slack_user_id)
        post_message(client, member.slack_user_id, message, rather_twice=True)
        client.views_update(view_id=body["view"]["id"], view=sent_modal())

    app.action(pattern(HOME_OPEN))(acknowledged(opens_a_card))
    app.action(pattern(HOME_ASK))(acknowledged(asks_on))
    app.action(pattern(HOME_SEND))(acknowledged(wants_it_sent))


def _is_first_press(desk: Desk, view: Json) -> bool:
    """Whether this answer was not sent from this window already: a double click is one."""
    with writing(desk.operations) as session:
        return is_first(session, f"sent {view['id']} {view['hash']}", desk.clock())


def _opened(desk: Desk, member: Member, value: str) -> Json:
    """The answer behind a card, or the sentence why there is none."""
    whose, asked = opened(value)
    try:
        question = parse(asked, desk.answering.today)
        if not isinstance(question, Question):
            raise TypeError("a card is about a question")
        filters = filters_of(member, desk.homes.choice_of(member), whose)
        question = replace(question, filters=filters)
        answered = desk.answering.answer(member, question, OnlyThem())
        message = answer_message(answered.answer, answered.narrowed)
        return answer_modal(message, _words(answered.question))
    except UserError as error:
        return answer_modal(error_message(error))


def _asked(desk: Desk, member: Member, asked: str) -> Json:
    try:
        request = parse(asked, desk.answering.today)
        message = answer_request(desk, member, request, member.slack_user_id)
    except UserError as error:
        return answer_modal(error_message(error))
    return answer_modal(message, asked)


def _words(question: Question) -> str:
    """The words that ask for it, empty where they are too long for a button."""
    try:
        return words(question)
    except UserError:
        return ""
