"""What became of the rows of an import in the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows were replaced, and what the source covers since."""

    replaced: int
    until: datetime
    longest_gap_seconds: float
