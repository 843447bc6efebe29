"""What a person types, read into what is asked, and written back in its short form.

``METRIC [PERIOD] [SEGMENT:VALUE…] [by SEGMENT]``, with the words in any order. Without a period
the last complete week is meant. ``why METRIC …`` asks what moved it; ``help``, ``list`` and
``define METRIC`` explain; ``role …`` and ``channel …`` are an admin's; ``target …`` shows, sets and
removes targets, ``alert …`` lists and makes alerts. ``reasons``,
``selfservice`` and ``staffing`` look at contacts with the same periods and segments, but no metric;
``review`` looks at all metrics.
"""

from bot.request.complaints import unknown_value
from bot.request.insights import insight_words
from bot.request.reading import may_change, parse
from bot.request.requests import (
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
from bot.request.review import review_words
from bot.request.writing import LONGEST, words

__all__ = [
    "LONGEST",
    "ChannelCommand",
    "Define",
    "Help",
    "ListAlerts",
    "ListMetrics",
    "ListTargets",
    "MakeAlert",
    "Reasons",
    "RemoveTarget",
    "Request",
    "Review",
    "RoleCommand",
    "SelfService",
    "SetTarget",
    "ShowTarget",
    "Staffing",
    "Why",
    "insight_words",
    "may_change",
    "parse",
    "review_words",
    "unknown_value",
    "words",
]
