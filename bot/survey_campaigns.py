"""Surveys as a member manages them; who may is decided by ``storage.surveys.access``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from bot.request.surveys import SurveyVerb
from bot.stores import Stores
from storage.errors import NotAllowedError, UserError
from storage.operations import campaigns
from storage.operations.audit import By
from storage.operations.campaign_progress import Progress, progress
from storage.operations.campaigns import SEE_WHICH, Campaign, CampaignOrder, Listed
from storage.operations.engine import reading, writing
from storage.operations.survey_models import CampaignState
from storage.periods import Clock
from storage.roles import Member
from storage.surveys.access import may_change, refusal_to_ask, teams_asked
from storage.surveys.customers import customers_in, customers_of_teams
from storage.surveys.lists import read_list
from storage.surveys.planning import Judged, preview
from storage.surveys.prospects import Around, around_now, listed_people

_TURNING = {
    SurveyVerb.PAUSE: campaigns.pause,
    SurveyVerb.RESUME: campaigns.resume,
    SurveyVerb.STOP: campaigns.stop,
}


@dataclass(frozen=True, slots=True)
class KnownSurvey:
    """A survey, and how far it is."""

    campaign: Campaign
    progress: Progress


@dataclass(frozen=True, slots=True)
class Drafted:
    """A list that is made and not started, and who of it would be asked now."""

    campaign: Campaign
    judged: Sequence[Judged]


class Campaigns:
    """Every method raises ``NotAllowedError`` for who may not."""

    def __init__(self, stores: Stores, clock: Clock) -> None:
        self._stores = stores
        self._clock = clock

    @property
    def around(self) -> Around:
        stores = self._stores
        return around_now(stores.operations, stores.settings, stores.sealer, self._clock())

    def check(self, member: Member) -> None:
        if refused := refusal_to_ask(member):
            raise NotAllowedError(refused.sentence, refused.next_step)

    def listed(self, member: Member, *, rules: bool = False) -> list[KnownSurvey]:
        """Those that this person may see, or the rules among them alone."""
        self.check(member)
        with reading(self._stores.operations) as session:
            found = [each for each in campaigns.newest(session) if _sees(member, each)]
            wanted = [each for each in found if each.is_rule or not rules]
            return [KnownSurvey(each, progress(session, each)) for each in wanted]

    def find(self, member: Member, name_or_id: str | int) -> KnownSurvey:
        with reading(self._stores.operations) as session:
            found = self._found(session, member, name_or_id)
            return KnownSurvey(found, progress(session, found))

    def turn(self, member: Member, verb: SurveyVerb, campaign_id: int, version: int) -> KnownSurvey:
        """Pauses, resumes or stops it.

        Raises:
            UserError: it is over, or somebody else changed it meanwhile.
        """
        with writing(self._stores.operations) as session:
            self._found(session, member, campaign_id)
            _TURNING[verb](session, campaign_id, version, self._by(member))
            found = campaigns.find(session, campaign_id)
            return KnownSurvey(found, progress(session, found))

    def people(self, member: Member, pasted: str, segments: Sequence[str]) -> tuple[Listed, ...]:
        """Whom a list names, or all customers of segments: of a lead, those of their teams."""
        self.check(member)
        stores = self._stores
        if not pasted.strip() and not segments:
            raise UserError("Nobody is named.", "Paste ids or addresses, or name a segment.")
        with reading(stores.operations) as session, stores.facts.connect() as facts:
            named = listed_people(session, read_list(pasted)) if pasted.strip() else ()
            found = customers_in(facts, segments, self.around.today) if segments else []
            ids = [each.customer_id for each in found]
            if teams := teams_asked(member):
                theirs = customers_of_teams(facts, ids, teams)
                ids = [each for each in ids if each in theirs]
        if not (named or ids):
            raise UserError(
                "Nobody whom you may ask is in this segment.", "Check how the data spells it."
            )
        return (*named, *(Listed(each) for each in ids))

    def draft(self, member: Member, order: CampaignOrder, order_key: str) -> Drafted:
        """A list that is not started, with who would be asked and who left out."""
        self.check(member)
        stores, teams = self._stores, teams_asked(member)
        with writing(stores.operations) as session:
            own = replace(order, teams=teams)
            by, paused = self._by(member), CampaignState.PAUSED
            found = campaigns.find(session, campaigns.make(session, own, by, order_key, paused))
        with reading(stores.operations) as session, stores.facts.connect() as facts:
            return Drafted(found, preview(session, facts, found.order, self.around))

    def make_rule(self, member: Member, order: CampaignOrder, order_key: str) -> KnownSurvey:
        """A rule that asks from now on; a lead's asks after contacts of their teams alone."""
        self.check(member)
        rule, teams = order.rule, teams_asked(member)
        if rule is None:
            raise ValueError("a rule says after which contacts")
        named = {team.casefold() for team in rule.teams}
        if teams and not named <= {team.casefold() for team in teams}:
            raise NotAllowedError(
                f"You ask customers of {', '.join(teams)} only.", "Leave out the other teams."
            )
        own = replace(order, teams=teams, rule=replace(rule, teams=rule.teams or teams))
        with writing(self._stores.operations) as session:
            made = campaigns.make(session, own, self._by(member), order_key)
            found = campaigns.find(session, made)
            return KnownSurvey(found, progress(session, found))

    def _found(self, session: Session, member: Member, name_or_id: str | int) -> Campaign:
        """One that may not be seen is as if there were none."""
        self.check(member)
        found = campaigns.find(session, name_or_id)
        if not _sees(member, found):
            raise UserError(f'I know no survey "{name_or_id}".', SEE_WHICH)
        return found

    def _by(self, member: Member) -> By:
        return By(member.slack_user_id, self._clock())


def _sees(member: Member, campaign: Campaign) -> bool:
    return may_change(member, campaign.owner, campaign.order.teams)
