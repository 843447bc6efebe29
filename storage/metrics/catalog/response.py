"""How soon customers are answered, and how many give up before."""

from __future__ import annotations

from sqlalchemy import and_

from storage.metrics.catalog.asides import MEAN, PERCENTILE_90, in_business_time
from storage.metrics.counting import (
    OWN_CONTACTS,
    answered_in_time,
    contact,
    counted,
    first_response_seconds,
    measured,
    offered,
    share,
)
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
from storage.metrics.segments import CONTACT_SEGMENTS

RESPONDED = and_(OWN_CONTACTS, contact.first_response_at.is_not(None))

RESPONSE: tuple[Metric, ...] = (
    Metric(
        key="first_response_time",
        abbreviation="FRT",
        name="First response time",
        description=(
            "How long a customer waits for the first reply by a person. Automatic replies do not"
            " count."
        ),
        formula="Median of first response minus opened.",
        counted="contacts with a first response, by when they were opened",
        unit=Unit.SECONDS,
        better=Direction.LOWER,
        kind=Kind.LEADING,
        aggregation=Aggregation.MEDIAN,
        segments=CONTACT_SEGMENTS,
        counting=measured(contact.opened_at, RESPONDED, first_response_seconds()),
        asides=(
            MEAN,
            PERCENTILE_90,
            in_business_time(
                Statistic.MEDIAN, contact.opened_at, RESPONDED, contact.first_response_at
            ),
            Aside(
                "waiting",
                "still waiting",
                Unit.COUNT,
                counting=counted(
                    contact.opened_at,
                    and_(
                        OWN_CONTACTS,
                        contact.first_response_at.is_(None),
                        contact.resolved_at.is_(None),
                    ),
                ),
            ),
        ),
        synonyms=("first response", "first reply time", "response time", "time to first response"),
        channels_apart=True,
        audiences=(Audience.TEAM,),
    ),
    Metric(
        key="service_level",
        abbreviation="SL",
        name="Service level",
        description="The share of calls and chats that were answered quickly enough.",
        formula=(
            "Answered within {service_level} / offered; offered is answered plus abandoned after"
            " {short_abandon} or more."
        ),
        counted="phone and chat contacts with a known wait, by when they were opened",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.HIGHER,
        kind=Kind.LEADING,
        aggregation=Aggregation.SHARE,
        segments=CONTACT_SEGMENTS,
        counting=share(contact.opened_at, offered, answered_in_time),
        synonyms=("answered in time", "telephone service factor"),
        channels_apart=True,
    ),
    Metric(
        key="average_speed_of_answer",
        abbreviation="ASA",
        name="Average speed of answer",
        description="How long a customer waits in the queue until someone answers.",
        formula="Mean wait of the contacts answered.",
        counted="inbound contacts answered whose wait is known, by when they were opened",
        unit=Unit.SECONDS,
        better=Direction.LOWER,
        kind=Kind.LEADING,
        aggregation=Aggregation.MEAN,
        segments=CONTACT_SEGMENTS,
        counting=measured(
            contact.opened_at,
            and_(OWN_CONTACTS, contact.wait_seconds.is_not(None)),
            contact.wait_seconds,
        ),
        synonyms=(
            "speed of answer",
            "wait time",
            "waiting time",
            "queue time",
            "how quickly we answer",
        ),
        channels_apart=True,
    ),
    Metric(
        key="abandonment_rate",
        abbreviation="Abandoned",
        name="Abandonment rate",
        description="The share of callers and chatters who gave up before anyone answered.",
        formula=(
            "Abandoned after {short_abandon} or more / offered; offered is those plus the answered."
        ),
        counted="phone and chat contacts with a known wait, by when they were opened",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.LOWER,
        kind=Kind.LEADING,
        aggregation=Aggregation.SHARE,
        segments=CONTACT_SEGMENTS,
        counting=share(contact.opened_at, offered, contact.abandoned),
        synonyms=(
            "abandon rate",
            "abandonment",
            "abandoned calls",
            "lost calls",
            "how many gave up",
            "gave up",
        ),
        channels_apart=True,
    ),
)
