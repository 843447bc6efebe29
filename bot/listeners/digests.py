"""``/digest``: the list, one digest, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks.actions import (
    DIGEST_AGAIN,
    DIGEST_HISTORY,
    DIGEST_PREVIEW,
    DIGEST_RUN,
    DIGEST_SHOW,
    DIGEST_START,
    DIGEST_STATE,
    DIGEST_STOP,
    DIGESTS,
    pattern,
)
from bot.blocks.dates import instant_name
from bot.blocks.digest_help import digest_help_message
from bot.blocks.digest_list import (
    again_notice,
    deleted_message,
    deleting_message,
    digests_message,
    history_message,
    overtaken_message,
    pressed_notice,
    started_notice,
    stopped_notice,
)
from bot.blocks.message import Message
from bot.blocks.rich import Line
from bot.digests import UnknownDigestError
from bot.listeners.acknowledged import Payload, acknowledged, committed, is_private, tell
from bot.listeners.desk import Desk
from bot.listeners.digest_asking import Asking, asking, unknown_message
from bot.listeners.digest_forms import open_changed, open_new
from bot.request.digests import DigestCommand, Verb, first_verb, read_digest_command
from storage.digests.rights import refusal_to_make_digests
from storage.metrics.definition import Audience
from storage.operations.digests import ChangedMeanwhileError

COMMAND = "/digest"
Show = Callable[[Asking, str], Message]
_TURNING = {Verb.PAUSE, Verb.RESUME, Verb.TAKE}
_WRITING = {Verb.RUN, *_TURNING}


def register(app: App, desk: Desk) -> None:
    """Listens to the command, and to the buttons under its answers."""

    def typed(body: Payload, client: WebClient) -> None:
        asked = asking(desk, body)
        command = _command(asked, body)
        if not _opened(asked, command, client, body["trigger_id"]):
            tell(body, client, _answer(asked, command, body["trigger_id"]))

    def typed_to_write(body: Payload, _client: WebClient) -> Message:
        asked = asking(desk, body)
        return _answer(asked, _command(asked, body), body["trigger_id"])

    def listener(ack: Ack, body: Payload, client: WebClient) -> None:
        writes = first_verb(body.get("text", "")) in _WRITING
        (committed(typed_to_write) if writes else acknowledged(typed))(ack, body, client)

    app.command(COMMAND)(listener)
    for action, show in SHOWN.items():
        app.action(pattern(action))(acknowledged(_showing(desk, show)))
    for action, do in DONE.items():
        app.action(pattern(action))(committed(_doing(desk, do), replaces=True))


def _showing(desk: Desk, show: Show) -> Callable[[Payload, WebClient], None]:
    """What is shown takes the place of what was clicked on; a preview stands beside it."""

    def clicked(body: Payload, client: WebClient) -> None:
        message = show(asking(desk, body), body["actions"][0]["value"])
        tell(body, client, message, replace=is_private(body) and show is not _preview)

    return clicked


def _doing(desk: Desk, do: Show) -> Callable[[Payload, WebClient], Message]:
    def clicked(body: Payload, _client: WebClient) -> Message:
        return do(asking(desk, body), body["actions"][0]["value"])

    return clicked


def _command(asked: Asking, body: Payload) -> DigestCommand:
    names = [each.order.name for each in asked.desk.digests.seen(asked.member, asked.here)]
    return read_digest_command(body.get("text", ""), names)


def _answer(asked: Asking, command: DigestCommand, trigger_id: str) -> Message:
    """What was typed, as the button that does the same would."""
    if command.verb is Verb.LIST:
        return _list(asked, "")
    if command.verb is Verb.HELP:
        return digest_help_message()
    try:
        digest = asked.find(command.name)
    except UnknownDigestError as error:
        return unknown_message(error)
    number = str(digest.id)
    if command.verb is Verb.RUN:
        return _run(asked, f"{number} {trigger_id}")
    if command.verb in _TURNING:
        return _turn(asked, f"{command.verb.value} {number} {digest.version}")
    return TYPED[command.verb](asked, number)


def _opened(asked: Asking, command: DigestCommand, client: WebClient, trigger_id: str) -> bool:
    """Whether a form is what was asked for; an unknown name is answered in words."""
    if command.verb is Verb.NEW:
        open_new(asked, client, trigger_id, Audience.OWN)
        return True
    if command.verb is not Verb.CHANGE:
        return False
    with suppress(UnknownDigestError):
        open_changed(asked, client, trigger_id, asked.find(command.name).id)
        return True
    return False


def _list(asked: Asking, _value: str) -> Message:
    known = asked.desk.digests.listed(asked.member, asked.here)
    may_make = refusal_to_make_digests(asked.member) is None
    may_start = asked.member.is_admin
    return digests_message(known, asked.viewer, may_make=may_make, may_start=may_start)


def _start(asked: Asking, value: str) -> Message:
    desk = asked.desk
    desk.digests.start(asked.member, desk.answering.settings.timezone, desk.drafts.country)
    return _list(asked, value)


def _show(asked: Asking, value: str) -> Message:
    return asked.shown(int(value))


def _history(asked: Asking, value: str, notice: Line = ()) -> Message:
    known, runs = asked.desk.digests.history(asked.member, int(value), asked.here)
    return history_message(known, runs, asked.viewer, notice)


def _preview(asked: Asking, value: str) -> Message:
    desk = asked.desk
    order = desk.digests.known(asked.member, int(value), asked.here).digest.order
    return desk.previews.preview(asked.member, order, desk.drafts.destination(order))


def _ask_to_delete(asked: Asking, value: str) -> Message:
    asked.desk.digests.changeable(asked.member, int(value))
    return deleting_message(asked.desk.digests.known(asked.member, int(value), asked.here))


def _run(asked: Asking, value: str) -> Message:
    digest_id = int(value.partition(" ")[0])
    asked.desk.digests.run_now(asked.member, digest_id, value)
    return asked.shown(digest_id, started_notice())


def _turn(asked: Asking, value: str) -> Message:
    """Pauses, resumes, deletes or takes over; who comes second is told of the first."""
    name, digest_id, version = value.split()
    verb, number, digests = Verb(name), int(digest_id), asked.desk.digests
    known = digests.known(asked.member, number, asked.here)
    try:
        digests.turn(asked.member, verb, number, int(version))
    except ChangedMeanwhileError as error:
        reader = asked.viewer.reader
        when = instant_name(error.at, reader.now, reader.timezone)
        return overtaken_message(error.who, when, known, asked.viewer)
    if verb is Verb.DELETE:
        return deleted_message(known)
    return asked.shown(number, pressed_notice(verb))


def _send_again(asked: Asking, value: str) -> Message:
    digest_id, number = asked.desk.digests.send_again(asked.member, int(value))
    return _history(asked, str(digest_id), again_notice(number))


def _stop(asked: Asking, value: str) -> Message:
    run, number = asked.desk.digests.stop(asked.member, int(value))
    return _history(asked, str(run.run.digest_id), stopped_notice(run, number))


TYPED: dict[Verb, Show] = {
    Verb.SHOW: _show,
    Verb.CHANGE: _show,
    Verb.PREVIEW: _preview,
    Verb.HISTORY: _history,
    Verb.DELETE: _ask_to_delete,
}
SHOWN: dict[str, Show] = {
    DIGESTS: _list,
    DIGEST_SHOW: _show,
    DIGEST_HISTORY: _history,
    DIGEST_PREVIEW: _preview,
}
DONE: dict[str, Show] = {
    DIGEST_START: _start,
    DIGEST_RUN: _run,
    DIGEST_STATE: _turn,
    DIGEST_AGAIN: _send_again,
    DIGEST_STOP: _stop,
}
