"""The form for a digest: opened, reframed, previewed and saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.actions import (
    DIGEST_CHANGE,
    DIGEST_DRAFT_PREVIEW,
    DIGEST_NEW,
    DIGEST_NEWEST,
    DIGEST_REFRAMED,
    DIGEST_SAVED,
    pattern,
)
from bot.blocks.digest_conflict import overtaken_view
from bot.blocks.digest_draft import AUDIENCE, NAME, Draft, draft_of
from bot.blocks.digest_form import digest_form
from bot.blocks.digest_saved import saved_view
from bot.blocks.message import Message
from bot.digest_drafts import reframed
from bot.listeners.acknowledged import Payload, acknowledged, committed
from bot.listeners.desk import Desk
from bot.listeners.digest_asking import Asking, asking
from bot.replying import open_view, post_message, update_view
from storage.digests.rights import refusal_to_make_digests
from storage.errors import NotAllowedError, UserError
from storage.metrics.definition import Audience
from storage.operations.digests import ChangedMeanwhileError, DigestOrder

PREVIEWED = "The preview is in our direct message. Nothing is saved yet."


def register(app: App, desk: Desk) -> None:
    """Listens to the buttons that open the form, and to all that is done in it."""

    def wants_a_new_one(body: Payload, client: WebClient) -> None:
        audience = Audience(body["actions"][0]["value"])
        open_new(asking(desk, body), client, body["trigger_id"], audience)

    def wants_to_change(body: Payload, client: WebClient) -> None:
        digest_id = int(body["actions"][0]["value"])
        open_changed(asking(desk, body), client, body["trigger_id"], digest_id)

    def chooses(body: Payload, client: WebClient) -> None:
        draft = _refitted(draft_of(body["view"]), body["actions"][0])
        update_view(client, body["view"]["id"], digest_form(draft))

    def wants_the_newest(body: Payload, client: WebClient) -> None:
        form = _changing_form(asking(desk, body), int(body["actions"][0]["value"]))
        update_view(client, body["view"]["id"], form)

    def previews(body: Payload, client: WebClient) -> None:
        draft = draft_of(body["view"])
        form = _previewed(asking(desk, body), draft, client)
        update_view(client, body["view"]["id"], form)

    def saves(body: Payload, _client: WebClient) -> Payload:
        return _save(asking(desk, body), draft_of(body["view"]))

    app.action(pattern(DIGEST_NEW))(acknowledged(wants_a_new_one))
    app.action(pattern(DIGEST_CHANGE))(acknowledged(wants_to_change))
    app.action(pattern(DIGEST_REFRAMED))(acknowledged(chooses))
    app.action(pattern(DIGEST_NEWEST))(acknowledged(wants_the_newest))
    app.action(pattern(DIGEST_DRAFT_PREVIEW))(acknowledged(previews))
    app.view(DIGEST_SAVED)(committed(saves))


def open_new(asked: Asking, client: WebClient, trigger_id: str, audience: Audience) -> None:
    """The form for a new one, filled in as the audience usually wants it."""
    if refused := refusal_to_make_digests(asked.member):
        raise NotAllowedError(refused.sentence, refused.next_step)
    draft = asked.desk.drafts.new(asked.member, audience, asked.timezone, asked.here)
    open_view(client, trigger_id, digest_form(draft))


def open_changed(asked: Asking, client: WebClient, trigger_id: str, digest_id: int) -> None:
    """The form with a digest as it stands."""
    open_view(client, trigger_id, _changing_form(asked, digest_id))


def _changing_form(asked: Asking, digest_id: int) -> dict[str, Any]:
    digest = asked.desk.digests.changeable(asked.member, digest_id)
    return digest_form(asked.desk.drafts.of(digest, asked.member, asked.timezone))


def _refitted(draft: Draft, action: Payload) -> Draft:
    """The draft with what its other fields need after a choice."""
    if action["block_id"] == AUDIENCE:
        return reframed(draft)
    return replace(draft, at=draft.at or draft.entry.at)


def _previewed(asked: Asking, draft: Draft, client: WebClient) -> dict[str, Any]:
    """Sends the preview, and returns the form with what became of that."""
    order, errors = asked.desk.drafts.read(draft, asked.member)
    if order is None:
        return digest_form(draft, " ".join(errors.values()))
    try:
        message = _preview(asked, order)
    except UserError as error:
        return digest_form(draft, str(error))
    post_message(client, asked.member.slack_user_id, message, rather_twice=True)
    return digest_form(draft, PREVIEWED, "success")


def _preview(asked: Asking, order: DigestOrder) -> Message:
    desk = asked.desk
    return desk.previews.preview(asked.member, order, desk.drafts.destination(order))


def _save(asked: Asking, draft: Draft) -> Payload:
    """What the acknowledgement carries: errors at their fields, or what takes the form's place."""
    digests, member = asked.desk.digests, asked.member
    order, errors = asked.desk.drafts.read(draft, member)
    if order is None:
        return {"response_action": "errors", "errors": errors}
    try:
        digest = digests.save(member, order, draft.digest_id, draft.version)
    except ChangedMeanwhileError:
        newest = digests.changeable(member, draft.digest_id or 0)
        return _instead(overtaken_view(newest, draft.stood, asked.viewer))
    except UserError as error:
        return {"response_action": "errors", "errors": {NAME: str(error)}}
    known = digests.known(member, digest.id, asked.here)
    return _instead(saved_view(known, asked.viewer))


def _instead(view: dict[str, Any]) -> Payload:
    return {"response_action": "update", "view": view}
