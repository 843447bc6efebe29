"""One measured thing, beside what it is held against in the same run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """``allowed`` is what the product promises, in words: ``at most 3 times``."""

    name: str
    seconds: float
    baseline_seconds: float
    peak_memory_bytes: int
    allowed: str = ""

    @property
    def ratio(self) -> float:
        return self.seconds / self.baseline_seconds
