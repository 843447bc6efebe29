"""Why a segment crossed: the parts of its change, as ``/kpi why`` tells them."""

from __future__ import annotations

from datetime import timedelta

from storage.alerts.rule import Finding, Sight
from storage.alerts.standings import narrowed_to, number_of
from storage.metrics.answer import Query
from storage.metrics.explanation import Explanation, can_explain
from storage.metrics.why import explain
from storage.periods import Period, range_of, resolve


def explained(finding: Finding, sight: Sight) -> Explanation | None:
    """The explanation under the rights of the channel; None where there is none to give.

    Hours have no change of their own, and a segment without a name can't be asked for.
    """
    question = sight.question
    is_named = all(value is not None for _, value in finding.segment)
    if question is None or finding.hour or not is_named or not can_explain(question.metric):
        return None
    period = explained_period(finding, sight)
    filters = narrowed_to(question.filters, finding.segment)
    query = Query(question.metric, period, filters)
    return explain(sight.connection, query, sight.now, sight.settings, withhold_small_groups=True)


def explained_period(finding: Finding, sight: Sight) -> Period:
    """The period that was judged; of what grew over some days, those days."""
    if sight.question is None:
        raise ValueError("a rule about sources has no period")
    judged = resolve(sight.question.period, sight.now, sight.settings.timezone)
    if finding.since is None:
        return judged
    first = judged.last_day - timedelta(days=number_of(sight.watch) - 1)
    return range_of(first, judged.last_day, judged.timezone)
