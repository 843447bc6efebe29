"""What leads and reviewers see of coaching over time: the log of an agent, themes of a team."""

from __future__ import annotations

from datetime import timedelta

from bot.administration import MENTION
from bot.blocks.coaching.log import log_message, themes_message
from bot.blocks.message import Message
from bot.blocks.targets import Reader
from bot.members import Members
from bot.stores import Stores
from storage.access import Refused, Shown
from storage.coaching_access import decide_themes, refusal_to_see_log
from storage.errors import NotAllowedError, UserError
from storage.metrics.answer import Filter
from storage.metrics.definition import Segment
from storage.metrics.known_values import canonical_filters
from storage.operations.audit import By, record
from storage.operations.engine import reading, writing
from storage.periods import Clock, Grain, Period, PeriodChoice, local_day, range_of, resolve
from storage.quality.contacts import agent_names
from storage.quality.log import log_of
from storage.quality.themes import themes_over
from storage.roles import Member

WEEKS_BACK = 13
HOW_TO_LOG = "Write it like this: /coach log @agent, or /coach log and the agent's id."
HOW_TO_ASK = "Write it like this: /coach themes team:billing monthly"
_GRAINS = {"weekly": Grain.WEEK, "monthly": Grain.MONTH, "quarterly": Grain.QUARTER}


class CoachingLog:
    """Dates, themes, states and counts; nothing that was written."""

    def __init__(self, stores: Stores, members: Members, clock: Clock) -> None:
        self._stores = stores
        self._members = members
        self._clock = clock

    def log(self, member: Member, words: list[str]) -> Message:
        """The log of the agent that is named; that it was read stands in the audit trail."""
        _check(refusal_to_see_log(member))
        if len(words) != 1:
            raise UserError("Say whose log.", HOW_TO_LOG)
        mention = MENTION.fullmatch(words[0])
        user_id = mention[1] if mention else ""
        ids = self._members.find(user_id).agent_ids if mention else frozenset(words)
        with writing(self._stores.operations) as session:
            found = log_of(session, member, user_id, ids)
            by = By(member.slack_user_id, self._clock())
            record(session, by, "coaching log read", f"agent:{user_id or words[0]}", "")
        with self._stores.facts.connect() as facts:
            names = agent_names(facts, ids)
        return log_message(user_id, next(iter(names.values()), words[0]), found, self._reader)

    def themes(self, member: Member, words: list[str]) -> Message:
        """Weak criteria of the team that is named, over a quarter of a year or the period named."""
        teams = [word[len("team:") :] for word in words if word.casefold().startswith("team:")]
        rest = [word.casefold() for word in words if not word.casefold().startswith("team:")]
        if len(teams) != 1 or len(rest) > 1 or not set(rest) <= _GRAINS.keys():
            raise UserError("Say which team, and which period if you like.", HOW_TO_ASK)
        decision = decide_themes(member, teams[0])
        if not isinstance(decision, Shown):
            raise _not_allowed(decision)
        period = self._period(_GRAINS[rest[0]] if rest else None)
        with reading(self._stores.operations) as session, self._stores.facts.connect() as facts:
            asked = (Filter(Segment.TEAM, (teams[0],)),)
            team = canonical_filters(facts, asked)[0].values[0]
            withhold = decision.withhold_small_groups
            found = themes_over(session, facts, team, period, withhold_small_groups=withhold)
        return themes_message(team, period, found, self._reader)

    def _period(self, grain: Grain | None) -> Period:
        now, timezone = self._clock(), self._stores.settings.timezone
        if grain:
            return resolve(PeriodChoice(grain), now, timezone)
        today = local_day(now, timezone)
        return range_of(today - timedelta(weeks=WEEKS_BACK), today, timezone)

    @property
    def _reader(self) -> Reader:
        return Reader(self._clock(), self._stores.settings.timezone)


def _check(refused: Refused | None) -> None:
    if refused:
        raise _not_allowed(refused)


def _not_allowed(refused: Refused) -> NotAllowedError:
    return NotAllowedError(refused.sentence, refused.next_step)
