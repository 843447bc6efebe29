"""``/kpi alert``: the alerts that there are, and new ones."""

from __future__ import annotations

from bot.blocks.alert_list import Wanted, alerts_message, made_message
from bot.blocks.message import Message
from bot.channels import DIRECT_MESSAGE
from bot.listeners.desk import Desk
from bot.request import ListAlerts, MakeAlert
from storage.alerts.access import refusal_to_have_alerts
from storage.alerts.timing import USUAL_QUIET
from storage.errors import NotAllowedError, UserError
from storage.roles import Member


def list_alerts(desk: Desk, member: Member, request: ListAlerts, _channel_id: str) -> Message:
    """Every alert that this person may change."""
    return alerts_message(desk.alerts.listed(member), request.page, desk.reader)


def make_alert(desk: Desk, member: Member, request: MakeAlert, channel_id: str) -> Message:
    """Makes it for the channel where it is typed."""
    if refused := refusal_to_have_alerts(member):
        raise NotAllowedError(refused.sentence, refused.next_step)
    if channel_id.startswith(DIRECT_MESSAGE):
        raise UserError(
            "An alert is posted in a channel, and this is a direct message.",
            "Type it in the channel, or choose one: /kpi alert, New alert.",
        )
    wanted = Wanted(request.watch, channel_id, desk.alerts.timezone, USUAL_QUIET)
    made = desk.alerts.make(member, wanted)
    return made_message(made.alert, is_new=made.is_new, hint=made.hint, was_there=not made.is_new)
