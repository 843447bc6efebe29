"""What the bot's process holds at a day's end: memory, threads, descriptors, connections, rows."""

from __future__ import annotations

import ctypes
import gc
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, and_, func, or_, select
from sqlalchemy.pool import QueuePool

from bot.workplace import Workplace
from storage.operations.base import Base
from storage.operations.engine import reading
from storage.operations.outbox_models import Delivery, DeliveryState

HTTP_WORKERS = "AnyIO worker"
"""Threads that serve requests: at most 40, and those that idled for a while are ended."""
BYTES_A_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """``memory_megabytes`` is held at the day's end, ``peak_megabytes`` was the most of the day.

    What was freed and is only kept by glibc, some 20 MB that come and go within seconds, is handed
    back first. ``threads`` leaves idle HTTP workers out. ``objects`` and ``rows`` are by type and
    table. ``pooled`` are the connections to both databases that stay open, ``checked_out`` those
    in use. ``outbox`` are deliveries that are due and not made.
    """

    memory_megabytes: float
    peak_megabytes: float
    threads: int
    descriptors: int
    checked_out: int
    pooled: int
    outbox: int
    objects: Mapping[str, int]
    rows: Mapping[str, int]
    facts_megabytes: float
    operations_megabytes: float

    @property
    def object_count(self) -> int:
        return sum(self.objects.values())

    @property
    def row_count(self) -> int:
        return sum(self.rows.values())


def megabytes_held() -> float:
    """The memory of this process at this moment."""
    return _status("VmRSS") / 1024


def read(workplace: Workplace, megabytes: Sequence[float]) -> Reading:
    """After a full collection, so that only what is held on to is counted.

    ``megabytes`` were held at moments of the day.
    """
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    held = megabytes_held()
    engines = (workplace.facts, workplace.operations)
    rows = _rows(workplace.operations)
    return Reading(
        memory_megabytes=held,
        peak_megabytes=max(held, *megabytes),
        threads=_status("Threads") - _idle_workers(),
        descriptors=sum(1 for _ in Path("/proc/self/fd").iterdir()),
        checked_out=sum(_pool(each).checkedout() for each in engines),
        pooled=sum(_pool(each).checkedin() for each in engines),
        outbox=_waiting(workplace.operations, workplace.clock()),
        objects=Counter(type(each).__qualname__ for each in gc.get_objects()),
        rows=rows,
        facts_megabytes=_megabytes(workplace.folder, "facts.duckdb"),
        operations_megabytes=_megabytes(workplace.folder, "operations.sqlite"),
    )


def _status(name: str) -> int:
    """A number of the kernel's status of this process; memory is in KiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(name)


def _idle_workers() -> int:
    return sum(each.name.startswith(HTTP_WORKERS) for each in threading.enumerate())


def _pool(engine: Engine) -> QueuePool:
    if not isinstance(engine.pool, QueuePool):
        raise TypeError(f"{engine.pool} does not count its connections")
    return engine.pool


def _waiting(operations: Engine, now: datetime) -> int:
    """What is due and not there; what is planned for tomorrow is not among it."""
    is_due = and_(Delivery.state == DeliveryState.PENDING, Delivery.next_attempt_at <= now)
    rows = select(func.count()).where(or_(is_due, Delivery.state == DeliveryState.CLAIMED))
    with reading(operations) as session:
        return session.scalar(rows) or 0


def _rows(operations: Engine) -> dict[str, int]:
    with reading(operations) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def _megabytes(folder: Path, name: str) -> float:
    """With what the engine keeps beside the file."""
    return sum(each.stat().st_size for each in folder.glob(f"{name}*")) / BYTES_A_MEGABYTE
