"""How agents' time is planned and spent."""

from __future__ import annotations

from sqlalchemy import and_

from storage.facts.tables import agent_days
from storage.metrics.counting import ratio
from storage.metrics.definition import SHARE, Aggregation, Audience, Direction, Kind, Metric, Unit
from storage.metrics.segments import AGENT_DAY_SEGMENTS

agent_day = agent_days.c

WORKFORCE: tuple[Metric, ...] = (
    Metric(
        key="agent_occupancy",
        abbreviation="Occupancy",
        name="Agent occupancy",
        description="How much of the time that agents are there for contacts they handle one.",
        formula="Time handling contacts / time handling or available for them.",
        counted="agent days with staffed time; breaks and training are outside of it",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.NEITHER,
        kind=Kind.LEADING,
        aggregation=Aggregation.RATIO,
        segments=AGENT_DAY_SEGMENTS,
        counting=ratio(
            agent_day.day,
            and_(agent_day.staffed_seconds > 0, agent_day.handling_seconds.is_not(None)),
            agent_day.handling_seconds,
            agent_day.staffed_seconds,
        ),
        noun="agent days",
        synonyms=("occupancy rate", "utilisation", "utilization"),
        small_print="A band is healthy, often 75 % to 85 %: above it there is no time to breathe.",
    ),
    Metric(
        key="schedule_adherence",
        abbreviation="Adherence",
        name="Schedule adherence",
        description="How much of their scheduled time agents work as scheduled.",
        formula="Time worked inside the schedule / time scheduled.",
        counted="agent days with a schedule",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.HIGHER,
        kind=Kind.LEADING,
        aggregation=Aggregation.RATIO,
        segments=AGENT_DAY_SEGMENTS,
        counting=ratio(
            agent_day.day,
            and_(agent_day.scheduled_seconds > 0, agent_day.adherent_seconds.is_not(None)),
            agent_day.adherent_seconds,
            agent_day.scheduled_seconds,
        ),
        noun="agent days",
        synonyms=("adherence to schedule", "in schedule"),
        small_print="Time worked outside the schedule does not make up for time missed inside it.",
        audiences=(Audience.AGENTS,),
    ),
)
