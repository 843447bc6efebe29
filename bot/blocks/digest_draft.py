"""What stands in a digest's form: kept in the view itself, read back from what Slack sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import Enum

from bot.blocks.message import FIELD, Json
from storage.digests.audiences import AudienceEntry, entry_of
from storage.metrics.definition import Audience
from storage.periods import Grain

AUDIENCE, NAME, METRICS_CHOSEN, SCOPE, TO, CONVERSATION, PASTED, DAYS, AT, WORDS, ZONE, PERIOD = (
    f"{FIELD}{each}"
    for each in (
        "audience",
        "name",
        "metrics",
        "scope",
        "to",
        "conversation",
        "pasted",
        "days",
        "at",
        "words",
        "zone",
        "period",
    )
)
CONDITION = f"{FIELD}condition"
IN_WORDS = "words"
FIT = "fit"
"""In the menu of periods: as the days say."""


class To(Enum):
    """Where it goes."""

    CONVERSATION = "conversation"
    PERSON = "person"
    EACH = "each"


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form, as it was filled in.

    ``days`` is one of ``USUAL_DAYS`` or ``IN_WORDS``; ``grain`` is None where it follows from the
    days. ``person`` is who gets it directly, and ``is_own`` that it is who fills it in.
    ``digest_id`` and ``version`` are of the digest that is changed, and ``stood`` is what was told
    of it when the form was opened. ``zones`` are offered.
    """

    audience: Audience
    days: str
    at: time | None
    zone: str
    person: str
    is_own: bool
    to: To
    name: str = ""
    metrics: tuple[str, ...] = ()
    scope: str = ""
    conversation: str = ""
    pasted: str = ""
    words: str = ""
    grain: Grain | None = None
    only_if_changed: bool = False
    digest_id: int | None = None
    version: int = 0
    stood: Mapping[str, str] = field(default_factory=dict)
    zones: tuple[str, ...] = ()

    @property
    def entry(self) -> AudienceEntry:
        return entry_of(self.audience)


def kept(draft: Draft) -> str:
    """What the form keeps beside its fields."""
    hidden = {
        "person": draft.person,
        "conversation": draft.conversation,
        "own": draft.is_own,
        "id": draft.digest_id,
        "version": draft.version,
        "stood": dict(draft.stood),
        "zones": draft.zones,
    }
    return json.dumps(hidden)


def draft_of(submitted: Mapping[str, Json]) -> Draft:
    """What is filled in, of a view that was submitted or clicked in."""
    values = submitted["state"]["values"]
    hidden = json.loads(str(submitted["private_metadata"]))
    audience = Audience(_chosen(values, AUDIENCE))
    at, grain = _field(values, AT).get("selected_time"), _chosen(values, PERIOD) or FIT
    return Draft(
        audience=audience,
        name=_typed(values, NAME),
        metrics=tuple(
            str(each["value"])
            for each in _field(values, METRICS_CHOSEN).get("selected_options", [])
        ),
        scope=_typed(values, SCOPE),
        to=To(_chosen(values, TO) or To.EACH.value),
        conversation=_conversation(values, hidden["conversation"]),
        pasted=_typed(values, PASTED),
        days=_chosen(values, DAYS),
        at=time.fromisoformat(at) if at else None,
        words=_typed(values, WORDS),
        zone=_chosen(values, ZONE),
        grain=None if grain == FIT else Grain(grain),
        only_if_changed=bool(_several(values, CONDITION)),
        person=hidden["person"],
        is_own=hidden["own"],
        digest_id=hidden["id"],
        version=hidden["version"],
        stood=hidden["stood"],
        zones=tuple(hidden["zones"]),
    )


def _conversation(values: Mapping[str, Json], otherwise: str) -> str:
    """The one that is chosen; where none is asked for, the one that was meant before."""
    if CONVERSATION not in values:
        return otherwise
    return str(_field(values, CONVERSATION).get("selected_conversation") or "")


def _several(values: Mapping[str, Json], block_id: str) -> tuple[str, ...]:
    chosen = _field(values, block_id).get("selected_options") or []
    return tuple(str(each["value"]) for each in chosen)


def _chosen(values: Mapping[str, Json], block_id: str) -> str:
    return str((_field(values, block_id).get("selected_option") or {}).get("value", ""))


def _typed(values: Mapping[str, Json], block_id: str) -> str:
    return str(_field(values, block_id).get("value") or "").strip()


def _field(values: Mapping[str, Json], block_id: str) -> Json:
    """The only element of a block, whatever its action."""
    return next(iter(values.get(block_id, {}).values()), {})
