"""What people are to the care organisation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

WHOLE_ORGANISATION = "*"


class Role(Enum):
    """What a person is to the care organisation; somebody may have several."""

    ADMIN = "admin"
    EXECUTIVE = "executive"
    LEAD = "lead"
    REVIEWER = "reviewer"
    AGENT = "agent"


ROLES_OF_TEAMS = frozenset({Role.LEAD, Role.REVIEWER})


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role, and for a lead or a reviewer the teams that it holds for."""

    role: Role
    teams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Member:
    """A person in Slack, with everything that a decision needs.

    ``agent_ids`` are this person's own ones in the loaded data, one a system at most;
    ``agent_teams`` the teams they are in today.
    """

    slack_team_id: str
    slack_user_id: str
    roles: frozenset[RoleGrant] = frozenset()
    agent_ids: frozenset[str] = frozenset()
    agent_teams: frozenset[str] = frozenset()
    is_guest: bool = False
    is_own_organisation: bool = True

    @property
    def is_outsider(self) -> bool:
        return self.is_guest or not self.is_own_organisation

    @property
    def is_admin(self) -> bool:
        """Whether this person may change roles and what channels get."""
        return not self.is_outsider and self._has(Role.ADMIN)

    @property
    def sees_all_totals(self) -> bool:
        return self._has(Role.EXECUTIVE, Role.LEAD, Role.REVIEWER)

    @property
    def named_teams(self) -> frozenset[str]:
        """The teams whose agents this person sees by name."""
        grants = (grant for grant in self.roles if grant.role in ROLES_OF_TEAMS)
        return frozenset(team for grant in grants for team in grant.teams)

    @property
    def led_teams(self) -> frozenset[str]:
        """The teams that this person leads."""
        grants = (grant for grant in self.roles if grant.role is Role.LEAD)
        return frozenset(team for grant in grants for team in grant.teams)

    def _has(self, *roles: Role) -> bool:
        return any(grant.role in roles for grant in self.roles)
