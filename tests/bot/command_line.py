"""Typing commands, and reading what they say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from bot.cli import Surroundings, main
from bot.console import Terminal
from tests.storage.operations.template import put_operations

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HEADER = "contact_id,channel,opened_at,resolved_at,team,agent_id,reopen_count\n"
CONTACTS = (
    f"{HEADER}"
    "c1,phone,2026-02-02T10:00:00Z,2026-02-02T12:00:00Z,Billing,ann,0\n"
    "c2,phone,2026-02-03T10:00:00Z,2026-02-03T14:00:00Z,Billing,bob,1\n"
    "c3,email,2026-02-04T10:00:00Z,,Sales,cem,0\n"
)
OPENING = {"ask", "digest", "import", "role"}
UNFIT_ROW = "c4,phone,2026-02-05T10:00:00Z,2026-02-04T10:00:00Z,Billing,ann,0\n"


@dataclass(frozen=True)
class Said:
    """What a command said, and its exit status."""

    status: int
    out: str = ""
    err: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run_command(folder: Path, *argv: str, environ: Mapping[str, str] | None = None) -> Said:
    """Types ``carekpi ARGV`` in this process.

    The commands that open the operations database find a new one there: how one is made is
    looked at by test_engine.
    """
    if argv and argv[0] in OPENING and "CAREKPI_OPERATIONS_URL" not in (environ or {}):
        _prepare(folder)
    out, err = StringIO(), StringIO()
    around = Surroundings(
        {"CAREKPI_DATA": str(folder), **(environ or {})}, lambda: NOW, Terminal(out, err)
    )
    status = main(argv, around)
    return Said(status, out.getvalue(), err.getvalue())


def _prepare(folder: Path) -> None:
    if folder.parent.is_dir() and not (folder / "operations.sqlite").exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        put_operations(folder)


def write_contacts(folder: Path, text: str = CONTACTS, name: str = "tickets.csv") -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


@dataclass
class Listener:
    """A console that keeps what it is told."""

    cwd: Path
    who: str = "ann"
    is_gone: bool = False
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    progress: list[tuple[str, float]] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.out.append(text)

    def complain(self, text: str) -> None:
        self.err.append(text)

    def show_progress(self, label: str, part: float) -> None:
        self.progress.append((label, part))
