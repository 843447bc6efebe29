"""The currency of an answer about money."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Connection

from storage.errors import UserError
from storage.facts.tables import costs
from storage.metrics.reading import Reading
from storage.metrics.rows import bounds_of


def currency_of(connection: Connection, reading: Reading) -> str:
    """The one currency of the costs read; empty where the metric is not about costs.

    Raises:
        UserError: there are several, which can't be added up.
    """
    if costs not in reading.query.metric.tables:
        return ""
    windows = reading.windows.all
    start, end = bounds_of(costs.c.day, windows, reading.timezone)
    conditions = reading.conditions(reading.splitting(costs.c.day, windows))
    statement = (
        select(costs.c.currency)
        .distinct()
        .where(costs.c.day >= start, costs.c.day < end, *conditions)
        .order_by(costs.c.currency)
    )
    found = list(connection.scalars(statement))
    if len(found) > 1:
        raise UserError(
            f"The costs are in {' and '.join(found)}, which can't be added up.",
            "Ask for a team or a channel whose costs are in one currency, or load them in one.",
        )
    return found[0] if found else ""
