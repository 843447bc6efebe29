"""What the operations database says of all that was sent, asked and written."""

from __future__ import annotations

from enum import Enum

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.operations.engine import reading
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.operations.quality_models import CoachingNote
from storage.operations.survey_models import Invitation

ASTRAY = (DeliveryState.FAILED, DeliveryState.MISSED, DeliveryState.STOPPED)


def tally(operations: Engine) -> dict[str, int]:
    """How many there are of each kind and state: ``{"deliveries sent": 2509}``."""
    states = (
        ("deliveries", Delivery.state),
        ("surveys", Invitation.state),
        ("notes", CoachingNote.state),
    )
    return {
        f"{name} {state.value}": number
        for name, column in states
        for state, number in _counted(operations, column)
    }


def gone_astray(operations: Engine) -> list[str]:
    """What was given up, by kind and reason; in this town nothing should be."""
    rows = (
        select(Delivery.kind, Delivery.reason, func.count())
        .where(Delivery.state.in_(ASTRAY))
        .group_by(Delivery.kind, Delivery.reason)
    )
    with reading(operations) as session:
        found = list(session.execute(rows))
    return [f"{number} of kind {kind} not delivered: {reason}" for kind, reason, number in found]


def _counted(operations: Engine, column: InstrumentedAttribute[Enum]) -> list[tuple[Enum, int]]:
    with reading(operations) as session:
        return [
            (state, n)
            for state, n in session.execute(select(column, func.count()).group_by(column))
        ]
