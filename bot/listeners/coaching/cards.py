"""An admin changes the scorecards."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.actions import (
    CARD_CHANGED,
    CARD_SAVED,
    CARD_SHOWN,
    CARD_TAKEN_AWAY,
    CRITERION_ADDED,
    CRITERION_CHANGED,
    CRITERION_SAVED,
    pattern,
)
from bot.blocks.coaching.cards import (
    CHANGE,
    CHOSEN_CHANNELS,
    CRITICAL,
    DOWN,
    FLAGS,
    GUIDANCE,
    MAY_NOT_APPLY,
    POINTS,
    REMOVE,
    SECTION,
    TITLE,
    UP,
    WEIGHT,
    card_form,
    card_view,
    criterion_form,
    filled_in,
    gone_view,
)
from bot.blocks.message import Message
from bot.listeners.acknowledged import Afterwards, Payload, acknowledged, committed, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.replying import open_view, update_view
from storage.errors import UserError
from storage.quality import card_settings
from storage.quality.card_changes import key_for, moved, with_criterion, without_criterion
from storage.quality.scorecards import Criterion, Scorecard
from storage.roles import Member
from storage.setting_values import UnfitValueError

DOES: dict[str, Callable[[Scorecard, str], Scorecard]] = {
    UP: lambda card, key: moved(card, key, -1),
    DOWN: lambda card, key: moved(card, key, 1),
    REMOVE: without_criterion,
}


def register(app: App, desk: Desk) -> None:
    """Listens to the buttons of cards and criteria, and to their forms."""

    def shown(body: Payload, client: WebClient) -> None:
        card = desk.coaching.card(insider(desk, user_id(body)), _value(body))
        open_view(client, body["trigger_id"], card_view(card))

    def wants_the_card(body: Payload, client: WebClient) -> None:
        member, card_id = insider(desk, user_id(body)), _value(body)
        _open(body, client, card_form(desk.coaching.card(member, card_id) if card_id else None))

    def wants_a_criterion(body: Payload, client: WebClient) -> None:
        card = desk.coaching.card(insider(desk, user_id(body)), _value(body))
        _open(body, client, criterion_form(card))

    def wants_to_change(body: Payload, client: WebClient) -> None:
        card, _, key = _chosen(desk, body)
        _open(body, client, criterion_form(card, key))

    def changes(body: Payload, client: WebClient) -> Afterwards:
        card, what, key = _chosen(desk, body)
        kept = desk.coaching.keep_card(insider(desk, user_id(body)), DOES[what](card, key))
        return lambda: update_view(client, body["view"]["id"], card_view(kept))

    def takes_away(body: Payload, client: WebClient) -> Afterwards:
        member = insider(desk, user_id(body))
        card = desk.coaching.card(member, _value(body))
        gone = desk.coaching.keep_card(member, replace(card, in_use=False))
        return lambda: update_view(client, body["view"]["id"], gone_view(gone))

    app.action(pattern(CARD_SHOWN))(acknowledged(shown))
    app.action(pattern(CARD_CHANGED))(acknowledged(wants_the_card))
    app.action(pattern(CRITERION_ADDED))(acknowledged(wants_a_criterion))
    app.action(pattern(CARD_TAKEN_AWAY))(committed(takes_away))
    _register_menu(app, wants_to_change, changes)
    _register_forms(app, desk)


def _register_menu(
    app: App,
    wants_to_change: Callable[[Payload, WebClient], None],
    changes: Callable[[Payload, WebClient], Payload | Message | Afterwards],
) -> None:
    """A form is opened at once, and what writes is acknowledged when it is kept."""

    def chosen(ack: Any, body: Payload, client: WebClient) -> None:
        is_form = _menu_value(body).startswith(f"{CHANGE}:")
        listener = acknowledged(wants_to_change) if is_form else committed(changes)
        listener(ack, body, client)

    app.action(re.compile(rf"^{CRITERION_CHANGED}\."))(chosen)


def _register_forms(app: App, desk: Desk) -> None:
    def saves_card(body: Payload, client: WebClient) -> Payload | Afterwards:
        return _saved(
            body, client, lambda: _save_card(desk, insider(desk, user_id(body)), body["view"])
        )

    def saves_criterion(body: Payload, client: WebClient) -> Payload | Afterwards:
        member = insider(desk, user_id(body))
        return _saved(body, client, lambda: _save_criterion(desk, member, body["view"]))

    app.view(CARD_SAVED)(committed(saves_card))
    app.view(CRITERION_SAVED)(committed(saves_criterion))


class _UnfitFieldError(Exception):
    """What is wrong, at the block where it stands."""

    def __init__(self, block_id: str, sentence: str) -> None:
        super().__init__(sentence)
        self.block_id = block_id


def _saved(body: Payload, client: WebClient, save: Callable[[], Scorecard]) -> Payload | Afterwards:
    """The card in the dialog below, or in the form's place; or what is wrong, at its field."""
    try:
        kept = save()
    except _UnfitFieldError as error:
        return {"response_action": "errors", "errors": {error.block_id: str(error)}}
    except UserError as error:
        return {"response_action": "errors", "errors": {TITLE: str(error)}}
    if below := body["view"].get("previous_view_id"):
        return lambda: update_view(client, str(below), card_view(kept))
    return {"response_action": "update", "view": card_view(kept)}


def _save_card(desk: Desk, member: Member, view: Payload) -> Scorecard:
    given, card_id = filled_in(view), int(json.loads(view["private_metadata"])["card"])
    title = _checked(TITLE, "The title", card_settings.title, given[TITLE])
    channels = tuple(given[CHOSEN_CHANNELS])
    if card_id:
        card = desk.coaching.card(member, card_id)
        return desk.coaching.keep_card(member, replace(card, title=title, channels=channels))
    taken = desk.coaching.card_keys(member)
    made = Scorecard(key_for(title, taken), title, channels, sections=())
    return desk.coaching.keep_card(member, made)


def _save_criterion(desk: Desk, member: Member, view: Payload) -> Scorecard:
    given, held = filled_in(view), json.loads(view["private_metadata"])
    card = desk.coaching.card(member, int(held["card"]))
    title = _checked(TITLE, "The criterion", card_settings.title, given[TITLE])
    points = given[POINTS]
    is_yes_or_no = points == card_settings.YES_OR_NO
    criterion = Criterion(
        key=held["criterion"] or key_for(title, {each.key for each in card.criteria}),
        title=title,
        out_of=1.0 if is_yes_or_no else float(points),
        is_yes_or_no=is_yes_or_no,
        weight=_checked(WEIGHT, "The weight", card_settings.weight, _number(given[WEIGHT])),
        critical=CRITICAL in given[FLAGS],
        may_not_apply=MAY_NOT_APPLY in given[FLAGS],
        guidance=given[GUIDANCE],
    )
    section = _checked(SECTION, "The section", card_settings.title, given[SECTION])
    return desk.coaching.keep_card(member, with_criterion(card, section, criterion))


def _checked(block_id: str, what: str, check: card_settings.Check, value: object) -> Any:
    try:
        return check(value)
    except UnfitValueError as error:
        raise _UnfitFieldError(block_id, f"{what} {error}") from error


def _number(text: str) -> float | str:
    """However a decimal is written where the person lives."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


def _chosen(desk: Desk, body: Payload) -> tuple[Scorecard, str, str]:
    """The card, what is to be done with it, and the criterion that this is about."""
    what, _, key = _menu_value(body).partition(":")
    card_id = int(json.loads(body["view"]["private_metadata"])["card"])
    return desk.coaching.card(insider(desk, user_id(body)), card_id), what, key


def _menu_value(body: Payload) -> str:
    return str(body["actions"][0]["selected_option"]["value"])


def _value(body: Payload) -> int:
    return int(body["actions"][0]["value"])


def _open(body: Payload, client: WebClient, view: Payload) -> None:
    """On top of the dialog where the button is, or as the first one."""
    if "view" in body:
        client.views_push(trigger_id=body["trigger_id"], view=view)
    else:
        open_view(client, body["trigger_id"], view)
