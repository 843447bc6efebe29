"""Tables of the people in Slack: who they are, and how they like their Home."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.operations.base import Base, Json


class SlackPerson(Base):
    """Somebody in the workspace, as Slack last told; kept so that thousands are known at once.

    ``email`` is in lower case, empty where Slack gives none. ``direct_channel_id`` is the
    conversation between CareKPI and this person, once it was opened.
    """

    __tablename__ = "slack_people"
    __table_args__ = (Index(None, "email"),)

    user_id: Mapped[str] = mapped_column(String(50), primary_key=True)
    team_id: Mapped[str] = mapped_column(String(50))
    email: Mapped[str] = mapped_column(String(320), default="")
    name: Mapped[str] = mapped_column(String(200), default="")
    timezone: Mapped[str] = mapped_column(String(60), default="")
    is_guest: Mapped[bool] = mapped_column(default=False)
    is_own_organisation: Mapped[bool] = mapped_column(default=True)
    is_workspace_admin: Mapped[bool] = mapped_column(default=False)
    is_gone: Mapped[bool] = mapped_column(default=False)
    direct_channel_id: Mapped[str | None] = mapped_column(String(50))
    refreshed_at: Mapped[datetime]


class HomeChoice(Base):
    """How somebody likes their Home, and when they last looked at it.

    ``content`` holds the period and the pinned metrics, as ``storage.operations.homes`` reads it.
    """

    __tablename__ = "home_choices"

    user_id: Mapped[str] = mapped_column(String(50), primary_key=True)
    content: Mapped[Json]
    opened_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
