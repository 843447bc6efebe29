"""Text that others wrote: names of teams, issues, sources and people."""

from __future__ import annotations

from collections.abc import Iterable

from bot.request.tokens import printable

LONGEST_NAME = 40


def escape(text: str) -> str:
    """Text for where Slack reads markup: nobody is called, nothing becomes a link of Slack's."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def name(text: str, longest: int = LONGEST_NAME) -> str:
    """A name in one line, without hidden marks, cut where it is long, never empty."""
    return printable(text, longest) or "(no name)"


def unique_names(texts: Iterable[str], longest: int) -> list[str]:
    """Names cut to a length and still told apart: ``Billing of large c… 2``."""
    found: list[str] = []
    for text in texts:
        candidate, number = name(text, longest), 1
        while candidate in found:
            number += 1
            ending = f" {number}"
            candidate = name(text, longest - len(ending)) + ending
        found.append(candidate)
    return found
