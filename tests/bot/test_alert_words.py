"""``alert …`` as people type it, and the words that make the same rule again."""

from __future__ import annotations

from datetime import date

import pytest

from bot.blocks.alert_names import watch_name
from bot.request import ListAlerts, MakeAlert, parse
from bot.request.alerts import alert_words
from storage.alerts.kinds import KINDS
from storage.alerts.rule import Watch
from storage.errors import UserError
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Metric

TODAY = date(2026, 6, 17)


def watch_of(text: str) -> Watch:
    request = parse(text, TODAY)
    assert isinstance(request, MakeAlert)
    return request.watch


@pytest.mark.parametrize(
    ("typed", "meant", "named"),
    [
        (
            "alert fcr below target by team",
            "alert fcr target weekly by team",
            "First contact resolution misses its target, weekly, by team",
        ),
        (
            "Alert me when CSAT is outside its usual range monthly on chat",
            "alert csat outside monthly channel:chat",
            "Customer satisfaction leaves its usual range, monthly, chat",
        ),
        (
            "alert backlog growing 3 days team:billing",
            "alert backlog growing 3 days team:billing",
            "Ticket backlog grows day after day, 3 days, team billing",
        ),
        (
            "alerts backlog rising",
            "alert backlog growing 3 days",
            "Ticket backlog grows day after day, 3 days",
        ),
        ("alert calls lost 5", "alert calls lost 5", "Calls lost, 5 or more in one hour"),
        (
            "alert lost calls 12 per hour by team",
            "alert calls lost 12 by team",
            "Calls lost, 12 or more in one hour, by team",
        ),
        ("alert data stopped", "alert data stopped", "Data stopped arriving"),
        (
            "alert data late source:helpdesk",
            "alert data stopped source:helpdesk",
            "Data stopped arriving, source helpdesk",
        ),
    ],
)
def test_alert_is_read_and_written_back(typed: str, meant: str, named: str) -> None:
    watch = watch_of(typed)
    assert alert_words(watch) == meant
    assert watch_of(meant) == watch
    assert watch_name(watch) == named


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_every_metric_can_be_watched(metric: Metric) -> None:
    for kind in KINDS:
        if kind.chooses_metric:
            watch = Watch(kind, metric, kind.grain)
            assert watch_of(alert_words(watch)) == watch


@pytest.mark.parametrize(
    ("typed", "page"), [("alert", 1), ("alerts", 1), ("alert list", 1), ("alert list 3", 3)]
)
def test_alerts_are_listed_by_page(typed: str, page: int) -> None:
    assert parse(typed, TODAY) == ListAlerts(page)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            "alert fcr",
            (
                "Say what the alert is for. For example /kpi alert fcr below target by team,"
                " or /kpi alert backlog growing 3 days team:billing."
            ),
        ),
        (
            "alert fcr outside by agent",
            (
                "An alert can't watch by agent: a channel gets totals only."
                " Watch by team or by channel."
            ),
        ),
        (
            "alert fcr target agent:me",
            (
                "An alert can't watch by agent: a channel gets totals only."
                " Watch by team or by channel."
            ),
        ),
        (
            "alert data stopped by team",
            (
                "Data arrives by source, so an alert on it is for sources alone."
                " Leave the rest out, or name one: source:helpdesk."
            ),
        ),
        (
            "alert csat growing",
            (
                "Only ticket backlog can be watched for this, not Customer satisfaction."
                " For another metric: /kpi alert csat outside."
            ),
        ),
        (
            "alert backlog growing 30 days",
            "This goes from 2 to 10 days. Leave it out for 3.",
        ),
        (
            "alert csat outside loudly",
            (
                'I don\'t understand "loudly".'
                " An alert is written like /kpi alert fcr below target by team."
            ),
        ),
        ("alert fcrr outside", 'I don\'t know a metric "fcrr". Did you mean first contact'),
    ],
)
def test_alert_that_can_not_be_is_explained(typed: str, told: str) -> None:
    with pytest.raises(UserError) as refused:
        parse(typed, TODAY)
    assert str(refused.value).startswith(told)


def test_alert_is_meant_only_where_it_is_the_first_word() -> None:
    with pytest.raises(UserError):
        parse("please alert fcr outside", TODAY)
