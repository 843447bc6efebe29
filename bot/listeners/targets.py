"""The form for a target, and the buttons that open it or set what is suggested."""

from __future__ import annotations

from dataclasses import replace

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.actions import OPEN_TARGET, SET_TARGET, TARGET_SAVED, pattern
from bot.blocks.message import Message
from bot.blocks.target_form import BOUNDS, METRIC, SCOPE, Draft, draft_of, saved_view, target_form
from bot.blocks.targets import overtaken_line, target_set_message
from bot.listeners.acknowledged import Payload, acknowledged, committed, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.listeners.replies import set_target
from bot.replying import open_view
from bot.request import Request, SetTarget, ShowTarget, parse
from bot.request.targets import read_bounds, read_scope
from bot.request.writing import written_filter
from storage.access import refusal_to_set_targets
from storage.errors import NotAllowedError, UserError
from storage.metrics.answer import Filter, Question
from storage.metrics.definition import Segment
from storage.periods import Grain, PeriodChoice
from storage.roles import Member


def register(app: App, desk: Desk) -> None:
    """Listens to the buttons and to the form."""

    def wants_the_form(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        if refused := refusal_to_set_targets(member):
            raise NotAllowedError(refused.sentence, refused.next_step)
        request = parse(body["actions"][0]["value"], desk.answering.today)
        draft = _draft(member, request, desk.targets.newest_id())
        open_view(client, body["trigger_id"], target_form(draft))

    def takes_a_suggestion(body: Payload, _client: WebClient) -> Message:
        member = insider(desk, user_id(body))
        request = parse(body["actions"][0]["value"], desk.answering.today)
        if not isinstance(request, SetTarget):
            raise TypeError("a suggestion sets a target")
        return set_target(desk, member, request)

    def saves(body: Payload, _client: WebClient) -> Payload:
        return _save(desk, insider(desk, user_id(body)), draft_of(body["view"]))

    app.action(pattern(OPEN_TARGET))(acknowledged(wants_the_form))
    app.action(pattern(SET_TARGET))(committed(takes_a_suggestion))
    app.view(TARGET_SAVED)(committed(saves))


def _draft(member: Member, request: Request, seen: int) -> Draft:
    """What the button names; for a lead of one team, that team."""
    about = request.about if isinstance(request, ShowTarget) else None
    filters = about.filters if about else ()
    if not filters and not member.is_admin and len(member.led_teams) == 1:
        filters = (Filter(Segment.TEAM, tuple(member.led_teams)),)
    scope = " ".join(written_filter(each) for each in filters)
    return Draft(about.metric if about else None, "", scope, None, seen)


def _save(desk: Desk, member: Member, draft: Draft) -> Payload:
    """What the acknowledgement carries: errors at their fields, or what takes the form's place."""
    wanted, errors = _read(draft)
    if wanted is None:
        return _errors(errors)
    try:
        if entry := desk.targets.set_since(member, wanted, draft.seen):
            notice = overtaken_line(entry, desk.reader)
            return _instead(target_form(replace(draft, seen=entry.id), notice))
        outcome = desk.targets.set_target(member, wanted)
    except UserError as error:
        return _errors({SCOPE: str(error)})
    return _instead(saved_view(target_set_message(outcome, desk.reader)))


def _read(draft: Draft) -> tuple[SetTarget | None, dict[str, str]]:
    """What is wanted, or every problem by the field that it is of."""
    errors: dict[str, str] = {}
    metric, wanted = draft.metric, None
    if metric is None:
        return None, {METRIC: "Choose a metric."}
    try:
        bounds, grain = read_bounds(metric, draft.bounds)
    except UserError as error:
        errors[BOUNDS] = str(error)
    try:
        filters = read_scope(metric, draft.scope)
    except UserError as error:
        errors[SCOPE] = str(error)
    if not errors:
        about = Question(metric, PeriodChoice(grain or Grain.WEEK), filters)
        wanted = SetTarget(about, grain, bounds, draft.starts_on)
    return wanted, errors


def _errors(by_field: dict[str, str]) -> Payload:
    return {"response_action": "errors", "errors": by_field}


def _instead(view: Payload) -> Payload:
    return {"response_action": "update", "view": view}
