"""Which teams' totals an admin allowed in which Slack channel."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.operations.audit import By, record
from storage.operations.models import ChannelTeam


def name_teams(session: Session, channel_id: str, teams: frozenset[str], by: By) -> None:
    """These teams take the place of those named before; ``*`` is the whole organisation.

    None at all means that the channel gets no figure any more.
    """
    session.execute(delete(ChannelTeam).where(ChannelTeam.channel_id == channel_id))
    session.add_all(
        ChannelTeam(channel_id=channel_id, team=team, named_at=by.at, named_by=by.who)
        for team in sorted(teams)
    )
    details = " ".join(f"team:{team}" for team in sorted(teams)) or "no team"
    record(session, by, "channel teams named", channel_id, details)


def teams_of(session: Session, channel_id: str) -> frozenset[str]:
    """The teams named for a channel; empty where no admin has named any."""
    named = select(ChannelTeam.team).where(ChannelTeam.channel_id == channel_id)
    return frozenset(session.scalars(named))


def every_channel(session: Session) -> dict[str, frozenset[str]]:
    """The teams of each channel that has any, by the channel's id."""
    teams: dict[str, set[str]] = {}
    for row in session.scalars(select(ChannelTeam).order_by(ChannelTeam.channel_id)):
        teams.setdefault(row.channel_id, set()).add(row.team)
    return {channel_id: frozenset(named) for channel_id, named in teams.items()}
