"""Logs go to standard error, without secrets and without what people wrote."""

from __future__ import annotations

import logging
import re
import secrets
import sys
from collections.abc import Collection

from bot.environment import Secret

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
        text = super().format(record)
        for secret in self._known:
            text = text.replace(secret, "…")
        return TOKEN.sub("…", text)


def is_wanted(record: logging.LogRecord) -> bool:
    library = record.name.partition(".")[0]
    return record.levelno >= QUIET.get(library, logging.INFO)


def start_logging(known: Collection[Secret]) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(is_wanted)
    handler.setFormatter(RedactingFormatter(known))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def log_unexpected(error: BaseException) -> str:
    """Logs what nobody foresaw under a reference, and returns the sentence for the person."""
    reference = secrets.token_hex(4)
    logger.error("Unexpected error, reference %s", reference, exc_info=error)
    return (
        "Something went wrong that CareKPI did not expect."
        f" Give whoever runs it the reference {reference}: the log says more."
    )
