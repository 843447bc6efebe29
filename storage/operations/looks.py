"""Who looked at figures of somebody else by name: what of it stands in the audit trail."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from storage.metrics.answer import Filter, Question
from storage.metrics.definition import Segment
from storage.monitoring.occasion import current
from storage.narrowing import asked_values
from storage.operations.audit import By, record

FIGURES, ROWS = "figures looked at", "rows looked at"
ANSWERS, SENT = "survey answers looked at", "figures sent"
WHOLE = "every team"


def about_others(
    question: Question, own_ids: Collection[str] = (), *, row_by_row: bool = False
) -> str:
    """Whose figures a question shows by name, as ``agent:a4`` or ``team:billing``.

    Empty where it shows nobody's but those of whoever has ``own_ids``. ``row_by_row`` says that
    what is shown names the agents though the question does not.
    """
    if asked_values(question, Segment.AGENT):
        return others_named(question.filters, own_ids)
    if not row_by_row and Segment.AGENT not in question.by:
        return ""
    return _listed("team", asked_values(question, Segment.TEAM)) or WHOLE


def others_named(filters: Iterable[Filter], own_ids: Collection[str]) -> str:
    """The agents that filters name, those of ``own_ids`` aside."""
    named = (each.values for each in filters if each.segment is Segment.AGENT)
    return _listed("agent", {value for values in named for value in values} - {*own_ids})


def record_look(session: Session, by: By, what: str, about: str, shown: str) -> None:
    """Adds an entry: what was shown of whom, and on which of our surfaces."""
    now = current()
    details = f"{shown}, from {now.surface}" if now else shown
    record(session, by, what, about, details)


def _listed(kind: str, values: Collection[str]) -> str:
    return ", ".join(f"{kind}:{value}" for value in sorted(values))
