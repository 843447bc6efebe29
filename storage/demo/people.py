"""The people of the demo organisation: those whom one acts as, and everybody else on a shift."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from storage.roles import Role, RoleGrant

ORGANISATION = "Hollowbrook"
DOMAIN = "hollowbrook.example"
OTHER_ORGANISATION = "Birch & Anchor Hotels"
OTHER_DOMAIN = "birchandanchor.example"


class Position(Enum):
    """What a person of the demo is, and so what the bot may show to them."""

    EXECUTIVE = "executive"
    LEAD = "team lead"
    AGENT = "agent"
    NEW_AGENT = "new agent"
    REVIEWER = "QA reviewer"
    ADMIN = "admin"
    CUSTOMER = "customer of another organisation"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to act as. Agents are found in the facts by their e-mail address.

    ``handle`` is the short name in Slack. ``grants`` are given when the demo starts.
    """

    handle: str
    name: str
    email: str
    position: Position
    grants: tuple[RoleGrant, ...] = ()

    @property
    def is_of_other_organisation(self) -> bool:
        return self.position is Position.CUSTOMER


def _colleague(
    name: str, position: Position, role: Role, teams: frozenset[str] = frozenset()
) -> DemoPerson:
    handle = name.split(maxsplit=1)[0].lower()
    return DemoPerson(handle, name, email_of(name), position, (RoleGrant(role, teams),))


def email_of(name: str) -> str:
    """The address of a colleague: ``Nadia Ferro`` is nadia.ferro@hollowbrook.example."""
    return f"{name.lower().replace(' ', '.')}@{DOMAIN}"


EXECUTIVE = _colleague("Ingrid Vale", Position.EXECUTIVE, Role.EXECUTIVE)
LEAD = _colleague("Marcus Bellweather", Position.LEAD, Role.LEAD, frozenset({"Billing"}))
AGENT = _colleague("Nadia Ferro", Position.AGENT, Role.AGENT)
NEW_AGENT = _colleague("Tomas Wren", Position.NEW_AGENT, Role.AGENT)
REVIEWER = _colleague(
    "Odile Sanderling", Position.REVIEWER, Role.REVIEWER, frozenset({"Billing", "Accounts"})
)
ADMIN = _colleague("Kofi Larkspur", Position.ADMIN, Role.ADMIN)
CUSTOMER = DemoPerson("hanna", "Hanna Oakes", f"hanna.oakes@{OTHER_DOMAIN}", Position.CUSTOMER)

PEOPLE = (EXECUTIVE, LEAD, AGENT, NEW_AGENT, REVIEWER, ADMIN, CUSTOMER)
