"""The kinds of surveys: which answers each has, and which of them call for somebody's care."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Mood(Enum):
    """How an answer is meant, by which the next question is asked."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Kind:
    """A survey's scale; up to ``low_until`` an answer is low, from ``high_from`` it is high."""

    key: str
    lowest: int
    highest: int
    low_until: int
    high_from: int

    @property
    def scores(self) -> range:
        return range(self.lowest, self.highest + 1)

    def mood(self, score: int) -> Mood:
        if score <= self.low_until:
            return Mood.LOW
        return Mood.HIGH if score >= self.high_from else Mood.MIDDLE


CSAT = Kind("csat", lowest=1, highest=5, low_until=2, high_from=4)
NPS = Kind("nps", lowest=0, highest=10, low_until=6, high_from=9)
CES = Kind("ces", lowest=1, highest=7, low_until=3, high_from=5)
KINDS: Mapping[str, Kind] = {kind.key: kind for kind in (CSAT, NPS, CES)}
