"""``/kpi reasons``, ``/kpi selfservice`` and ``/kpi staffing``."""

from __future__ import annotations

from bot.blocks.insights import insight_report
from bot.blocks.message import Message
from bot.blocks.report import repeating, report_message
from bot.listeners.desk import Desk
from bot.request.insights import Insight
from storage.access import OnlyThem
from storage.roles import Member


def answer_insight(desk: Desk, member: Member, request: Insight, _channel_id: str) -> Message:
    """What is found for this member, and shown to nobody else."""
    found, narrowed = desk.answering.insight(member, request, OnlyThem())
    return report_message(insight_report(found), narrowed, repeating(request, found.scope))
