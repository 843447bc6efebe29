"""``/survey``: the list, one survey, and the forms for a list and for a rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks.actions import (
    SURVEY_DRAFTED,
    SURVEY_NEW,
    SURVEY_PREVIEW,
    SURVEY_RULE_NEW,
    SURVEY_RULE_SAVED,
    SURVEY_SHOW,
    SURVEY_STARTED,
    SURVEY_STATE,
    SURVEYS,
    pattern,
)
from bot.blocks.message import Message
from bot.blocks.survey_campaigns import (
    survey_help_message,
    survey_state_message,
    surveys_message,
)
from bot.blocks.survey_form import (
    KIND,
    NAME,
    PLACE,
    PURPOSE,
    SEGMENTS,
    WHEN,
    WHO,
    Filled,
    filled_in,
    outlook_view,
    rule_form,
    rule_of_form,
    started_of,
    started_view,
    survey_form,
)
from bot.blocks.survey_outlook import left_out_lines, outlook_lines
from bot.blocks.surveys import Asked, survey_message
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
from bot.listeners.survey_results import answer_results
from bot.replying import open_view, post_message
from bot.request.instants import parse_instant
from bot.request.surveys import (
    TURNING,
    SurveyCommand,
    SurveyVerb,
    first_survey_verb,
    read_survey_command,
)
from bot.survey_campaigns import KnownSurvey
from storage.errors import UserError
from storage.operations.campaigns import CampaignOrder
from storage.roles import Member
from storage.surveys.kinds import KINDS
from storage.surveys.rules import Place
from storage.surveys.texts import texts_of

COMMAND = "/survey"
Show = Callable[[Desk, Member, str], Message]


def register(app: App, desk: Desk) -> None:
    """Listens to the command, the buttons and the forms."""

    def typed(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        command = _command(desk, member, body)
        if not _opened(desk, member, command, client, body["trigger_id"]):
            tell(body, client, _answer(desk, member, command))

    def typed_to_write(body: Payload, _client: WebClient) -> Message:
        member = insider(desk, user_id(body))
        return _answer(desk, member, _command(desk, member, body))

    def listener(ack: Ack, body: Payload, client: WebClient) -> None:
        writes = first_survey_verb(body.get("text", "")) in TURNING
        (committed(typed_to_write) if writes else acknowledged(typed))(ack, body, client)

    app.command(COMMAND)(listener)
    app.action(pattern(SURVEYS))(acknowledged(_showing(desk, _list)))
    app.action(pattern(SURVEY_SHOW))(acknowledged(_showing(desk, _show)))
    app.action(pattern(SURVEY_STATE))(committed(_turning(desk), replaces=True))
    app.action(pattern(SURVEY_NEW))(acknowledged(_opening(desk, SurveyVerb.NEW)))
    app.action(pattern(SURVEY_RULE_NEW))(acknowledged(_opening(desk, SurveyVerb.RULE)))
    app.action(pattern(SURVEY_PREVIEW))(acknowledged(_previewing(desk)))
    app.view(SURVEY_DRAFTED)(committed(_saving(desk, _draft)))
    app.view(SURVEY_STARTED)(committed(_saving(desk, _start)))
    app.view(SURVEY_RULE_SAVED)(committed(_saving(desk, _save_rule)))


def _command(desk: Desk, member: Member, body: Payload) -> SurveyCommand:
    names = [each.campaign.order.name for each in desk.campaigns.listed(member)]
    return read_survey_command(body.get("text", ""), names)


def _answer(desk: Desk, member: Member, command: SurveyCommand) -> Message:
    match command.verb:
        case SurveyVerb.HELP:
            return survey_help_message()
        case SurveyVerb.RESULTS:
            return answer_results(desk, member, command.name)
        case SurveyVerb.LIST | SurveyVerb.RULES:
            return _list(desk, member, command.verb.value)
        case verb if verb in TURNING:
            found = desk.campaigns.find(member, command.name).campaign
            turned = desk.campaigns.turn(member, verb, found.id, found.version)
            return _state(desk, turned)
        case _:
            return _state(desk, desk.campaigns.find(member, command.name))


def _opened(
    desk: Desk, member: Member, command: SurveyCommand, client: WebClient, trigger_id: str
) -> bool:
    """Whether a form is what was asked for."""
    if command.verb not in {SurveyVerb.NEW, SurveyVerb.RULE}:
        return False
    desk.campaigns.check(member)
    is_rule = command.verb is SurveyVerb.RULE
    open_view(client, trigger_id, (rule_form if is_rule else survey_form)(command.name))
    return True


def _list(desk: Desk, member: Member, value: str) -> Message:
    rules = value == SurveyVerb.RULES.value
    known = desk.campaigns.listed(member, rules=rules)
    pairs = [(each.campaign, each.progress) for each in known]
    return surveys_message(pairs, desk.campaigns.around.manners, rules=rules)


def _show(desk: Desk, member: Member, value: str) -> Message:
    return _state(desk, desk.campaigns.find(member, int(value)))


def _state(desk: Desk, known: KnownSurvey) -> Message:
    return survey_state_message(known.campaign, known.progress, desk.campaigns.around.manners)


def _showing(desk: Desk, show: Show) -> Callable[[Payload, WebClient], None]:
    def clicked(body: Payload, client: WebClient) -> None:
        message = show(desk, insider(desk, user_id(body)), _value(body))
        tell(body, client, message, replace=is_private(body))

    return clicked


def _turning(desk: Desk) -> Callable[[Payload, WebClient], Message]:
    def clicked(body: Payload, _client: WebClient) -> Message:
        verb, campaign_id, version = _value(body).split()
        member = insider(desk, user_id(body))
        turned = desk.campaigns.turn(member, SurveyVerb(verb), int(campaign_id), int(version))
        return _state(desk, turned)

    return clicked


def _opening(desk: Desk, verb: SurveyVerb) -> Callable[[Payload, WebClient], None]:
    def clicked(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        command = SurveyCommand(verb, _value(body))
        _opened(desk, member, command, client, body["trigger_id"])

    return clicked


def _previewing(desk: Desk) -> Callable[[Payload, WebClient], None]:
    """The question as customers get it; what is clicked there counts nowhere."""

    def clicked(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        order = desk.campaigns.find(member, int(_value(body))).campaign.order
        texts = texts_of("", desk.answering.settings.survey_texts)
        message = survey_message(Asked(str(uuid4()), KINDS[order.kind]), texts)
        post_message(client, member.slack_user_id, message, rather_twice=True)

    return clicked


def _saving(
    desk: Desk, save: Callable[[Desk, Member, Payload], Payload]
) -> Callable[[Payload, WebClient], Payload]:
    """What the acknowledgement carries: what takes the form's place, or what is wrong."""

    def submitted(body: Payload, _client: WebClient) -> Payload:
        try:
            view = save(desk, insider(desk, user_id(body)), body["view"])
        except UserError as error:
            if body["view"]["callback_id"] == SURVEY_STARTED:
                raise
            return {"response_action": "errors", "errors": {_field(error): str(error)[:2000]}}
        return {"response_action": "update", "view": view}

    return submitted


def _field(error: UserError) -> str:
    return WHO if error.sentence.startswith(("The list", "Nobody")) else NAME


def _draft(desk: Desk, member: Member, view: Payload) -> Payload:
    filled, around = filled_in(view), desk.campaigns.around
    people = desk.campaigns.people(member, filled[WHO], filled.listed(SEGMENTS))
    order = CampaignOrder(
        name=filled[NAME],
        kind=KINDS[filled[KIND]].key,
        purpose=filled[PURPOSE],
        place=Place(filled[PLACE]),
        people=people,
        starts_at=_instant(filled, around.timezone),
    )
    drafted = desk.campaigns.draft(member, order, str(view["id"]))
    lines = outlook_lines(drafted.judged, around.manners, around.now, around.timezone)
    left_out = list(left_out_lines(drafted.judged, around.manners))
    return outlook_view(drafted.campaign, lines, left_out)


def _start(desk: Desk, member: Member, view: Payload) -> Payload:
    campaign_id, version = started_of(view)
    return started_view(
        desk.campaigns.turn(member, SurveyVerb.RESUME, campaign_id, version).campaign
    )


def _save_rule(desk: Desk, member: Member, view: Payload) -> Payload:
    order = rule_of_form(filled_in(view))
    return started_view(desk.campaigns.make_rule(member, order, str(view["id"])).campaign)


def _instant(filled: Filled, timezone: str) -> datetime | None:
    return parse_instant(filled[WHEN], timezone) if filled[WHEN].strip() else None


def _value(body: Payload) -> str:
    return str(body["actions"][0]["value"])
