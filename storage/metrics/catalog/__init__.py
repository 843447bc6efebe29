"""Every metric, one entry each. Help, lists, answers and tests are computed from ``METRICS``."""

from __future__ import annotations

from storage.metrics.catalog.business import BUSINESS
from storage.metrics.catalog.coaching import COACHING
from storage.metrics.catalog.quality import QUALITY
from storage.metrics.catalog.resolution import RESOLUTION
from storage.metrics.catalog.response import RESPONSE
from storage.metrics.catalog.satisfaction import SATISFACTION
from storage.metrics.catalog.self_service import SELF_SERVICE
from storage.metrics.catalog.workforce import WORKFORCE
from storage.metrics.catalog.workload import WORKLOAD
from storage.metrics.definition import Metric

METRICS: tuple[Metric, ...] = (
    *RESPONSE,
    *RESOLUTION,
    *SATISFACTION,
    *QUALITY,
    *COACHING,
    *WORKLOAD,
    *WORKFORCE,
    *SELF_SERVICE,
    *BUSINESS,
)

_BY_KEY = {metric.key: metric for metric in METRICS}


def find(key: str) -> Metric:
    """The metric of a key; a key that no metric has is a mistake of ours."""
    return _BY_KEY[key]


QUALITY_SCORE = find("quality_score")
"""What reviews are about: by it follow-ups and themes tell what is a small sample."""
VOLUME = find("ticket_volume")
"""Contacts themselves: by it rights to look at them are asked for."""
BACKLOG = find("ticket_backlog")
ABANDONED = find("abandonment_rate")
"""What alerts of a backlog that grows, and of calls lost, are about."""

RESPONSES = find("response_rate").key
"""The key of the response rate that stands beside each kind of survey, too."""
OF_SURVEYS = {
    "csat": find("customer_satisfaction"),
    "nps": find("net_promoter_score"),
    "ces": find("customer_effort_score"),
}
"""The metric of each kind of survey."""
