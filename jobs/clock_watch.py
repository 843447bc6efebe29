"""Notices when the machine's clock jumps, which what is due at a time can't know by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from time import monotonic

from storage.periods import Clock

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5.0
NOTICED = timedelta(seconds=3)
"""By less than this a clock is put right in small steps, and nothing waits for long."""


class ClockWatch:
    """Compares the clock with the time that has passed; ``on_set_back`` is for who waits by it.

    A clock that is put forward makes things due early, which is as it should be. One that is set
    back would keep whatever is due waiting for as long as it was set back by.
    """

    def __init__(
        self,
        on_set_back: Callable[[], None],
        clock: Clock,
        passing: Callable[[], float] = monotonic,
    ) -> None:
        self._on_set_back = on_set_back
        self._clock, self._passing = clock, passing
        self._seen = clock(), passing()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="clock watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def look(self) -> None:
        """Says how far the clock has jumped since it was looked at last, and sees to it."""
        (told_before, passed_before), self._seen = self._seen, (self._clock(), self._passing())
        told, passed = self._seen
        jump = told - told_before - timedelta(seconds=passed - passed_before)
        if abs(jump) < NOTICED:
            return
        direction = "forward" if jump > timedelta(0) else "back"
        seconds = round(abs(jump).total_seconds())
        logger.warning("The clock of this machine jumped %s by %s seconds", direction, seconds)
        if jump < timedelta(0):
            self._on_set_back()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_SECONDS):
            self.look()
