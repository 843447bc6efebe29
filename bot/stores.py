"""What the bot answers from."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Engine

from storage.sealing import Sealer
from storage.settings import Settings


@dataclass(frozen=True, slots=True)
class Stores:
    """The two databases, what the organisation decided, its first admins, and what seals."""

    facts: Engine
    operations: Engine
    settings: Settings
    admins: frozenset[str] = frozenset()
    sealer: Sealer = field(default_factory=lambda: Sealer([]))
