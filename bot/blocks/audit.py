"""The audit trail, a line an entry: for people, for a spreadsheet and for scripts."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from typing import TextIO

from bot.blocks.survey_results import harmless
from bot.blocks.untrusted import name
from storage.operations.models import AuditEntry
from storage.periods import zone

LONGEST = 200
COLUMNS = ("at", "who", "what", "about", "details")


def entry_line(entry: AuditEntry, timezone: str) -> str:
    """Example: ``2026-03-02 09:30  U04  figures looked at  agent:a4  volume, from /kpi``."""
    at = entry.at.astimezone(zone(timezone))
    parts = (entry.who, entry.what, entry.about, entry.details)
    return "  ".join([f"{at:%Y-%m-%d %H:%M}", *(name(part, LONGEST) for part in parts if part)])


def entry_json(entry: AuditEntry) -> str:
    """One JSON object, its time in UTC."""
    return json.dumps(_values(entry), ensure_ascii=False)


def write_entries(entries: Iterable[AuditEntry], to: TextIO) -> None:
    """CSV; what a spreadsheet would take for a formula gets an apostrophe before it."""
    sheet = csv.writer(to)
    sheet.writerow(COLUMNS)
    for entry in entries:
        sheet.writerow([harmless(value) for value in _values(entry).values()])


def _values(entry: AuditEntry) -> dict[str, str]:
    values = (entry.at.isoformat(), entry.who, entry.what, entry.about, entry.details)
    return dict(zip(COLUMNS, values, strict=True))
