"""Insights as JSON for scripts, with the forms of ``bot.blocks.export``.

Weekdays are named as in a question (``monday``); local times of day are ``09:30``.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks.dates import hour_name
from bot.blocks.export import Json, instant_json, period_json
from storage.insights.reasons import Arrivals, FoundReasons, Reason
from storage.insights.scope import Scope
from storage.insights.self_service import FoundSelfService, Issue
from storage.insights.staffing import FoundStaffing, HalfHour
from storage.metrics.segments import WEEKDAYS


def staffing_json(found: FoundStaffing) -> Json:
    """``half_hours`` are all 336; ``contacts`` and ``agents_there`` are the mean of one week."""
    plan = found.plan
    return {
        "query": _query("staffing", found.scope),
        "assumptions": {
            "channel": plan.channel,
            "target": {"share": plan.target.share, "seconds": plan.target.seconds},
            "shrinkage": plan.shrinkage,
            "weeks": found.weeks,
            "handle_seconds": found.handle_seconds,
            "handled": found.handled,
            "contacts_at_once": 1,
            "staffed_time_known": found.staffed_known,
        },
        "half_hours": [_half_hour(each) for each in found.half_hours],
        "asked_at": instant_json(found.scope.now),
    }


def reasons_json(found: FoundReasons) -> Json:
    return {
        "query": _query("reasons", found.scope) | {"complete": found.volume.complete},
        "contacts": found.total,
        "reasons": [_reason(each) for each in found.reasons],
        "hours": _arrivals(found.hours),
        "periods_before": found.periods_before,
        "asked_at": instant_json(found.scope.now),
    }


def self_service_json(found: FoundSelfService) -> Json:
    """Candidates come first, by ``saved_seconds``; ``help_centre`` is null where it has nothing."""
    return {
        "query": _query("selfservice", found.scope),
        "median_handle_seconds": found.median_seconds,
        "issues": [_issue(each) for each in found.issues],
        "withheld": found.withheld,
        "help_centre_known": found.has_help_centre,
        "asked_at": instant_json(found.scope.now),
    }


def _query(asked: str, scope: Scope) -> Json:
    return {
        "asked": asked,
        "period": period_json(scope.period),
        "timezone": scope.period.timezone,
        "filters": {chosen.segment.value: list(chosen.values) for chosen in scope.filters},
    }


def _half_hour(each: HalfHour) -> Json:
    place: Json = {"weekday": WEEKDAYS[each.weekday], "time": hour_name(each.slot / 2)}
    if each.withheld:
        return place | {"withheld": True}
    needed = each.needed
    return place | {
        "contacts": each.contacts,
        "offered": each.offered,
        "lost": each.lost,
        "agents_there": each.there,
        "agents_needed": needed.agents if needed else 0,
        "agents_scheduled": each.scheduled,
        "expected_service_level": needed.service_level if needed else None,
        "waiting_probability": needed.waiting_probability if needed else None,
        "occupancy": needed.occupancy if needed else None,
        "withheld": False,
    }


def _reason(each: Reason) -> Json:
    row = each.row
    return {
        "issue_type": each.issue_type,
        "contacts": row.value,
        "share": each.share,
        "previous": row.previous.value if row.previous else None,
        "change": row.change.value if row.change else None,
        "usual_range": list(row.usual_range) if row.usual_range else None,
        "new": each.first_seen is not None,
        "first_seen": instant_json(each.first_seen) if each.first_seen else None,
        "busiest_weekday": WEEKDAYS[each.busiest.weekday] if each.busiest else None,
        "busiest_hour": hour_name(each.busiest.hour) if each.busiest else None,
        "withheld": row.withheld,
    }


def _arrivals(found: Sequence[Arrivals]) -> list[Json]:
    return [
        {
            "weekday": WEEKDAYS[each.weekday],
            "time": hour_name(each.hour),
            "contacts": each.count,
            "withheld": each.count is None,
        }
        for each in found
    ]


def _issue(each: Issue) -> Json:
    centre = each.help_centre
    return {
        "issue_type": each.issue_type,
        "candidate": each.is_candidate,
        "contacts": each.contacts,
        "customers": each.customers,
        "median_handle_seconds": each.median_seconds,
        "mean_handle_seconds": each.mean_seconds,
        "settled_in_one_go": each.at_once,
        "saved_seconds": each.saved_seconds,
        "help_centre": {
            "articles": list(centre.articles),
            "visits": centre.visits,
            "contacted_after": centre.contacted_after,
        }
        if centre
        else None,
    }
