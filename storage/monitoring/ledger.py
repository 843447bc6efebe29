"""What stands in the operations database, told to Prometheus by every process alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine, and_, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from storage.errors import UserError
from storage.operations.engine import reading
from storage.operations.models import FileImport
from storage.operations.outbox_models import Delivery, DeliveryState


class Ledger(Collector):
    """Deliveries, the outbox and imports; nothing where the database does not answer."""

    def __init__(self, operations: Callable[[], Engine], clock: Callable[[], datetime]) -> None:
        self._operations = operations
        self._clock = clock

    def describe(self) -> list[Metric]:
        """Nothing is asked when it is registered, only when it is read."""
        return []

    def collect(self) -> Iterator[Metric]:
        found: list[Metric] = []
        with suppress(SQLAlchemyError, UserError), reading(self._operations()) as session:
            found = [*self._outbox(session), *_imports(session)]
        yield from found

    def _outbox(self, session: Session) -> Iterator[Metric]:
        deliveries = GaugeMetricFamily(
            "carekpi_deliveries", "Deliveries in the ledger, by state.", labels=["state"]
        )
        for state, number in _counted_by_state(session).items():
            deliveries.add_metric([state.value], number)
        yield deliveries
        now = self._clock()
        since = _oldest_due(session, now)
        yield GaugeMetricFamily(
            "carekpi_outbox_age_seconds",
            "For how long the oldest delivery that is due has been waiting; 0 where none is.",
            value=(now - since).total_seconds() if since else 0.0,
        )


def _counted_by_state(session: Session) -> dict[DeliveryState, int]:
    """How many of all that are still known are in each state."""
    counted = select(Delivery.state, func.count()).group_by(Delivery.state)
    return dict.fromkeys(DeliveryState, 0) | dict(iter(session.execute(counted)))


def _oldest_due(session: Session, now: datetime) -> datetime | None:
    """Since when the oldest of what is due has been waiting; None where nothing is."""
    is_due = and_(Delivery.state == DeliveryState.PENDING, Delivery.next_attempt_at <= now)
    return session.scalar(select(func.min(Delivery.next_attempt_at)).where(is_due))


def _imports(session: Session) -> Iterator[Metric]:
    files = CounterMetricFamily(
        "carekpi_imports",
        "Loaded files, by fact and outcome.",
        labels=["fact", "outcome"],
    )
    by_outcome = select(FileImport.fact, FileImport.outcome, func.count())
    for fact, outcome, number in session.execute(
        by_outcome.group_by(FileImport.fact, FileImport.outcome)
    ):
        files.add_metric([fact, outcome.value], number)
    yield files
    rows = CounterMetricFamily(
        "carekpi_import_rows",
        "Rows of them, by fact and result.",
        labels=["fact", "result"],
    )
    for row in session.execute(_ROWS):
        for result in ("loaded", "replaced", "rejected"):
            rows.add_metric([row.fact, result], getattr(row, result) or 0)
    yield rows


_ROWS = select(
    FileImport.fact,
    func.sum(FileImport.rows_loaded).label("loaded"),
    func.sum(FileImport.rows_replaced).label("replaced"),
    func.sum(FileImport.rows_rejected).label("rejected"),
).group_by(FileImport.fact)
