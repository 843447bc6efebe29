"""``/coach``, the message shortcut, and the buttons that open a review."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping

from slack_bolt import App
from slack_sdk import WebClient

from bot.administration import typed_words
from bot.blocks.actions import CONTACT_NAMED, DRAW_SAMPLE, DROP_DRAFT, OPEN_REVIEW, pattern
from bot.blocks.coaching.cards import cards_message
from bot.blocks.coaching.form import review_form
from bot.blocks.coaching.lists import (
    CONTACT,
    coach_help,
    drafts_message,
    dropped_message,
    find_view,
    sample_message,
    sample_view,
    which_message,
)
from bot.blocks.message import Message
from bot.coaching import UNKNOWN_CONTACT
from bot.listeners.acknowledged import (
    Payload,
    acknowledged,
    committed,
    is_private,
    tell,
    user_id,
)
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.replying import open_view, update_view
from storage.coaching_access import refusal_to_change_scorecards
from storage.errors import UserError
from storage.quality.contacts import words_of
from storage.roles import Member

COMMAND = "/coach"
Reply = Callable[[Desk, Member, list[str]], Message]
"""Answers the words behind the first one."""


def register(app: App, desk: Desk) -> None:
    """Listens to the command, the shortcut, and the buttons under what they show."""

    def typed(body: Payload, client: WebClient) -> None:
        member, words = insider(desk, user_id(body)), typed_words(body.get("text", ""))
        verb = words[0].casefold() if words else ""
        if reply := REPLIES.get(verb):
            tell(body, client, reply(desk, member, words[1:]))
        elif told := _open(desk, member, body, client, words):
            tell(body, client, told)

    def pointed_at(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        found = desk.coaching.find(member, words_of(_written(body.get("message", {}))))
        if len(found) == 1:
            filling = desk.coaching.begin(member, found[0].source, found[0].contact_id)
            open_view(client, body["trigger_id"], review_form(filling, 0))
            return
        shown = find_view(found, desk.coaching.names(found), desk.reader)
        open_view(client, body["trigger_id"], shown)

    def named(body: Payload, _client: WebClient) -> Payload:
        return _named(desk, insider(desk, user_id(body)), body["view"])

    def dropped(body: Payload, _client: WebClient) -> Message:
        desk.coaching.drop(insider(desk, user_id(body)), body["actions"][0]["value"])
        return dropped_message()

    app.command(COMMAND)(acknowledged(typed))
    app.shortcut({"type": "message_action", "callback_id": CONTACT_NAMED})(acknowledged(pointed_at))
    app.view(CONTACT_NAMED)(committed(named))
    app.action(pattern(DROP_DRAFT))(committed(dropped))
    _register_buttons(app, desk)


def _register_buttons(app: App, desk: Desk) -> None:
    def opened(body: Payload, client: WebClient) -> None:
        member, value = insider(desk, user_id(body)), json.loads(body["actions"][0]["value"])
        filling = desk.coaching.begin(member, value["source"], value["contact"])
        _show(body, client, review_form(filling, 0))

    def drawn(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        found = desk.coaching.sample(member)
        names = desk.coaching.names([each.contact for each in found])
        if "view" in body:
            _show(body, client, sample_view(found, names, desk.reader))
            return
        shown = sample_message(found, names, desk.reader)
        tell(body, client, shown, replace=is_private(body))

    app.action(pattern(OPEN_REVIEW))(acknowledged(opened))
    app.action(pattern(DRAW_SAMPLE))(acknowledged(drawn))


def _show(body: Payload, client: WebClient, view: Payload) -> None:
    """In the dialog where the button is, or in a new one, as from Home."""
    if body.get("view", {}).get("type") == "modal":
        update_view(client, body["view"]["id"], view)
    else:
        open_view(client, body["trigger_id"], view)


def _open(
    desk: Desk, member: Member, body: Payload, client: WebClient, words: Collection[str]
) -> Message | None:
    """The form for the contact that was typed; without one, the form that asks for it."""
    found = desk.coaching.find(member, words)
    if not words:
        open_view(client, body["trigger_id"], find_view([], {}, desk.reader))
        return None
    if not found:
        raise UNKNOWN_CONTACT
    if len(found) > 1:
        return which_message(found, desk.coaching.names(found), desk.reader)
    filling = desk.coaching.begin(member, found[0].source, found[0].contact_id)
    open_view(client, body["trigger_id"], review_form(filling, 0))
    return None


def _named(desk: Desk, member: Member, view: Mapping[str, Payload]) -> Payload:
    """What takes the place of the form that asks for a contact, or what is wrong in it."""
    try:
        typed = str(view["state"]["values"][CONTACT]["contact"]["value"] or "").strip()
        found = desk.coaching.find(member, [typed])
        if not found:
            raise UNKNOWN_CONTACT
        if len(found) > 1:
            shown = find_view(found, desk.coaching.names(found), desk.reader)
        else:
            begun = desk.coaching.begin(member, found[0].source, found[0].contact_id)
            shown = review_form(begun, 0)
    except UserError as error:
        return {"response_action": "errors", "errors": {CONTACT: str(error)}}
    return {"response_action": "update", "view": shown}


def _written(message: Payload) -> str:
    """All that a message says: its text, its blocks, and what is attached to it."""
    parts = [*message.get("blocks", []), *message.get("attachments", [])]
    written = (json.dumps(part, ensure_ascii=False).replace('"', " ") for part in parts)
    return " ".join([str(message.get("text", "")), *written])


def _help(_desk: Desk, _member: Member, _words: list[str]) -> Message:
    return coach_help()


def _sample(desk: Desk, member: Member, _words: list[str]) -> Message:
    drawn = desk.coaching.sample(member)
    names = desk.coaching.names([each.contact for each in drawn])
    return sample_message(drawn, names, desk.reader)


def _drafts(desk: Desk, member: Member, _words: list[str]) -> Message:
    return drafts_message(desk.coaching.drafts(member))


def _cards(desk: Desk, member: Member, _words: list[str]) -> Message:
    may_change = refusal_to_change_scorecards(member) is None
    return cards_message(desk.coaching.cards(member), may_change=may_change)


def _log(desk: Desk, member: Member, words: list[str]) -> Message:
    return desk.coaching_log.log(member, words)


def _themes(desk: Desk, member: Member, words: list[str]) -> Message:
    return desk.coaching_log.themes(member, words)


def _calibrate(desk: Desk, member: Member, words: list[str]) -> Message:
    return desk.calibrating.start(member, words)


def _calibrations(desk: Desk, member: Member, _words: list[str]) -> Message:
    return desk.calibrating.listed(member)


REPLIES: dict[str, Reply] = {
    "help": _help,
    "sample": _sample,
    "drafts": _drafts,
    "cards": _cards,
    "log": _log,
    "themes": _themes,
    "calibrate": _calibrate,
    "calibrations": _calibrations,
}
"""By the first word; anything else is the id of a contact."""
