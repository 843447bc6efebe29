"""What every listener works with."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk import WebClient
from sqlalchemy import Engine

from bot.alerts import Alerts
from bot.answering import Answering
from bot.blocks.targets import Reader
from bot.calibrating import Calibrating
from bot.channels import Channels
from bot.coaching import Coaching
from bot.coaching_log import CoachingLog
from bot.digest_drafts import Drafts
from bot.digest_previews import Previews
from bot.digests import Digests
from bot.follow_ups import FollowUps
from bot.home import Homes
from bot.members import Members
from bot.notes import Notes
from bot.stores import Stores
from bot.survey_campaigns import Campaigns
from bot.survey_results import SurveyResults
from bot.surveys import Surveys
from bot.targets import Targets
from storage.periods import Clock


@dataclass(frozen=True, slots=True)
class Desk:
    """Handed to each listener as it is registered."""

    members: Members
    answering: Answering
    channels: Channels
    targets: Targets
    notes: Notes
    follow_ups: FollowUps
    survey_results: SurveyResults
    coaching: Coaching
    coaching_log: CoachingLog
    calibrating: Calibrating
    alerts: Alerts
    homes: Homes
    operations: Engine
    stores: Stores
    clock: Clock
    bot_user_id: str
    client: WebClient
    digests: Digests
    drafts: Drafts
    previews: Previews
    workspace_url: str
    surveys: Surveys
    campaigns: Campaigns

    @property
    def reader(self) -> Reader:
        """Now, in the organisation's zone."""
        return Reader(self.clock(), self.answering.settings.timezone)
