"""A talk about a note: its agent proposes a time or writing, its author answers."""

from __future__ import annotations

from datetime import datetime

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.actions import TALK_FITS, TALK_OTHER, TALK_TIME, TALK_WRITE, pattern
from bot.blocks.message import Message
from bot.listeners.acknowledged import Payload, committed, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.listeners.notes import in_thread, value_of
from storage.roles import Member


def register(app: App, desk: Desk) -> None:
    """Listens to the times that are offered, and to the answers."""

    def member(body: Payload) -> Member:
        return insider(desk, user_id(body))

    def proposes(body: Payload, _client: WebClient) -> Message:
        note_id, start = _timed(body)
        return desk.notes.propose(member(body), note_id, start)

    def writes(body: Payload, _client: WebClient) -> Message:
        return desk.notes.propose(member(body), value_of(body), None)

    def answers(body: Payload, *, fits: bool) -> Message:
        note_id, start = _timed(body)
        answered = desk.notes.answer(member(body), note_id, start, fits=fits)
        return in_thread(body, answered)

    app.action(pattern(TALK_TIME))(committed(proposes))
    app.action(pattern(TALK_WRITE))(committed(writes))
    app.action(pattern(TALK_FITS))(committed(lambda body, _: answers(body, fits=True)))
    app.action(pattern(TALK_OTHER))(committed(lambda body, _: answers(body, fits=False)))


def _timed(body: Payload) -> tuple[str, datetime]:
    """The note's id and the instant that a button carries."""
    note_id, _, start = value_of(body).partition("|")
    return note_id, datetime.fromisoformat(start)
