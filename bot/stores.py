"""What the bot answers from."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from storage.settings import Settings


@dataclass(frozen=True, slots=True)
class Stores:
    """The two databases, what the organisation decided, and who ``CAREKPI_ADMINS`` names."""

    facts: Engine
    operations: Engine
    settings: Settings
    admins: frozenset[str] = frozenset()
