"""Which years of the calendars an answer needs."""

from __future__ import annotations

from sqlalchemy import func, select, union_all
from sqlalchemy.engine import Connection

from storage.metrics.business_time import BusinessTime
from storage.metrics.reading import Reading
from storage.metrics.rows import bounds_of
from storage.periods import FIRST_YEAR, LAST_YEAR


def find_business_time(connection: Connection, reading: Reading) -> BusinessTime | None:
    """The calendars over the years that the rows read reach; None without calendars or rows."""
    calendars = reading.settings.calendars
    asides = [aside for aside in reading.query.metric.asides if aside.is_business_time]
    windows = reading.windows.shown
    if not calendars or not asides or not windows:
        return None
    reached = []
    for branch in (b for aside in asides if aside.counting for b in aside.counting.branches):
        start, end = bounds_of(branch.by, windows, reading.timezone)
        times = branch.business or ()
        reached += [
            select(func.min(time).label("first"), func.max(time).label("last")).where(
                branch.by >= start, branch.by < end, branch.where(reading.settings)
            )
            for time in times
        ]
    both = union_all(*reached).subquery()
    first, last = connection.execute(select(func.min(both.c.first), func.max(both.c.last))).one()
    if first is None or last is None:
        return None
    years = range(max(first.year, FIRST_YEAR), min(last.year, LAST_YEAR) + 1)
    return BusinessTime.of(calendars, years) if years else None
