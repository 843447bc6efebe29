"""One measured thing, beside what it is held against in the same run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """``allowed`` is what the product promises, in words: ``at most 3 times``.

    ``baseline_seconds`` is 0 where it is held against nothing but that.
    """

    name: str
    seconds: float
    baseline_seconds: float
    peak_memory_bytes: int
    allowed: str = ""

    @property
    def ratio(self) -> float | None:
        return self.seconds / self.baseline_seconds if self.baseline_seconds else None


def peak_memory_bytes(pid: int | None = None) -> int:
    """The most memory that a process, else this one, has had, as Linux counts it; 0 elsewhere."""
    status = Path(f"/proc/{pid or 'self'}/status")
    if not status.exists():
        return 0
    (line,) = [text for text in status.read_text().splitlines() if text.startswith("VmHWM")]
    return int(line.split()[1]) * 1024
