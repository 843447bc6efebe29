"""The buttons of an alert, and the form that makes or changes one."""

from __future__ import annotations

from slack_bolt import App
from slack_sdk import WebClient

from bot.alert_reading import read_draft
from bot.blocks.actions import (
    ACKNOWLEDGE_ALERT,
    ALERT_SAVED,
    ALERT_STATE,
    CHANGE_ALERT,
    MUTE_ALERT,
    pattern,
)
from bot.blocks.alert_form import (
    CHANNEL,
    Draft,
    alert_draft_of,
    alert_form,
    draft_of_alert,
    saved_alert_view,
)
from bot.blocks.alert_list import (
    NEW,
    STATES,
    UNMUTE,
    click_of,
    made_message,
    state_message,
)
from bot.blocks.alerts import (
    acknowledged_before_message,
    acknowledged_message,
    ids_of,
    muted_message,
    muting_of,
)
from bot.blocks.message import Message
from bot.channels import DIRECT_MESSAGE
from bot.listeners.acknowledged import Afterwards, Payload, acknowledged, committed, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.replying import open_view, reply
from storage.alerts.access import refusal_to_have_alerts
from storage.errors import NotAllowedError, UserError
from storage.roles import Member


def register(app: App, desk: Desk) -> None:
    """Listens to the buttons and to the form."""

    def wants_the_form(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        draft = _draft(desk, member, body)
        open_view(client, body["trigger_id"], alert_form(draft))

    def saves(body: Payload, _client: WebClient) -> Payload:
        return _save(desk, insider(desk, user_id(body)), alert_draft_of(body["view"]))

    def switches(body: Payload, _client: WebClient) -> Message:
        member, click = insider(desk, user_id(body)), click_of(_value(body))
        if click.what == UNMUTE:
            return state_message(desk.alerts.unmute(member, click.alert_id), UNMUTE)
        state = STATES[click.what]
        alert = desk.alerts.set_state(member, click.alert_id, click.version, state)
        return state_message(alert, click.what)

    def mutes(body: Payload, _client: WebClient) -> Message:
        member = insider(desk, user_id(body))
        alert, until = desk.alerts.mute(member, muting_of(_value(body)))
        return muted_message(alert, until, desk.clock())

    def takes_care(body: Payload, _client: WebClient) -> Message | Afterwards:
        return _acknowledge(desk, insider(desk, user_id(body)), body)

    app.action(pattern(CHANGE_ALERT))(acknowledged(wants_the_form))
    app.view(ALERT_SAVED)(committed(saves))
    app.action(pattern(ALERT_STATE))(committed(switches))
    app.action(pattern(MUTE_ALERT))(committed(mutes))
    app.action(pattern(ACKNOWLEDGE_ALERT))(committed(takes_care))


def _value(body: Payload) -> str:
    return str(body["actions"][0]["value"])


def _draft(desk: Desk, member: Member, body: Payload) -> Draft:
    """What the form starts with: the alert as it stands, or the channel where it was asked for."""
    if (value := _value(body)) != NEW:
        return draft_of_alert(desk.alerts.find(member, int(value)))
    if refused := refusal_to_have_alerts(member):
        raise NotAllowedError(refused.sentence, refused.next_step)
    place = str(body["channel"]["id"])
    teams = sorted(member.led_teams) if not member.is_admin else []
    return Draft(
        scope=f"team:{teams[0]}" if len(teams) == 1 else "",
        channel_id="" if place.startswith(DIRECT_MESSAGE) else place,
        timezone=desk.alerts.timezone,
    )


def _acknowledge(desk: Desk, member: Member, body: Payload) -> Message | Afterwards:
    before = desk.alerts.acknowledge(member, ids_of(_value(body)))
    others = [each for each in before if each.acknowledged_by != member.slack_user_id]
    if others:
        return acknowledged_before_message(others)
    told = acknowledged_message(
        body["message"], member.slack_user_id, desk.clock(), desk.alerts.timezone
    )
    return lambda: reply(str(body["response_url"]), told, replace=True)


def _save(desk: Desk, member: Member, draft: Draft) -> Payload:
    """What the acknowledgement carries: errors at their fields, or what takes the form's place."""
    wanted, errors = read_draft(draft)
    if wanted is None:
        return _errors(errors)
    try:
        if draft.alert_id:
            made = desk.alerts.change(member, draft.alert_id, draft.version, wanted)
        else:
            made = desk.alerts.make(member, wanted)
    except UserError as error:
        return _errors({CHANNEL: str(error)})
    is_old = not draft.alert_id and not made.is_new
    told = made_message(made.alert, is_new=made.is_new, hint=made.hint, was_there=is_old)
    return {"response_action": "update", "view": saved_alert_view(told, draft)}


def _errors(by_field: dict[str, str]) -> Payload:
    return {"response_action": "errors", "errors": by_field}
