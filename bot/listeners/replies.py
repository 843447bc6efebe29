"""What each kind of request is answered with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.blocks.answer import answer_message
from bot.blocks.explaining import define_message, help_message, list_message
from bot.blocks.message import Message
from bot.blocks.targets import (
    standing_message,
    target_removed_message,
    target_set_message,
    targets_message,
)
from bot.blocks.why import why_message
from bot.listeners.administration import change_channel, change_roles
from bot.listeners.alerting import list_alerts, make_alert
from bot.listeners.desk import Desk
from bot.listeners.insights import answer_insight
from bot.listeners.reviewing import answer_review
from bot.request import (
    ChannelCommand,
    Define,
    Help,
    ListAlerts,
    ListMetrics,
    ListTargets,
    MakeAlert,
    Reasons,
    RemoveTarget,
    Request,
    Review,
    RoleCommand,
    SelfService,
    SetTarget,
    ShowTarget,
    Staffing,
    Why,
)
from storage.access import OnlyThem
from storage.metrics.answer import Question
from storage.roles import Member

Reply = Callable[[Desk, Member, Any, str], Message]


def answer_request(desk: Desk, member: Member, request: Request, channel_id: str) -> Message:
    """The message that answers whatever was typed, and where."""
    return REPLIES[type(request)](desk, member, request, channel_id)


def _answer(desk: Desk, member: Member, question: Question, _channel_id: str) -> Message:
    answered = desk.answering.answer(member, question, OnlyThem())
    return answer_message(answered.answer, answered.narrowed)


def _why(desk: Desk, member: Member, why: Why, _channel_id: str) -> Message:
    explained = desk.answering.explain(member, why.question, OnlyThem())
    return why_message(explained.explanation, explained.question, explained.narrowed)


def _help(_desk: Desk, _member: Member, _request: Help, _channel_id: str) -> Message:
    return help_message()


def _list(_desk: Desk, _member: Member, _request: ListMetrics, _channel_id: str) -> Message:
    return list_message()


def _define(desk: Desk, _member: Member, request: Define, _channel_id: str) -> Message:
    return define_message(request.metric, desk.answering.settings)


def _roles(desk: Desk, member: Member, request: RoleCommand, _channel_id: str) -> Message:
    return change_roles(desk, member, request.rest)


def _channel(desk: Desk, member: Member, request: ChannelCommand, channel_id: str) -> Message:
    return change_channel(desk, member, request.rest, channel_id)


def _targets(desk: Desk, member: Member, _request: ListTargets, _channel_id: str) -> Message:
    return targets_message(desk.targets.in_force(member), desk.reader)


def _target(desk: Desk, member: Member, request: ShowTarget, _channel_id: str) -> Message:
    return standing_message(desk.targets.standing(member, request), desk.reader)


def set_target(desk: Desk, member: Member, request: SetTarget, _channel_id: str = "") -> Message:
    """Sets it, and says what it takes the place of."""
    return target_set_message(desk.targets.set_target(member, request), desk.reader)


def _no_target(desk: Desk, member: Member, request: RemoveTarget, _channel_id: str) -> Message:
    about, was_there = desk.targets.remove_target(member, request)
    return target_removed_message(about, was_there=was_there)


REPLIES: dict[type[Request], Reply] = {
    Question: _answer,
    Why: _why,
    Help: _help,
    ListMetrics: _list,
    Define: _define,
    RoleCommand: _roles,
    ChannelCommand: _channel,
    Reasons: answer_insight,
    SelfService: answer_insight,
    Staffing: answer_insight,
    Review: answer_review,
    ListTargets: _targets,
    ShowTarget: _target,
    SetTarget: set_target,
    RemoveTarget: _no_target,
    ListAlerts: list_alerts,
    MakeAlert: make_alert,
}
