"""How customers' contacts are resolved: how soon, at once, for good."""

from __future__ import annotations

from sqlalchemy import and_

from storage.metrics.catalog.asides import MEDIAN, PERCENTILE_90, in_business_time
from storage.metrics.counting import (
    RESOLVED,
    contact,
    first_contact_resolution,
    gross_first_contact_resolution,
    has_target,
    measured,
    resolution_seconds,
    share,
    within_target,
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

RESOLUTION: tuple[Metric, ...] = (
    Metric(
        key="average_resolution_time",
        abbreviation="ART",
        name="Average resolution time",
        description="How long it takes from a contact's opening until it is resolved.",
        formula="Mean of resolved minus opened.",
        counted="contacts resolved, by when they were resolved",
        unit=Unit.SECONDS,
        better=Direction.LOWER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.MEAN,
        segments=CONTACT_SEGMENTS,
        counting=measured(contact.resolved_at, RESOLVED, resolution_seconds()),
        asides=(
            MEDIAN,
            PERCENTILE_90,
            in_business_time(Statistic.MEAN, contact.resolved_at, RESOLVED, contact.resolved_at),
        ),
        synonyms=(
            "resolution time",
            "time to resolution",
            "time to resolve",
            "mttr",
            "how long it takes to resolve",
        ),
        channels_apart=True,
    ),
    Metric(
        key="first_contact_resolution",
        abbreviation="FCR",
        name="First contact resolution",
        description="The share of contacts that were resolved the first time a customer asked.",
        formula="Resolved on first contact / resolved.",
        counted="contacts resolved and not abandoned, by when they were resolved",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.HIGHER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.SHARE,
        segments=CONTACT_SEGMENTS,
        counting=first_contact_resolution(contact.resolved_at, RESOLVED),
        asides=(
            Aside(
                "gross",
                "of all opened",
                Unit.RATE,
                counting=gross_first_contact_resolution(),
            ),
        ),
        synonyms=("first call resolution", "one touch", "resolved on first contact"),
        channels_apart=True,
        small_print=(
            "Where the source does not say it: never reopened, and the customer did not come back"
            " {repeat}."
        ),
        audiences=(Audience.TEAM,),
    ),
    Metric(
        key="reopen_rate",
        abbreviation="Reopens",
        name="Reopen rate",
        description="The share of resolved contacts that had to be opened again.",
        formula="Resolved after being reopened / resolved.",
        counted="contacts resolved whose number of reopenings is known, by resolution",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.LOWER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.SHARE,
        segments=CONTACT_SEGMENTS,
        counting=share(
            contact.resolved_at,
            and_(RESOLVED, contact.reopen_count.is_not(None)),
            contact.reopen_count > 0,
        ),
        synonyms=("reopened", "reopening rate", "reopen"),
    ),
    Metric(
        key="transfer_rate",
        abbreviation="Transfers",
        name="Transfer rate",
        description="The share of resolved contacts that were handed to someone else on the way.",
        formula="Resolved after being reassigned / resolved.",
        counted="contacts resolved whose number of reassignments is known, by resolution",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.LOWER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.SHARE,
        segments=CONTACT_SEGMENTS,
        counting=share(
            contact.resolved_at,
            and_(RESOLVED, contact.reassignment_count.is_not(None)),
            contact.reassignment_count > 0,
        ),
        synonyms=("transferred", "reassigned", "reassignment rate", "transfer"),
    ),
    Metric(
        key="resolution_within_target",
        abbreviation="Within target",
        name="Resolution within target",
        description="The share of resolved contacts that were resolved in the time agreed.",
        formula="Resolved within the target / resolved, where a target is known.",
        counted="contacts resolved that have a target, by when they were resolved",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.HIGHER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.SHARE,
        segments=CONTACT_SEGMENTS,
        counting=share(contact.resolved_at, has_target, within_target),
        synonyms=("sla", "within sla", "sla met", "made sla", "on time"),
        small_print="The source's own mark goes first, then the target in the settings.",
    ),
)
