"""After which contacts somebody is asked, and where. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

EVERY_CONTACT = 1.0
_HASHES = 2.0**64
_IN_SLACK = re.compile(
    r"(?:https://\S+/archives/)?(?P<channel>[CGD][A-Z0-9]{2,30})[/:](?:p(?P<packed>\d{16})|(?P<ts>\d{10}\.\d{6}))"
)


class Place(Enum):
    """Where somebody is asked; where a contact has no thread that is known, directly."""

    DIRECT = "direct"
    SHARED = "shared"
    THREAD = "thread"


@dataclass(frozen=True, slots=True)
class Rule:
    """Contacts of any of each; none named means all. ``rate`` is the share that is asked about."""

    channels: tuple[str, ...] = ()
    issue_types: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    rate: float = EVERY_CONTACT

    def content(self) -> dict[str, Any]:
        return {
            "channels": list(self.channels),
            "issue_types": list(self.issue_types),
            "segments": list(self.segments),
            "teams": list(self.teams),
            "rate": self.rate,
        }


def rule_of(content: dict[str, Any]) -> Rule:
    """The rule that ``Rule.content`` gave."""
    lists = ("channels", "issue_types", "segments", "teams")
    return Rule(**{name: tuple(content[name]) for name in lists}, rate=content["rate"])


@dataclass(frozen=True, slots=True)
class Spot:
    """A conversation, or a person's user id for a direct message; ``thread_ts`` is a thread in it.

    ``is_shared`` says that others read there.
    """

    place_id: str
    thread_ts: str | None = None
    is_shared: bool = False


def is_sampled(source: str, contact_id: str, rate: float) -> bool:
    """Whether a contact is among the share: the same contact always is, or never."""
    digest = hashlib.sha256(f"{source}\x00{contact_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / _HASHES < rate


def spot_of(place: Place, user_id: str, channel_id: str, contact_id: str) -> Spot | None:
    """Where to ask; None where the organisation has no conversation shared with us."""
    match place:
        case Place.SHARED:
            return Spot(channel_id, is_shared=True) if channel_id else None
        case Place.THREAD:
            return thread_of(contact_id) or Spot(user_id)
        case Place.DIRECT:
            return Spot(user_id)


def thread_of(contact_id: str) -> Spot | None:
    """The thread of a contact that was in Slack: its id is a message's link, or ``C01:1700….…``."""
    match = _IN_SLACK.fullmatch(contact_id)
    if match is None:
        return None
    packed = match["packed"]
    ts = f"{packed[:10]}.{packed[10:]}" if packed else match["ts"]
    return Spot(match["channel"], ts, is_shared=not match["channel"].startswith("D"))
