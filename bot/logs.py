"""Logs go to standard error, without secrets and without what people wrote."""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
from collections.abc import Collection
from datetime import UTC, datetime

from bot.environment import Secret
from bot.impersonal import impersonal, told_of, traced
from storage.monitoring.measures import Measures
from storage.monitoring.occasion import REFERENCE_BYTES, current

TOKEN = re.compile(r"\bx(?:ox[a-z]|app)-[\w-]+")
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
QUIET = {
    # Bolt writes whole payloads into its warnings, and so what people typed.
    "slack_bolt": logging.ERROR,
    "slack_sdk": logging.WARNING,
    # It warns of each job that is still at it when it is woken again.
    "apscheduler": logging.ERROR,
    "uvicorn": logging.WARNING,
    "alembic": logging.WARNING,
}
"""From which level on a library is heard; asked by the handler, as Bolt sets its loggers' own."""

logger = logging.getLogger("carekpi")


class RedactingFormatter(logging.Formatter):
    """Leaves out known secrets, and all that looks like a Slack token, tracebacks too."""

    def __init__(self, known: Collection[Secret]) -> None:
        super().__init__(FORMAT)
        self._known = [secret.reveal() for secret in known]

    def format(self, record: logging.LogRecord) -> str:
        return self.redacted(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        """The line itself, with the reference of what was going on."""
        line, now = super().formatMessage(record), current()
        return f"{line} (reference {now.reference})" if now else line

    def redacted(self, text: str) -> str:
        for secret in self._known:
            text = text.replace(secret, "…")
        return TOKEN.sub("…", text)


class JsonFormatter(RedactingFormatter):
    """A JSON object a line, for machines; it repeats nothing that anybody wrote.

    ``fields`` among a record's extras take the place of what would be told otherwise. Lines of what
    is no request and no job bear the reference of the process.
    """

    def __init__(self, known: Collection[Secret]) -> None:
        super().__init__(known)
        self._process = secrets.token_hex(REFERENCE_BYTES)

    def format(self, record: logging.LogRecord) -> str:
        now = current()
        at = datetime.fromtimestamp(record.created, UTC)
        told: dict[str, object] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": impersonal(_message(record)),
            "reference": now.reference if now else self._process,
        }
        if now:
            told["surface"] = now.surface
        if record.exc_info and record.exc_info[1]:
            told["error"] = traced(record.exc_info[1])
        told |= getattr(record, "fields", {})
        return self.redacted(json.dumps(told, ensure_ascii=False))


def _message(record: logging.LogRecord) -> str:
    """The message, with what is said of errors in it without what they repeat."""
    if not isinstance(record.args, tuple):
        return record.getMessage()
    told = (told_of(arg) if isinstance(arg, BaseException) else arg for arg in record.args)
    return str(record.msg) % tuple(told) if record.args else str(record.msg)


class Counting(logging.Handler):
    """Counts what an admin should hear of: warnings and errors."""

    def __init__(self, measures: Measures) -> None:
        super().__init__(logging.WARNING)
        self._measures = measures

    def emit(self, record: logging.LogRecord) -> None:
        self._measures.logged(record.levelname)


def is_wanted(record: logging.LogRecord) -> bool:
    library = record.name.partition(".")[0]
    return record.levelno >= QUIET.get(library, logging.INFO)


def start_logging(
    known: Collection[Secret], measures: Measures | None = None, *, as_json: bool = False
) -> None:
    """Logs to standard error from now on, readable by people or, as JSON lines, by machines."""
    shown = logging.StreamHandler(sys.stderr)
    shown.setFormatter(JsonFormatter(known) if as_json else RedactingFormatter(known))
    handlers = [shown, *([Counting(measures)] if measures else [])]
    for handler in handlers:
        handler.addFilter(is_wanted)
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)


def log_unexpected(error: BaseException) -> str:
    """Logs what nobody foresaw under a reference, and returns the sentence for the person."""
    reference = secrets.token_hex(4)
    logger.error("Unexpected error, reference %s", reference, exc_info=error)
    return (
        "Something went wrong that CareKPI did not expect."
        f" Give whoever runs it the reference {reference}: the log says more."
    )
