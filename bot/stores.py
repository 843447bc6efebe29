"""What the bot answers from."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Engine

from storage.monitoring.measures import Measures
from storage.sealing import Sealer
from storage.settings import Settings


@dataclass(frozen=True, slots=True)
class Stores:
    """The two databases, settings, first admins; what seals, and what is measured with."""

    facts: Engine
    operations: Engine
    settings: Settings
    admins: frozenset[str] = frozenset()
    sealer: Sealer = field(default_factory=lambda: Sealer([]))
    measures: Measures = field(default_factory=Measures)
