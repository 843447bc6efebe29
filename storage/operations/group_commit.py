"""Many small writes in one transaction: each is kept when its call returns, all are fast."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from time import sleep
from typing import Generic, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from storage.errors import UnreachableError
from storage.operations.engine import writing

logger = logging.getLogger(__name__)

Item = TypeVar("Item")
Result = TypeVar("Result")
MOST_AT_ONCE = 100
LINGER_SECONDS = 0.04
"""So long others are waited for; nobody notices, and a busy hour costs a tenth."""


class NotKeptError(Exception):
    """What was to be written was not; the same may work a little later."""


@dataclass(eq=False, slots=True)
class _Order(Generic[Item, Result]):
    """What somebody waits for to be written, and what came of it."""

    item: Item
    result: list[Result] = field(default_factory=list)
    is_done: bool = False


class GroupCommit(Generic[Item, Result]):
    """Writes for many threads; whoever comes first writes for all who wait meanwhile.

    A commit costs the disk the same for one write as for a hundred. ``write_all`` returns a result
    for each item, and may be called again with some of them where their transaction failed.
    """

    def __init__(
        self,
        operations: Engine,
        write_all: Callable[[Session, Sequence[Item]], Sequence[Result]],
    ) -> None:
        self._operations = operations
        self._write_all = write_all
        self._waiting: deque[_Order[Item, Result]] = deque()
        self._lock = Lock()

    def write(self, item: Item) -> Result:
        """Returns once it is committed.

        Raises:
            NotKeptError: the database is out of order.
        """
        order = _Order[Item, Result](item)
        self._waiting.append(order)
        with self._lock:
            if not order.is_done:
                sleep(LINGER_SECONDS)
            while not order.is_done:
                self._write_some()
        if not order.result:
            raise NotKeptError
        return order.result[0]

    def _next(self, most: int) -> list[_Order[Item, Result]]:
        """In the order they came; those that come meanwhile are of the next turn."""
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), most))]

    def _write_some(self) -> None:
        """All together; one after the other where one of them is in the way of the rest."""
        orders = self._next(MOST_AT_ONCE)
        try:
            if not self._is_written(orders, takes_more=True) and len(orders) > 1:
                for order in orders:
                    self._is_written([order])
        finally:
            for order in orders:
                order.is_done = True

    def _is_written(self, orders: list[_Order[Item, Result]], *, takes_more: bool = False) -> bool:
        """Another process may have kept us waiting: ``takes_more`` who came meanwhile."""
        try:
            with writing(self._operations) as session:
                if takes_more:
                    orders += self._next(MOST_AT_ONCE - len(orders))
                results = self._write_all(session, [order.item for order in orders])
        except (SQLAlchemyError, UnreachableError) as error:
            # Not the error itself: it may hold what somebody wrote.
            logger.warning("%s writes were not kept: %s", len(orders), type(error).__name__)
            return False
        for order, result in zip(orders, results, strict=True):
            order.result.append(result)
        return True
