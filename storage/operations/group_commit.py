"""Many small writes in one transaction: each is kept when its call returns, all are fast."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from storage.operations.engine import writing

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
MOST_AT_ONCE = 100


class NotKeptError(Exception):
    """What was to be written was not; the same may work a little later."""


@dataclass(eq=False, slots=True)
class _Order(Generic[Result]):
    """A write that somebody waits for, and what came of it."""

    work: Callable[[Session], Result]
    result: list[Result] = field(default_factory=list)
    is_kept: bool = False
    is_done: bool = False


class GroupCommit:
    """Writes for many threads; whoever comes first writes for all who wait meanwhile.

    A commit costs the disk the same for one write as for a hundred.
    """

    def __init__(self, operations: Engine) -> None:
        self._operations = operations
        self._waiting: deque[_Order[object]] = deque()
        self._lock = Lock()

    def write(self, work: Callable[[Session], Result]) -> Result:
        """Does the work, and returns once it is committed. It may be done twice, and kept once.

        Raises:
            NotKeptError: the database is out of order. What the log is told holds no values.
        """
        order: _Order[Result] = _Order(work)
        self._waiting.append(order)  # type: ignore[arg-type]  # whoever carries it out ignores it
        with self._lock:
            while not order.is_done:
                self._write(self._next())
        if not order.is_kept:
            raise NotKeptError
        return order.result[-1]

    def _next(self) -> list[_Order[object]]:
        """In the order they came; those that come meanwhile are of the next turn."""
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]

    def _write(self, orders: Sequence[_Order[object]]) -> None:
        """All together; one after the other where one of them is in the way of the rest."""
        try:
            if not self._write_together(orders) and len(orders) > 1:
                for order in orders:
                    self._write_together([order])
        finally:
            for order in orders:
                order.is_done = True

    def _write_together(self, orders: Sequence[_Order[object]]) -> bool:
        try:
            with writing(self._operations) as session:
                for order in orders:
                    order.result.append(order.work(session))
        except SQLAlchemyError as error:
            logger.warning("%s writes were not kept: %s", len(orders), type(error).__name__)
            return False
        for order in orders:
            order.is_kept = True
        return True
