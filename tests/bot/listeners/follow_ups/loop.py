"""Low answers on their way to who looks after them, in the pretend workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from bot.blocks.digests.low_answers import low_answers_page
from bot.blocks.targets import Reader
from jobs.follow_ups import FollowUpDesk, assigning_follow_ups, finding_next_answers
from storage.access import Destination
from storage.digests.sections import Asking, Ground, low_answers
from storage.digests.told import Recipient, Timing
from storage.operations.engine import reading, writing
from storage.operations.follow_ups import open_of_all
from storage.operations.invitations import Invite, person_of, plan
from storage.operations.survey_answers import add_comment, record_answer
from storage.operations.survey_models import Campaign, CampaignState, FollowUp
from storage.periods import Grain, PeriodChoice, resolve
from storage.roles import Member
from tests.bot.listeners.coaching_notes.desk import Coaching

COMMENT = "Nobody rang back, <!channel>"


@dataclass
class Loop(Coaching):
    """Amy (agent a1, in billing) owns the account of ``repeats``; the lead leads billing."""

    def answered(
        self,
        score: int,
        *,
        customer_id: str = "repeats",
        contact_id: str = "first",
        comment: str = "",
    ) -> str:
        """A customer answers; returns the invitation's id."""
        office, now = self.office, self.office.clock()
        with writing(office.stores.operations) as session:
            campaign = _campaign(now)
            session.add(campaign)
            session.flush()
            invite = Invite(
                key=str(uuid4()),
                campaign_id=campaign.id,
                kind="nps",
                purpose="contact",
                user_id=office.stranger.id,
                team_id=office.stranger.team_id,
                place_id=office.stranger.id,
                language="en",
                expires_at=now + timedelta(days=7),
                customer_id=customer_id,
                source="calls" if contact_id else "",
                contact_id=contact_id,
            )
            (invited,) = plan(session, [invite], now)
        self.answer_again(invited, score, comment)
        return invited

    def answer_again(self, invited: str, score: int, comment: str = "") -> None:
        office, now = self.office, self.office.clock()
        person = person_of(office.stranger.id, office.stranger.team_id)
        with writing(office.stores.operations) as session:
            at = f"{now.timestamp():.6f}"
            record_answer(session, invited, score, person, at, now)
            if comment:
                add_comment(session, invited, person, comment, now)

    def work(self) -> None:
        """The clock's part: assigned, told and copied."""
        assigning_follow_ups(self.follow_up_desk()).run()
        self.deliver()

    def look(self) -> None:
        finding_next_answers(self.follow_up_desk()).run()
        assigning_follow_ups(self.follow_up_desk()).run()

    def digest(self, member: Member, to: Destination) -> str:
        """What the weekly digest says of low answers, to this member there."""
        stores, now = self.office.stores, self.office.clock()
        period = resolve(PeriodChoice(Grain.WEEK), now, stores.settings.timezone)
        timing = Timing(period, now, now, stores.settings.timezone)
        with reading(stores.operations) as session, stores.facts.connect() as facts:
            ground = Ground(facts, timing, stores.settings, {}, open_of_all(session))
        found = low_answers(Asking(ground, (), (), Recipient("U", member, to)))
        reader = Reader(now, stores.settings.timezone)
        return low_answers_page(found, reader).behind[0] if found else ""

    def follow_up_desk(self) -> FollowUpDesk:
        stores = self.office.stores
        return FollowUpDesk(
            stores.facts, stores.operations, stores.settings, self.office.clock, frozenset()
        )

    def kept(self, invited: str) -> FollowUp:
        with reading(self.office.stores.operations) as session:
            return session.get_one(FollowUp, invited)


def _campaign(now: datetime) -> Campaign:
    return Campaign(
        name="NPS",
        kind="nps",
        purpose="contact",
        content={},
        state=CampaignState.ACTIVE,
        order_key=str(uuid4()),
        owner="U0EVA",
        made_at=now,
        changed_at=now,
        changed_by="U0EVA",
    )
