"""One thing that was looked at, how it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Mark(Enum):
    """A note is worth knowing, and nothing is wrong."""

    FINE = "fine"
    NOTE = "note"
    PROBLEM = "problem"


SIGNS = {Mark.FINE: "✓", Mark.NOTE: "·", Mark.PROBLEM: "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """``next_step`` is empty where there is nothing to do."""

    about: str
    mark: Mark
    words: str
    next_step: str = ""

    @property
    def lines(self) -> list[str]:
        first = f"{SIGNS[self.mark]} {self.about}: {self.words}"
        return [first, *([f"    {self.next_step}"] if self.next_step else [])]


def fine(about: str, words: str) -> Finding:
    return Finding(about, Mark.FINE, words)


def note(about: str, words: str, next_step: str = "") -> Finding:
    return Finding(about, Mark.NOTE, words, next_step)


def problem(about: str, words: str, next_step: str) -> Finding:
    return Finding(about, Mark.PROBLEM, words, next_step)


def outcome(findings: Iterable[Finding]) -> str:
    """All of them in a sentence."""
    number = sum(each.mark is Mark.PROBLEM for each in findings)
    if not number:
        return "Nothing is wrong."
    return "1 problem was found." if number == 1 else f"{number} problems were found."
