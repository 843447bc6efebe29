"""Campaigns: lists of people who are asked, and rules that ask after contacts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.errors import UserError
from storage.operations import outbox
from storage.operations.audit import By, record
from storage.operations.base import Json
from storage.operations.digests import ChangedMeanwhileError
from storage.operations.invitations import about_campaign
from storage.operations.survey_models import Campaign as Kept
from storage.operations.survey_models import CampaignState, Invitation, InvitationState
from storage.surveys.eligibility import Reason
from storage.surveys.kinds import KINDS
from storage.surveys.rules import Place, Rule, rule_of

LONGEST_NAME = 80
SEE_WHICH = "See which there are: /survey."
STANDING = (CampaignState.ACTIVE, CampaignState.PAUSED)


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on a list, as a customer, as a person in Slack, or as both."""

    customer_id: str = ""
    user_id: str = ""


@dataclass(frozen=True, slots=True)
class CampaignOrder:
    """What is asked, of whom, where and when; either ``rule`` or ``people``.

    ``teams`` are those whose customers may be asked, none named means all: a lead's own.
    """

    name: str
    kind: str
    purpose: str
    place: Place = Place.DIRECT
    rule: Rule | None = None
    people: tuple[Listed, ...] = ()
    teams: tuple[str, ...] = ()
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as it stands. ``number`` is how many people are on its list.

    ``seen_until`` is for a rule: only what is resolved later is asked about.
    """

    id: int
    order: CampaignOrder
    state: CampaignState
    owner: str
    version: int
    made_at: datetime
    changed_at: datetime
    changed_by: str
    seen_until: datetime | None
    number: int

    @property
    def is_rule(self) -> bool:
        return self.order.rule is not None


def make(
    session: Session,
    order: CampaignOrder,
    by: By,
    order_key: str,
    state: CampaignState = CampaignState.ACTIVE,
) -> int:
    """Makes it, and starts it or not; the same ``order_key`` again is the same campaign.

    Raises:
        UserError: another one that is not over has that name, or it lacks something.
    """
    made = session.scalar(select(Kept.id).where(Kept.order_key == order_key))
    if made is not None:
        return made
    name = _checked_name(session, order.name)
    kept = Kept(
        name=name,
        kind=KINDS[order.kind].key,
        purpose=order.purpose,
        content=_content(order),
        state=state,
        order_key=order_key,
        owner=by.who,
        made_at=by.at,
        changed_at=by.at,
        changed_by=by.who,
        seen_until=by.at,
    )
    session.add(kept)
    session.flush()
    what = "rule" if order.rule else f"{len(order.people)} people"
    record(session, by, "survey made", name, f"{order.kind}, {order.purpose}, {what}")
    return kept.id


def pause(session: Session, campaign_id: int, version: int, by: By) -> int:
    """Nobody is asked any more until it is resumed; what is on its way to Slack may still come."""
    kept = _changing(session, campaign_id, version, CampaignState.PAUSED)
    if kept.state is CampaignState.PAUSED:
        return kept.version
    outbox.stop(session, about_campaign(campaign_id), by.at)
    return _changed(session, kept, CampaignState.PAUSED, by, "survey paused")


def resume(session: Session, campaign_id: int, version: int, by: By) -> int:
    """It goes on where it was; contacts that were resolved in the pause are not asked about."""
    kept = _changing(session, campaign_id, version, CampaignState.ACTIVE)
    if kept.state is CampaignState.ACTIVE:
        return kept.version
    outbox.resume(session, about_campaign(campaign_id), by.at)
    kept.seen_until = by.at
    return _changed(session, kept, CampaignState.ACTIVE, by, "survey resumed")


def stop(session: Session, campaign_id: int, version: int, by: By) -> int:
    """Nobody else is ever asked by it; who was asked can still answer."""
    kept = session.get(Kept, campaign_id)
    if kept is not None and kept.state is CampaignState.STOPPED:
        return kept.version
    kept = _changing(session, campaign_id, version, CampaignState.STOPPED)
    outbox.stop(session, about_campaign(campaign_id), by.at)
    session.execute(
        update(Invitation)
        .where(Invitation.campaign_id == campaign_id, Invitation.state == InvitationState.PLANNED)
        .values(state=InvitationState.LEFT_OUT, reason=Reason.STOPPED.value)
    )
    forget_list(session, campaign_id)
    return _changed(session, kept, CampaignState.STOPPED, by, "survey stopped")


def end(session: Session, campaign_id: int) -> None:
    """Everybody on its list was asked or left out."""
    session.get_one(Kept, campaign_id).state = CampaignState.ENDED


def forget_list(session: Session, campaign_id: int) -> None:
    """The list itself is kept no longer: everybody has an invitation, or none is wanted."""
    kept = session.get_one(Kept, campaign_id)
    kept.content = {**kept.content, "people": []}


def forget_listed(session: Session, customer_id: str, people: Collection[str]) -> None:
    """Takes these Slack ids out of the lists that are kept; the place in the list stays."""
    for kept in session.scalars(select(Kept).where(Kept.state.in_(STANDING))):
        listed = kept.content["people"]
        left = [
            [customer_id, ""] if each[0] == customer_id or each[1] in people else each
            for each in listed
        ]
        if left != listed:
            kept.content = {**kept.content, "people": left}


def find(session: Session, name_or_id: str | int) -> Campaign:
    """The newest campaign of a name, whatever its capitals, or the one of an id.

    Raises:
        UserError: there is none.
    """
    chosen = select(Kept).order_by(Kept.state.not_in(STANDING), Kept.id.desc())
    if isinstance(name_or_id, int):
        kept = session.get(Kept, name_or_id)
    else:
        folded = _folded(name_or_id)
        kept = next(
            (each for each in session.scalars(chosen) if _folded(each.name) == folded), None
        )
    if kept is None:
        raise UserError(f'I know no survey "{name_or_id}".', SEE_WHICH)
    return _campaign(kept)


def newest(session: Session, limit: int = 50) -> list[Campaign]:
    """Those that go on first, then the newest of the others."""
    order = (Kept.state.not_in(STANDING), Kept.id.desc())
    return [_campaign(kept) for kept in session.scalars(select(Kept).order_by(*order).limit(limit))]


def active(session: Session) -> list[Campaign]:
    """Those that ask, the oldest first."""
    chosen = select(Kept).where(Kept.state == CampaignState.ACTIVE).order_by(Kept.id)
    return [_campaign(kept) for kept in session.scalars(chosen)]


def _changing(session: Session, campaign_id: int, version: int, to: CampaignState) -> Kept:
    kept = session.get(Kept, campaign_id)
    if kept is None:
        raise UserError("There is no such survey.", SEE_WHICH)
    if kept.state is to:
        return kept
    if kept.version != version:
        raise ChangedMeanwhileError(kept.name, kept.changed_by, kept.changed_at)
    if kept.state not in STANDING:
        raise UserError(f'"{kept.name}" is over.', "Make a new one: /survey new.")
    return kept


def _changed(session: Session, kept: Kept, state: CampaignState, by: By, what: str) -> int:
    kept.state, kept.version = state, kept.version + 1
    kept.changed_at, kept.changed_by = by.at, by.who
    record(session, by, what, kept.name, "")
    session.flush()
    return kept.version


def _checked_name(session: Session, name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned:
        raise UserError("The survey has no name.", "Give it one, such as NPS autumn.")
    if len(cleaned) > LONGEST_NAME:
        raise UserError("The survey's name is too long.", f"Use {LONGEST_NAME} characters at most.")
    standing = session.scalars(select(Kept.name).where(Kept.state.in_(STANDING)))
    if _folded(cleaned) in map(_folded, standing):
        raise UserError(f'There is a survey "{cleaned}" already.', "Choose another name.")
    return cleaned


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _content(order: CampaignOrder) -> Json:
    return {
        "place": order.place.value,
        "rule": order.rule.content() if order.rule else None,
        "people": [[each.customer_id, each.user_id] for each in order.people],
        "number": len(order.people),
        "teams": list(order.teams),
        "starts_at": order.starts_at.isoformat() if order.starts_at else None,
    }


def _campaign(kept: Kept) -> Campaign:
    content = kept.content
    starts_at = content["starts_at"]
    order = CampaignOrder(
        kept.name,
        kept.kind,
        kept.purpose,
        Place(content["place"]),
        rule_of(content["rule"]) if content["rule"] else None,
        _people(content["people"]),
        tuple(content["teams"]),
        datetime.fromisoformat(starts_at) if starts_at else None,
    )
    return Campaign(
        kept.id,
        order,
        kept.state,
        kept.owner,
        kept.version,
        kept.made_at,
        kept.changed_at,
        kept.changed_by,
        kept.seen_until,
        content["number"],
    )


def _people(kept: Sequence[Sequence[str]]) -> tuple[Listed, ...]:
    return tuple(Listed(customer_id, user_id) for customer_id, user_id in kept)
