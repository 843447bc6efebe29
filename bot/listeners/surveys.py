"""Clicks on surveys: kept before they are acknowledged, the thanks shown afterwards.

Whoever was invited may answer, guests and people of other organisations too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.blocks.actions import (
    SURVEY_ANSWER,
    SURVEY_CALL,
    SURVEY_CHANGE,
    SURVEY_COMMENT,
    SURVEY_COMMENTED,
    SURVEY_RESUME,
    SURVEY_STOP,
    pattern,
)
from bot.blocks.message import Message
from bot.blocks.survey_comment import (
    Place,
    comment_form,
    comment_of,
    not_kept_errors,
    place_of,
    refused_form,
)
from bot.blocks.surveys import (
    Clicked,
    asked_again,
    clicked_of,
    not_kept_message,
    refused_message,
    resumed_message,
    stopped_message,
    survey_message,
    thanks_message,
)
from bot.channels import DIRECT_MESSAGE
from bot.listeners.acknowledged import Payload, is_private, take_up
from bot.listeners.desk import Desk
from bot.listeners.requested import Outcome, Requested, requested
from bot.replying import (
    NotTakenError,
    RefusedBlocksError,
    open_view,
    post_ephemeral,
    reply,
    update_message,
)
from bot.surveys import Respondent, Surveys
from storage.errors import UserError
from storage.operations.group_commit import NotKeptError
from storage.operations.survey_answers import Answer, Refusal, RefusedAnswerError
from storage.surveys.texts import DEFAULT_LANGUAGE

logger = logging.getLogger(__name__)

UNSHOWN = (
    SlackApiError,
    RefusedBlocksError,
    NotTakenError,
    UserError,
    OSError,
    HTTPException,
)
_OVER = (Refusal.CLOSED, Refusal.WITHDRAWN, Refusal.SETTLED)
Made = Callable[[], Message]
"""A message that is made only once the click is acknowledged."""
Shown = Callable[["Click"], Made]


@dataclass(frozen=True, slots=True)
class Click:
    """A click on a survey's button, and where."""

    surveys: Surveys
    clicked: Clicked
    person: Respondent
    at: str
    place: Place

    def thanks(self, answer: Answer) -> Made:
        return partial(thanks_message, answer, self.surveys.texts(answer.language))


def register(app: App, desk: Desk) -> None:
    """Listens to the buttons and to the form for a comment."""
    surveys = desk.surveys
    shown = {
        SURVEY_ANSWER: _answers,
        SURVEY_CHANGE: _changes,
        SURVEY_CALL: _calls,
        SURVEY_STOP: _stops,
        SURVEY_RESUME: _resumes,
    }
    for action, show in shown.items():
        app.action(pattern(action))(_kept(surveys, show))
    app.action(pattern(SURVEY_COMMENT))(_opening_form(surveys))
    app.view(SURVEY_COMMENTED)(_keeping_comment(surveys))


def answering(surveys: Surveys) -> Callable[[Ack, Payload, WebClient], None]:
    """The listener to answers, for who asks it without Bolt."""
    return _kept(surveys, _answers)


def _answers(click: Click) -> Made:
    surveys = click.surveys
    answer = surveys.answer(click.clicked, click.person, click.at)
    if answer.is_reminded:
        surveys.aside(lambda: surveys.end_others(answer.invitation_id, click.place.ts))
    return click.thanks(answer)


def _changes(click: Click) -> Made:
    answer = click.surveys.given(click.clicked, click.person)
    return partial(survey_message, asked_again(answer), click.surveys.texts(answer.language))


def _calls(click: Click) -> Made:
    return click.thanks(click.surveys.call(click.clicked, click.person))


def _stops(click: Click) -> Made:
    """Who does not want to be asked is heard, whatever became of the survey."""
    click.surveys.stop(click.person)
    try:
        return click.thanks(click.surveys.given(click.clicked, click.person))
    except RefusedAnswerError:
        asked, language = click.surveys.asked(click.clicked)
        return partial(stopped_message, asked, click.surveys.texts(language))


def _resumes(click: Click) -> Made:
    click.surveys.resume(click.person)
    try:
        return click.thanks(click.surveys.given(click.clicked, click.person))
    except RefusedAnswerError as refused:
        if refused.refusal in _OVER:
            return partial(resumed_message, click.surveys.texts(refused.language))
        if refused.refusal is not Refusal.NOT_ANSWERED:
            raise
        asked, language = click.surveys.asked(click.clicked)
        return partial(survey_message, asked, click.surveys.texts(language))


def _kept(surveys: Surveys, show: Shown) -> Callable[[Ack, Payload, WebClient], None]:
    """A listener that acknowledges what is kept, and shows the person what came of it.

    What could not be kept is not acknowledged, so that nobody believes it was.
    """

    def listener(ack: Ack, body: Payload, client: WebClient) -> None:
        take_up(body)
        with requested(body) as request:
            place, is_replaced = _place(body), False
            try:
                made = show(_click(surveys, body, place))
                is_replaced = place.is_alone
            except RefusedAnswerError as refused:
                request.outcome = Outcome.REFUSED
                _log(refused)
                made = partial(refused_message, refused.refusal, surveys.texts(refused.language))
            except NotKeptError:
                made = partial(not_kept_message, surveys.texts(DEFAULT_LANGUAGE))
                surveys.aside(lambda: _show(client, body, place, made(), replace=False))
                raise
            ack()
            surveys.aside(lambda: _show(client, body, place, made(), replace=is_replaced))

    return listener


def _opening_form(surveys: Surveys) -> Callable[[Ack, Payload, WebClient], None]:
    def listener(ack: Ack, body: Payload, client: WebClient) -> None:
        ack()
        place = _place(body)
        with requested(body) as request:
            try:
                click = _click(surveys, body, place)
                answer = surveys.given(click.clicked, click.person)
                form = comment_form(answer, place, surveys.texts(answer.language))
                open_view(client, body["trigger_id"], form)
            except RefusedAnswerError as refused:
                request.outcome = Outcome.REFUSED
                _log(refused)
                message = refused_message(refused.refusal, surveys.texts(refused.language))
                _show(client, body, place, message, replace=False)
            except UNSHOWN as error:
                request.outcome = Outcome.FAULT
                logger.warning("The form for a comment was not opened: %s", error)

    return listener


def _keeping_comment(surveys: Surveys) -> Callable[[Ack, Payload, WebClient], None]:
    def listener(ack: Ack, body: Payload, client: WebClient) -> None:
        take_up(body)
        with requested(body) as request:
            keep(request, ack, body, client)

    def keep(request: Requested, ack: Ack, body: Payload, client: WebClient) -> None:
        place, person = place_of(body["view"]), _person(body)
        try:
            answer = surveys.comment(place.invitation_id, person, comment_of(body["view"]))
        except RefusedAnswerError as refused:
            request.outcome = Outcome.REFUSED
            _log(refused)
            texts = surveys.texts(refused.language)
            ack(response_action="update", view=refused_form(refused.refusal, texts))
            return
        except NotKeptError:
            request.outcome = Outcome.FAULT
            texts = surveys.texts(DEFAULT_LANGUAGE)
            ack(response_action="errors", errors=not_kept_errors(texts))
            return
        ack()
        thanks = thanks_message(answer, surveys.texts(answer.language))
        surveys.aside(lambda: _show(client, body, place, thanks, replace=place.is_alone))

    return listener


def _click(surveys: Surveys, body: Payload, place: Place) -> Click:
    action = body["actions"][0]
    clicked = clicked_of(action.get("value"))
    if clicked is None:
        raise RefusedAnswerError(Refusal.UNFIT)
    return Click(surveys, clicked, _person(body), str(action.get("action_ts")), place)


def _person(body: Payload) -> Respondent:
    user = body["user"]
    return Respondent(str(user.get("id")), str(user.get("team_id")))


def _place(body: Payload) -> Place:
    """Where the click was; its message is changed where this person alone sees it."""
    container, channel_id = body.get("container", {}), str(body.get("channel", {}).get("id", ""))
    clicked = clicked_of(body["actions"][0].get("value"))
    return Place(
        invitation_id=clicked.invitation_id if clicked else "",
        channel_id=channel_id,
        ts=str(container.get("message_ts", "")),
        thread_ts=str(container.get("thread_ts") or ""),
        response_url=str(body.get("response_url", "")),
        is_alone=is_private(body) or channel_id.startswith(DIRECT_MESSAGE),
    )


def _show(
    client: WebClient, body: Payload, place: Place, message: Message, *, replace: bool
) -> None:
    """Shows it to the person; that it can't be shown takes nothing from the answer.

    Within a thread not by the ``response_url``, which would show it in the channel.
    """
    otherwise = partial(
        _show_otherwise, client, body["user"]["id"], place, message, replace=replace
    )
    ways = [partial(reply, place.response_url, message, replace=replace), otherwise]
    is_in_thread = place.thread_ts not in ("", place.ts)
    for way in reversed(ways) if is_in_thread and not replace else ways:
        try:
            way()
        except UNSHOWN as error:
            logger.warning("Thanks were not taken: %s", error)
        else:
            return
    logger.warning("Thanks could not be shown")


def _show_otherwise(
    client: WebClient, user_id: str, place: Place, message: Message, *, replace: bool
) -> None:
    """In a direct message our own message can be changed; elsewhere the person alone is told."""
    if replace and place.channel_id.startswith(DIRECT_MESSAGE):
        update_message(client, place.channel_id, place.ts, message)
    else:
        post_ephemeral(client, place.channel_id, user_id, message, place.thread_ts or None)


def _log(refused: RefusedAnswerError) -> None:
    logger.info("Refused a survey's answer: %s", refused.refusal.value)
