"""Tables of surveys: who is asked, what they answered, and what became of a low score."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.operations.base import Base, Json, kept_as_text


class CampaignState(Enum):
    """How far a campaign is; one that follows contacts has no end of its own."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    ENDED = "ended"


class InvitationState(Enum):
    """How far an invitation came."""

    PLANNED = "planned"
    SENT = "sent"
    ANSWERED = "answered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    LEFT_OUT = "left_out"


class Campaign(Base):
    """A list of people who are asked, or a rule that asks after contacts.

    ``content`` is the rule, or where the list came from, as ``storage.operations.campaigns``
    reads it.
    """

    __tablename__ = "campaigns"
    __table_args__ = (Index(None, "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))
    purpose: Mapped[str] = mapped_column(String(20))
    content: Mapped[Json]
    state: Mapped[CampaignState] = mapped_column(kept_as_text(CampaignState, "state"))
    order_key: Mapped[str] = mapped_column(String(100), unique=True)
    owner: Mapped[str] = mapped_column(String(50))
    version: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(Text)
    seen_until: Mapped[datetime | None]


class Invitation(Base):
    """One person asked once.

    ``id`` is random and stands in the buttons. ``key`` says whom and what about, so that nobody is
    asked twice. ``person`` is the Slack user id with the team id; ``customer_id`` and the rest are
    what the answer is counted by. ``place_id`` is the conversation, ``ts`` the message.
    ``copied_at`` is empty as long as the facts do not know that it was sent.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index(None, "person", "sent_at"),
        Index(None, "state", "expires_at"),
        Index(None, "campaign_id", "state"),
        Index(None, "source", "contact_id"),
        Index(None, "customer_id"),
        Index(None, "copied_at", "sent_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    kind: Mapped[str] = mapped_column(String(10))
    purpose: Mapped[str] = mapped_column(String(20))
    person: Mapped[str] = mapped_column(String(60))
    user_id: Mapped[str] = mapped_column(String(50))
    team_id: Mapped[str] = mapped_column(String(50))
    place_id: Mapped[str] = mapped_column(String(50))
    thread_ts: Mapped[str | None] = mapped_column(String(30))
    is_shared_place: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(10))
    timezone: Mapped[str] = mapped_column(String(60), default="")
    organisation_id: Mapped[str] = mapped_column(Text, default="")
    customer_id: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text, default="")
    contact_id: Mapped[str] = mapped_column(Text, default="")
    about: Mapped[Json]
    state: Mapped[InvitationState] = mapped_column(kept_as_text(InvitationState, "state"))
    reason: Mapped[str] = mapped_column(String(40), default="")
    made_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    ts: Mapped[str | None] = mapped_column(String(30))
    channel_id: Mapped[str | None] = mapped_column(String(50))
    expires_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    copied_at: Mapped[datetime | None]


class SurveyAnswer(Base):
    """The answer to an invitation: the last one given wins.

    ``clicked_at`` is Slack's time of the click. ``copied_at`` is empty as long as the facts do not
    have the answer as it stands.
    """

    __tablename__ = "survey_answers"
    __table_args__ = (
        CheckConstraint("score BETWEEN 0 AND 10", name="score"),
        Index(None, "copied_at"),
    )

    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitations.id"), primary_key=True)
    score: Mapped[int]
    clicked_at: Mapped[str] = mapped_column(String(30))
    answered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    comment: Mapped[str | None] = mapped_column(Text)
    may_call: Mapped[bool] = mapped_column(default=False)
    copied_at: Mapped[datetime | None]


class OptOut(Base):
    """Somebody who does not want to be asked again."""

    __tablename__ = "opt_outs"

    person: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[datetime]


class FollowUp(Base):
    """A low score that somebody looks after: the loop from answer to ending.

    ``copied_at`` is empty as long as the facts do not have it as it is now.
    """

    __tablename__ = "survey_follow_ups"
    __table_args__ = (
        Index(None, "owner", "closed_at"),
        Index(None, "closed_at"),
        Index(None, "copied_at"),
    )

    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitations.id"), primary_key=True)
    owner: Mapped[str] = mapped_column(String(50), default="")
    team: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime]
    taken_by: Mapped[str] = mapped_column(String(50), default="")
    taken_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(40), default="")
    score_after: Mapped[float | None] = mapped_column(Double)
    copied_at: Mapped[datetime | None]
