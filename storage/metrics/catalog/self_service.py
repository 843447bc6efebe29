"""What customers settle by themselves."""

from __future__ import annotations

from sqlalchemy import func, literal, true

from storage.facts.tables import help_sessions
from storage.metrics.counting import INBOUND, RESOLVED, always, contact, measured, share
from storage.metrics.definition import (
    SHARE,
    Aggregation,
    Aside,
    Branch,
    Counting,
    Direction,
    Kind,
    Metric,
    Segment,
    Unit,
)
from storage.metrics.segments import SESSION_SEGMENTS

session = help_sessions.c

SELF_SERVED_OR_CONTACTED = Counting(
    (
        Branch(
            session.started_at,
            always(session.contacted_after.is_(False)),
            lambda _settings: literal(1),
        ),
        Branch(contact.opened_at, always(INBOUND), lambda _settings: literal(0)),
    )
)

SELF_SERVICE: tuple[Metric, ...] = (
    Metric(
        key="self_service_rate",
        abbreviation="Self-service",
        name="Self-service rate",
        description="The share of matters that customers settled in the help centre.",
        formula=(
            "Help sessions without a contact after / (help sessions without a contact after +"
            " contacts)."
        ),
        counted="help sessions by when they started, and inbound contacts by opening",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.HIGHER,
        kind=Kind.LEADING,
        aggregation=Aggregation.SHARE,
        segments=tuple(each for each in SESSION_SEGMENTS if each is not Segment.SOURCE),
        counting=SELF_SERVED_OR_CONTACTED,
        noun="sessions and contacts",
        synonyms=("self service", "deflection", "deflection rate"),
    ),
    Metric(
        key="knowledge_base_usage",
        abbreviation="KB views",
        name="Knowledge base usage",
        description="How often articles of the help centre are read.",
        formula="Article views.",
        counted="help sessions, by when they started",
        unit=Unit.COUNT,
        better=Direction.HIGHER,
        kind=Kind.LEADING,
        aggregation=Aggregation.SUM,
        segments=SESSION_SEGMENTS,
        counting=measured(session.started_at, true(), func.coalesce(session.article_views, 0)),
        noun="help sessions",
        asides=(
            Aside(
                "visitors",
                "visitors",
                Unit.COUNT,
                counting=measured(
                    session.started_at, session.visitor_id.is_not(None), session.visitor_id
                ),
                distinct=True,
            ),
            Aside(
                "link_rate",
                "resolved with an article",
                Unit.RATE,
                counting=share(contact.resolved_at, RESOLVED, contact.article_id.is_not(None)),
            ),
            Aside(
                "contacted_after",
                "contacted us after",
                Unit.RATE,
                counting=share(
                    session.started_at,
                    session.contacted_after.is_not(None),
                    session.contacted_after,
                ),
            ),
        ),
        synonyms=("knowledge base", "article views", "articles read", "kb"),
    ),
)
