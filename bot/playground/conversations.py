"""Channels and direct messages, and who may see and use them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bot.playground.people import Person


class Kind(Enum):
    """Slack's four types of conversation; the value is the name in a ``types`` argument."""

    PUBLIC = "public_channel"
    PRIVATE = "private_channel"
    DIRECT = "im"
    GROUP_DIRECT = "mpim"

    @property
    def scope(self) -> str:
        """The first half of the scopes for this type: ``groups`` as in ``groups:read``."""
        return {
            Kind.PUBLIC: "channels",
            Kind.PRIVATE: "groups",
            Kind.DIRECT: "im",
            Kind.GROUP_DIRECT: "mpim",
        }[self]

    @property
    def is_direct(self) -> bool:
        return self in {Kind.DIRECT, Kind.GROUP_DIRECT}


@dataclass(slots=True)
class Conversation:
    """A conversation; ``shared_with`` names the other organisations' teams that are in it."""

    id: str
    name: str
    kind: Kind
    created: int
    members: set[str] = field(default_factory=set)
    is_archived: bool = False
    shared_with: tuple[str, ...] = ()

    def is_visible_to(self, person: Person) -> bool:
        if person.id in self.members:
            return True
        return self.kind is Kind.PUBLIC and not person.sees_only_joined_channels

    @property
    def name_in_payload(self) -> str:
        """What a command or a click carries as the channel's name: only public ones are named."""
        return {
            Kind.PUBLIC: self.name,
            Kind.PRIVATE: "privategroup",
            Kind.DIRECT: "directmessage",
            Kind.GROUP_DIRECT: self.name,
        }[self.kind]


def describe_conversation(conversation: Conversation, viewer_id: str) -> dict[str, Any]:
    """The ``channel`` object of the Web API, as ``viewer_id`` gets it."""
    if conversation.kind is Kind.DIRECT:
        other = next(iter(conversation.members - {viewer_id}), viewer_id)
        return _common(conversation) | {"is_im": True, "user": other, "is_open": True}
    return _common(conversation) | {
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": conversation.kind is Kind.PUBLIC,
        "is_group": conversation.kind is Kind.PRIVATE,
        "is_im": False,
        "is_mpim": conversation.kind is Kind.GROUP_DIRECT,
        "is_private": conversation.kind is not Kind.PUBLIC,
        "is_member": viewer_id in conversation.members,
        "num_members": len(conversation.members),
    }


def _common(conversation: Conversation) -> dict[str, Any]:
    is_shared = bool(conversation.shared_with)
    return {
        "id": conversation.id,
        "created": conversation.created,
        "is_archived": conversation.is_archived,
        "is_shared": is_shared,
        "is_ext_shared": is_shared,
        "is_org_shared": False,
        "shared_team_ids": list(conversation.shared_with),
    }
