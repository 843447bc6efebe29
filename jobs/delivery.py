"""Delivers what is in the outbox: the only place where a job posts to Slack."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Thread
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from jobs.courier import Courier
from storage.errors import UserError

logger = logging.getLogger(__name__)

THREADS = 8
LOOK_AGAIN_SECONDS = 1.0
EXPIRE_EVERY_SECONDS = 10.0


class Delivering:
    """Claims what is due and has it brought, beside any number of others that do the same."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier
        self._woken, self._stopping = Event(), Event()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="delivery")
        self._under_way: list[Future[None]] = []
        self._is_in_trouble = False
        self._expires_at = monotonic()
        self._thread = Thread(target=self._run, name="deliveries", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Looks at once instead of within a second."""
        self._woken.set()

    def stop(self) -> None:
        """Claims no more, and returns when what is under way is at its end."""
        self._stopping.set()
        self.wake()
        self._thread.join()
        self._pool.shutdown()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            if not self._begun():
                self._woken.wait(LOOK_AGAIN_SECONDS)

    def _begun(self) -> int:
        """Nothing that nobody foresaw ends the deliveries for good."""
        try:
            return self._begin()
        except Exception:
            logger.exception("Deliveries")
            return 0

    def _begin(self) -> int:
        """Begins as many deliveries as are due and threads are free; returns how many."""
        self._under_way = [each for each in self._under_way if not each.done()]
        free = THREADS - len(self._under_way)
        try:
            self._expire()
            claims = self._courier.claim(free) if free else []
        except (SQLAlchemyError, UserError) as error:
            self._tell_trouble(error)
            return 0
        self._is_in_trouble = False
        for claim in claims:
            delivery = self._pool.submit(self._courier.deliver, claim)
            self._under_way.append(delivery)
            delivery.add_done_callback(lambda _: self.wake())
        return len(claims)

    def _expire(self) -> None:
        """Now and then: it looks at all that waits."""
        if monotonic() >= self._expires_at:
            self._courier.expire()
            self._expires_at = monotonic() + EXPIRE_EVERY_SECONDS

    def _tell_trouble(self, error: Exception) -> None:
        """Once for each time that the database goes away, not every second."""
        if not self._is_in_trouble:
            logger.error("Nothing is posted, for the outbox can't be read: %s", error)
        self._is_in_trouble = True
