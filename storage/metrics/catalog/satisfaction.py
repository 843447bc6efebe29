"""What customers say when they are asked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, case
from sqlalchemy.sql.elements import ColumnElement

from storage.facts.declared import SCALES
from storage.facts.dialect import seconds_between
from storage.facts.tables import follow_ups, surveys
from storage.metrics.catalog.asides import PERCENTILE_90
from storage.metrics.counting import measured, share
from storage.metrics.definition import (
    SHARE,
    Aggregation,
    Aside,
    Audience,
    Direction,
    Kind,
    Metric,
    Statistic,
    Unit,
)
from storage.metrics.segments import RESPONSE_SEGMENTS, SURVEY_SEGMENTS

survey, follow_up = surveys.c, follow_ups.c

CSAT, NPS, CES = (
    and_(survey.kind == kind, survey.score.between(low, high))
    for kind, low, high in (("csat", 1, 5), ("nps", 0, 10), ("ces", 1, 7))
)
SATISFIED, PROMOTER, DETRACTOR = survey.score >= 4, survey.score >= 9, survey.score <= 6

CLOSED = follow_up.closed_at.is_not(None)
FOLLOWED = and_(CLOSED, follow_up.score.is_not(None), follow_up.score_after.is_not(None))

satisfied = share(survey.answered_at, CSAT, SATISFIED)


def _response_rate(kind: str) -> Aside:
    asked = survey.kind == kind
    answered = share(survey.sent_at, asked, survey.answered_at.is_not(None))
    return Aside("response_rate", "response rate", Unit.RATE, counting=answered)


def _on_one_scale(score: ColumnElement[Any]) -> ColumnElement[float]:
    """From 0, the worst answer of its kind, to 100, the best."""
    points = {kind: 100.0 * (score - low) / (high - low) for kind, (low, high) in SCALES.items()}
    return case(*((follow_up.kind == kind, each) for kind, each in points.items()))


SATISFACTION: tuple[Metric, ...] = (
    Metric(
        key="customer_satisfaction",
        abbreviation="CSAT",
        name="Customer satisfaction",
        description="The share of customers who say that they are satisfied.",
        formula="Answers of 4 or 5 on a scale of 1 to 5 / answers.",
        counted="answered satisfaction surveys, by when they were answered",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.HIGHER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.SHARE,
        segments=SURVEY_SEGMENTS,
        counting=satisfied,
        noun="answers",
        asides=(
            Aside(
                "mean_score",
                "mean score",
                Unit.SCORE,
                counting=measured(survey.answered_at, CSAT, survey.score),
            ),
            _response_rate("csat"),
        ),
        synonyms=("satisfaction", "satisfied customers", "customer sat", "csat score"),
        small_print="A question that was skipped is in no total.",
        kept_honest_by=("response_rate",),
        audiences=(Audience.EXECUTIVE, Audience.AGENTS),
    ),
    Metric(
        key="net_promoter_score",
        abbreviation="NPS",
        name="Net promoter score",
        description="How many more customers would recommend us than would not.",
        formula="Share of 9 and 10 minus share of 0 to 6, times 100; 7 and 8 count in neither.",
        counted="answered recommendation surveys, by when they were answered",
        unit=Unit.POINTS,
        bounds=(-100.0, 100.0),
        better=Direction.HIGHER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.NET_PROMOTER,
        segments=SURVEY_SEGMENTS,
        counting=measured(survey.answered_at, NPS, case((PROMOTER, 1), (DETRACTOR, -1), else_=0)),
        noun="answers",
        asides=(
            Aside("promoters", "promoters", Unit.RATE, Statistic.PROMOTERS),
            Aside("detractors", "detractors", Unit.RATE, Statistic.DETRACTORS),
            _response_rate("nps"),
        ),
        synonyms=("promoter score", "promoters", "recommendation", "nps score"),
        small_print="A question that was skipped is in no total.",
        audiences=(Audience.EXECUTIVE,),
    ),
    Metric(
        key="customer_effort_score",
        abbreviation="CES",
        name="Customer effort score",
        description="How easy customers found it to get their matter settled.",
        formula="Mean of the answers from 1 (very hard) to 7 (very easy).",
        counted="answered effort surveys, by when they were answered",
        unit=Unit.SCORE,
        bounds=(1.0, 7.0),
        better=Direction.HIGHER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.MEAN,
        segments=SURVEY_SEGMENTS,
        counting=measured(survey.answered_at, CES, survey.score),
        noun="answers",
        asides=(
            Aside(
                "easy",
                "found it easy",
                Unit.RATE,
                counting=share(survey.answered_at, CES, survey.score >= 5),
            ),
            _response_rate("ces"),
        ),
        synonyms=("effort score", "customer effort", "effort", "ces score"),
        small_print="Found it easy: answers of 5 to 7. A question that was skipped is in no total.",
    ),
    Metric(
        key="response_rate",
        abbreviation="Responses",
        name="Response rate",
        description="The share of surveys that are answered.",
        formula="Surveys answered / surveys sent.",
        counted="surveys of all kinds unless one is asked for, by when they were sent",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.HIGHER,
        kind=Kind.LEADING,
        aggregation=Aggregation.SHARE,
        segments=RESPONSE_SEGMENTS,
        counting=share(survey.sent_at, survey.kind.is_not(None), survey.answered_at.is_not(None)),
        noun="surveys",
        synonyms=("survey response rate", "answer rate", "surveys answered"),
        small_print="The newest surveys may still be answered.",
    ),
    Metric(
        key="loop_time",
        abbreviation="Loop",
        name="Time to close the loop",
        description="How long it takes from a low answer until somebody has looked after it.",
        formula="Median of closed minus answered.",
        counted="follow-ups of low answers, by when they were closed",
        unit=Unit.SECONDS,
        better=Direction.LOWER,
        kind=Kind.LEADING,
        aggregation=Aggregation.MEDIAN,
        segments=RESPONSE_SEGMENTS,
        counting=measured(
            follow_up.closed_at, CLOSED, seconds_between(follow_up.opened_at, follow_up.closed_at)
        ),
        noun="follow-ups",
        asides=(PERCENTILE_90,),
        synonyms=("closing the loop", "close the loop", "follow up time", "loop closed"),
        small_print=(
            "Low: 0 to 6 of a recommendation, 1 or 2 of satisfaction, 1 to 3 of effort."
            " What is still open is not in it."
        ),
    ),
    Metric(
        key="score_after_loop",
        abbreviation="Score after",
        name="Score after the loop",
        description="How customers answer the next time, once a low answer was looked after.",
        formula="Mean of the next answer of the same kind, from 0 (worst) to 100 (best).",
        counted="follow-ups whose customer has answered again, by when they were closed",
        unit=Unit.SCORE,
        bounds=(0.0, 100.0),
        better=Direction.HIGHER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.MEAN,
        segments=RESPONSE_SEGMENTS,
        counting=measured(follow_up.closed_at, FOLLOWED, _on_one_scale(follow_up.score_after)),
        noun="customers",
        asides=(
            Aside(
                "score_before",
                "before",
                Unit.SCORE,
                counting=measured(follow_up.closed_at, FOLLOWED, _on_one_scale(follow_up.score)),
            ),
        ),
        synonyms=("score after follow up", "score after the call", "next answer"),
        small_print="Who has not answered again yet is not in it; the newest may still do.",
    ),
)
