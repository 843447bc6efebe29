"""What the organisation decides, as it stands in ``carekpi.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; durations carry their unit in the name.

    ``small_samples`` overrides ``small_sample`` by metric key. ``resolution_target_hours`` is by
    priority, ``*`` for every other one.
    """

    timezone: str = "UTC"
    small_sample: int = 30
    small_samples: Mapping[str, int] = field(default_factory=dict)
    service_level_seconds: float = 20.0
    short_abandon_seconds: float = 5.0
    repeat_contact_days: int = 7
    repeat_contact_any_issue: bool = False
    resolution_target_hours: Mapping[str, float] = field(default_factory=dict)
    memory_limit: str = "600MB"
