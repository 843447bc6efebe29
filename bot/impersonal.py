"""What logs may repeat of a text or an error: nothing that people wrote, and nothing about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from traceback import extract_tb

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import DBAPIError

EMAIL = re.compile(r"[^\s@<>\"'(),:;]+@[^\s@<>\"'(),:;]+")
QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|(?<!\w)'[^'\n]*'(?!\w)")
NESTED = re.compile(r"[{\[].*[}\]]", re.DOTALL)
"""What libraries show of a request or an answer."""
OURS = ("bot.", "jobs.", "storage.")
CODE = re.compile(r"[a-z][a-z_]*")
SENTENCES_OF = {"sqlite3"}
"""Drivers whose errors name tables and states, never values."""


def impersonal(text: str) -> str:
    """The text without addresses, and without what stands in quotes or braces."""
    for pattern in (EMAIL, NESTED, QUOTED):
        text = pattern.sub("…", text)
    return text


def told_of(error: BaseException) -> str:
    """The kind of an error, and what of its text can't hold what anybody wrote."""
    kind, more = type(error).__name__, _more(error)
    return f"{kind}: {more}" if more else kind


def traced(error: BaseException) -> list[str]:
    """The error and where it was raised, innermost last; those that it came from after it."""
    told: list[str] = []
    for each in _chain(error):
        places = (f"{p.filename}:{p.lineno} {p.name}" for p in extract_tb(each.__traceback__))
        told += [told_of(each), *places]
    return told


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _more(error: BaseException) -> str:
    if isinstance(error, SlackApiError):
        code = str(error.response.get("error", ""))
        return code if CODE.fullmatch(code) else ""
    if isinstance(error, DBAPIError):
        return told_of(error.orig) if error.orig else ""
    if isinstance(error, OSError):
        return error.strerror or ""
    module = type(error).__module__
    if module.startswith(OURS) or module in SENTENCES_OF:
        return impersonal(str(error))
    return str(getattr(error, "sqlstate", None) or "")
