"""Which facts a metric is made of were ever loaded."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.engine import Connection

from storage.metrics.definition import Metric


def never_loaded(connection: Connection, metrics: Collection[Metric]) -> tuple[str, ...]:
    """The facts of metrics that have no row: what they would count is not none but unknown."""
    tables = sorted({each for m in metrics for each in m.tables}, key=lambda table: table.name)
    # ClickHouse steps over replaced rows one by one where a look has a limit and no condition.
    looks = ((each, select(each.c.source).where(each.c.source != "").limit(1)) for each in tables)
    return tuple(table.name for table, look in looks if connection.execute(look).first() is None)
