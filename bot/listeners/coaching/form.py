"""The form of a review: every answer is kept as it is given, and the note is sent at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.actions import (
    REVIEW_ANSWERED,
    REVIEW_CARD,
    REVIEW_INSISTED,
    REVIEW_PAGE,
    REVIEW_SUBMITTED,
    REVIEW_TYPED,
    pattern,
)
from bot.blocks.coaching.calibration import handed_in_view
from bot.blocks.coaching.filling import Filling
from bot.blocks.coaching.form import doubts_view, last_page, note_page, review_form, sent_view
from bot.blocks.coaching.window import (
    LINKS,
    TEXT,
    Window,
    acted,
    everything,
    links_of,
    window_of,
)
from bot.listeners.acknowledged import Afterwards, Payload, committed, user_id
from bot.listeners.coaching.drawing import DrawnForms, Form, drawn_anew
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from storage.errors import UserError
from storage.operations.reviews import DraftGoneError
from storage.quality.drafts import CALIBRATION, Draft
from storage.quality.scorecards import unanswered
from storage.roles import Member

CHANGED_ELSEWHERE = "This review was changed in another window. Look it over, then go on."
SAVED = "Saved. You find it again with /coach drafts."
LINK_STARTS = ("https://", "http://")
MOST_NAMED = 3


def register(app: App, desk: Desk) -> None:
    """Listens to the form's fields, its ways between pages, and its end."""
    drawn = DrawnForms()

    def answered(body: Payload, client: WebClient) -> Afterwards | Payload:
        member, window = insider(desk, user_id(body)), _window(body)
        if not _kept(desk, member, window):
            return {}
        return drawn_anew(Form(desk, drawn, member, client, window, gives_way=True))

    def typed(body: Payload, _client: WebClient) -> Payload:
        _kept(desk, insider(desk, user_id(body)), _window(body))
        return {}

    def turned(body: Payload, client: WebClient) -> Afterwards:
        member, window = insider(desk, user_id(body)), _window(body)
        page = int(body["actions"][0]["value"])
        desk.coaching.change(member, window.draft_id, _turning(everything(window), page))
        is_here = page == window.page and bool(window.shown)
        here = replace(window, page=page)
        return drawn_anew(Form(desk, drawn, member, client, here), SAVED if is_here else "")

    def chose_card(body: Payload, client: WebClient) -> Afterwards:
        member, window = insider(desk, user_id(body)), _window(body)
        chosen = int(body["actions"][0]["selected_option"]["value"])
        desk.coaching.choose_card(member, window.draft_id, chosen)
        return drawn_anew(Form(desk, drawn, member, client, window))

    def submitted(body: Payload, _client: WebClient) -> Payload:
        return _submit(desk, insider(desk, user_id(body)), window_of(body["view"]))

    def insisted(body: Payload, _client: WebClient) -> Payload:
        return _send(desk, insider(desk, user_id(body)), window_of(body["view"]).draft_id)

    app.action(REVIEW_ANSWERED)(committed(answered))
    app.action(REVIEW_TYPED)(committed(typed))
    app.action(pattern(REVIEW_PAGE))(committed(turned))
    app.action(REVIEW_CARD)(committed(chose_card))
    app.view(REVIEW_SUBMITTED)(committed(submitted))
    app.view(REVIEW_INSISTED)(committed(insisted))


def _kept(desk: Desk, member: Member, window: Window) -> bool:
    """Keeps what was just done in a field; False where it comes after the review was sent.

    Slack tells of the last letters a moment later, so that this is nothing to be told of.
    """
    try:
        desk.coaching.change(member, window.draft_id, acted(window))
    except DraftGoneError:
        return False
    return True


def _turning(change: Callable[[Draft], Draft], page: int) -> Callable[[Draft], Draft]:
    """The same change, and the page that is turned to."""
    return lambda draft: replace(change(draft), page=page)


def _window(body: Payload) -> Window:
    return window_of(body["view"], body["actions"][0])


def _submit(desk: Desk, member: Member, window: Window) -> Payload:
    """The next page, what is asked before the note goes out, or that it was sent."""
    if errors := _link_errors(window):
        return {"response_action": "errors", "errors": errors}
    change = everything(window)
    filling = desk.coaching.change(member, window.draft_id, change)
    if window.is_behind(filling.draft):
        return _update(review_form(filling, window.page, window, CHANGED_ELSEWHERE))
    if window.page < last_page(filling):
        ahead = window.page + 1
        turned = desk.coaching.change(member, window.draft_id, _turning(change, ahead))
        return _update(review_form(turned, ahead, window))
    if missing := _missing(filling):
        return _update(review_form(filling, window.page, window, missing))
    return _end(desk, member, filling)


def _end(desk: Desk, member: Member, filling: Filling) -> Payload:
    """Answers of a calibration are handed in; a note is sent, unless there are doubts."""
    if filling.draft.purpose == CALIBRATION:
        return _update(handed_in_view(desk.calibrating.hand_in(member, filling.draft.id)))
    if doubts := desk.coaching.doubts(filling):
        return _update(doubts_view(filling, doubts))
    return _send(desk, member, filling.draft.id)


def _send(desk: Desk, member: Member, draft_id: str) -> Payload:
    filling = desk.coaching.filling(member, draft_id)
    try:
        filling, to = desk.coaching.send(member, draft_id)
    except UserError as error:
        return _update(review_form(filling, note_page(filling.card), notice=str(error)))
    return _update(sent_view(filling, to.reason))


def _missing(filling: Filling) -> str:
    """Which criteria nobody has answered yet."""
    left = unanswered(filling.card, filling.draft.answers)
    if not left:
        return ""
    named = ", ".join(each.title for each in left[:MOST_NAMED])
    more = f" and {len(left) - MOST_NAMED} more" if len(left) > MOST_NAMED else ""
    return f"Not answered yet: {named}{more}. Go back to answer."


def _link_errors(window: Window) -> dict[str, str]:
    field = f"{TEXT}{LINKS}"
    links = links_of(window.shown.get(field, "").splitlines())
    wrong = [each for each in links if not each.startswith(LINK_STARTS) or " " in each]
    if not wrong:
        return {}
    return {window.block_ids[field]: "Each line is an address that starts with https://."}


def _update(view: Payload) -> Payload:
    return {"response_action": "update", "view": view}
