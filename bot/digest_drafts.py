"""What was filled into a digest's form → an order, with every problem at its field; and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bot.answering import Answering
from bot.blocks.digest_conflict import stood
from bot.blocks.digest_draft import (
    AT,
    AUDIENCE,
    CONVERSATION,
    IN_WORDS,
    METRICS_CHOSEN,
    NAME,
    PASTED,
    SCOPE,
    TO,
    WORDS,
    Draft,
    To,
)
from bot.blocks.digest_form import USUAL_DAYS
from bot.blocks.rich import is_conversation_id, is_user_id
from bot.channels import ArchivedChannelError, Channel, Channels, NotInvitedError
from bot.request.digests import read_conversation, read_filters
from bot.request.writing import written_filter
from storage.access import Destination, OnlyThem, Refused
from storage.cadences.cadence import Cadence
from storage.cadences.reading import read_cadence
from storage.cadences.telling import usual_choice
from storage.cadences.writing import as_text
from storage.calendars import EVERY_TEAM
from storage.digests.audiences import entry_of
from storage.digests.compose import metrics_of
from storage.digests.recipients import THE_ORGANISATION
from storage.digests.rights import check_filters, refusal_to_make_digest, refusal_to_tell
from storage.digests.starter import NAMES
from storage.errors import UserError
from storage.metrics.answer import Filter, Question
from storage.metrics.definition import Audience
from storage.operations.digests import Digest, DigestOrder
from storage.periods import Grain, PeriodChoice, zone
from storage.roles import Member

Read = TypeVar("Read")
_STARTERS = {"", *NAMES.values()}
"""Names that nobody typed."""


@dataclass(slots=True)
class Reading:
    """What is read so far; ``problems`` are by the field that they are of, one each."""

    draft: Draft
    member: Member
    problems: dict[str, str] = field(default_factory=dict)

    def at(self, block_id: str, read: Callable[[], Read]) -> Read | None:
        """None where a person has to mend something at that field."""
        try:
            return read()
        except UserError as error:
            self.problems.setdefault(block_id, str(error))
            return None


class Drafts:
    """Makes drafts for the form, and reads them."""

    def __init__(self, answering: Answering, channels: Channels) -> None:
        self._answering = answering
        self._channels = channels
        self._settings = answering.settings

    def new(self, member: Member, audience: Audience, timezone: str, here: str) -> Draft:
        """As the audience usually wants it, to ``here`` where that can be posted to."""
        zones = self._zones(timezone)
        draft = Draft(
            audience=audience,
            days="",
            at=None,
            zone=zones[0],
            person=member.slack_user_id,
            is_own=True,
            to=To.PERSON,
            zones=zones,
        )
        if entry_of(audience).is_personal and (member.is_admin or member.led_teams):
            draft = replace(draft, to=To.EACH)
        elif here and self._can_post(here):
            to = To.PERSON if audience is Audience.OWN else To.CONVERSATION
            draft = replace(draft, to=to, conversation=here)
        return reframed(draft)

    def of(self, digest: Digest, member: Member, timezone: str) -> Draft:
        """A digest as it stands."""
        order = digest.order
        person = order.channel_id if is_user_id(order.channel_id) else digest.owner
        cadence, usual = order.cadence, usual_choice(order.cadence).grain
        days = _days(cadence)
        is_usual = days in USUAL_DAYS and cadence == self._cadence(
            f"{days} {cadence.at:%H:%M}", cadence.timezone
        )
        return Draft(
            audience=order.audience,
            name=order.name,
            metrics=order.metrics,
            scope=" ".join(written_filter(each) for each in order.filters),
            to=_to(order),
            conversation=order.channel_id if is_conversation_id(order.channel_id) else "",
            days=days if is_usual else IN_WORDS,
            at=cadence.at,
            words="" if is_usual else as_text(cadence).replace(f" in {cadence.timezone}", "", 1),
            zone=cadence.timezone,
            grain=None if order.grain is usual else order.grain,
            only_if_changed=order.only_if_changed,
            person=person,
            is_own=person == member.slack_user_id,
            digest_id=digest.id,
            version=digest.version,
            stood=stood(order),
            zones=self._zones(timezone),
        )

    def read(self, draft: Draft, member: Member) -> tuple[DigestOrder | None, dict[str, str]]:
        """What is ordered, or every problem by its field."""
        reading = Reading(draft, member)
        cadence = reading.at(
            WORDS if draft.days == IN_WORDS else AT, lambda: self._read_cadence(draft)
        )
        channel = self._conversation(reading)
        if not draft.name:
            reading.problems[NAME] = "Give it a name, such as Care this week."
        if draft.audience is Audience.OWN and not draft.metrics:
            reading.problems[METRICS_CHOSEN] = "Choose one metric or more."
        if cadence is None or reading.problems:
            return None, reading.problems
        order = _order(reading.draft, cadence)
        filters = reading.at(SCOPE, lambda: self._filters(order, draft.scope))
        if filters is None:
            return None, reading.problems
        order = replace(order, filters=filters)
        _check_rights(reading, order, channel)
        return (None if reading.problems else order), reading.problems

    def destination(self, order: DigestOrder) -> Destination:
        """What the place that it goes to may get."""
        if is_conversation_id(order.channel_id):
            return self._channels.find(order.channel_id).destination
        return OnlyThem()

    def _read_cadence(self, draft: Draft) -> Cadence:
        if draft.days == IN_WORDS:
            return read_cadence(draft.words, draft.zone, self.country)
        if draft.at is None:
            raise UserError("Choose a time.")
        return self._cadence(f"{draft.days} {draft.at:%H:%M}", draft.zone)

    def _cadence(self, words: str, timezone: str) -> Cadence:
        """Holidays matter to working days alone."""
        return read_cadence(words, timezone, self.country if "working" in words else "")

    @property
    def country(self) -> str:
        """Whose holidays the organisation keeps, as its calendar says."""
        calendar = self._settings.calendars.get(EVERY_TEAM)
        return calendar.holidays if calendar else ""

    def _conversation(self, reading: Reading) -> Channel | None:
        """The conversation that is chosen, or pasted, if it can be posted to."""
        draft = reading.draft
        if draft.to is not To.CONVERSATION:
            return None
        chosen = PASTED if draft.pasted else CONVERSATION
        channel_id = reading.at(chosen, lambda: _channel_id(draft))
        if channel_id is None:
            return None
        reading.draft = replace(draft, conversation=channel_id)
        return reading.at(chosen, lambda: self._postable(channel_id, reading.member.slack_user_id))

    def _postable(self, channel_id: str, user_id: str) -> Channel:
        try:
            found = self._channels.find(channel_id)
        except ArchivedChannelError as error:
            raise UserError(error.sentence, "Choose another one.") from error
        except NotInvitedError as error:
            raise UserError(
                "I am not in this conversation.", "Invite me with /invite @CareKPI, then save."
            ) from error
        if found.place.is_private and not self._channels.has_member(channel_id, user_id):
            raise UserError("You are not in this conversation.", "Choose one that you are in.")
        return found

    def _can_post(self, channel_id: str) -> bool:
        try:
            self._channels.find(channel_id)
        except UserError:
            return False
        return True

    def _filters(self, order: DigestOrder, scope: str) -> tuple[Filter, ...]:
        """As the data spells them."""
        metrics, _ = metrics_of(order)
        metrics = metrics or entry_of(Audience.TEAM).metrics
        filters = read_filters(scope, metrics, of_each=order.audience is Audience.OWN)
        check_filters(order, filters)
        return self._answering.named(
            Question(metrics[0], PeriodChoice(Grain.WEEK), filters)
        ).filters

    def _zones(self, timezone: str) -> tuple[str, ...]:
        """The person's own, the organisation's, and everybody's."""
        own = self._settings.timezone
        return tuple(dict.fromkeys((_known_zone(timezone, own), own, "UTC")))


def reframed(draft: Draft) -> Draft:
    """As another audience usually wants it: its days and time, and a place that it can have."""
    entry, to = draft.entry, draft.to
    if entry.is_personal and to is To.CONVERSATION:
        to = To.EACH
    elif to is To.EACH and draft.audience is Audience.OWN:
        to = To.PERSON
    named = NAMES.get(draft.audience, "") if draft.name in _STARTERS else draft.name
    return replace(
        draft, name=named, to=to, days=_days(entry.cadence("UTC")), at=entry.at, grain=None
    )


def _order(draft: Draft, cadence: Cadence) -> DigestOrder:
    channel_id = {
        To.CONVERSATION: draft.conversation,
        To.PERSON: draft.person,
        To.EACH: "",
    }[draft.to]
    return DigestOrder(
        name=" ".join(draft.name.split()),
        audience=draft.audience,
        cadence=cadence,
        grain=Grain.DAY if draft.entry.is_personal else draft.grain or usual_choice(cadence).grain,
        channel_id=channel_id,
        metrics=draft.metrics if draft.audience is Audience.OWN else (),
        only_if_changed=draft.only_if_changed,
    )


def _check_rights(reading: Reading, order: DigestOrder, channel: Channel | None) -> None:
    """Whether it may be made, and whether there is anything that may be told there."""
    member = reading.member
    if refused := refusal_to_make_digest(member, order):
        reading.problems[TO] = _sentences(refused)
    elif channel:
        if refused := refusal_to_tell(order, THE_ORGANISATION, channel.destination):
            chosen = PASTED if reading.draft.pasted else CONVERSATION
            reading.problems[chosen] = _sentences(refused)
    elif order.channel_id == member.slack_user_id and (
        refused := refusal_to_tell(order, member, OnlyThem())
    ):
        reading.problems[AUDIENCE] = _sentences(refused)


def _to(order: DigestOrder) -> To:
    if is_conversation_id(order.channel_id):
        return To.CONVERSATION
    return To.PERSON if order.channel_id or order.audience is Audience.OWN else To.EACH


def _channel_id(draft: Draft) -> str:
    pasted = read_conversation(draft.pasted) if draft.pasted else ""
    if pasted and draft.conversation and pasted != draft.conversation:
        raise UserError("Two conversations are named.", "Choose one above, or keep this one only.")
    if not (pasted or draft.conversation):
        raise UserError("Choose a conversation, or paste its link below.")
    return pasted or draft.conversation


def _days(cadence: Cadence) -> str:
    """``mondays``, as it is stored."""
    return as_text(cadence).partition(f" {cadence.at:%H:%M} in ")[0]


def _known_zone(timezone: str, otherwise: str) -> str:
    """Slack's zone, unless this machine does not know it."""
    try:
        return zone(timezone).key
    except UserError:
        return otherwise


def _sentences(refused: Refused) -> str:
    return f"{refused.sentence} {refused.next_step}".strip()
