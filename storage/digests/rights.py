"""Who sees, makes and changes a digest; what it tells is decided by ``storage.access``. Pure."""

from __future__ import annotations

from storage.access import Destination, Refused, decide, refusal_of_outsider
from storage.digests.audiences import entry_of
from storage.digests.compose import metrics_of
from storage.digests.recipients import PERSON
from storage.errors import UserError
from storage.metrics.answer import MYSELF, Filter, Question
from storage.metrics.definition import Audience, Segment
from storage.narrowing import folded
from storage.operations.digests import Digest, DigestOrder
from storage.periods import PeriodChoice
from storage.roles import Member, Role


def sees_digest(member: Member, digest: Digest, here: str) -> bool:
    """Whether this person may know of it: admins, its owner, and who gets it.

    ``here`` is the conversation in which the person asks, and so reads along.
    """
    if member.is_outsider:
        return False
    if member.is_admin or member.slack_user_id == digest.owner:
        return True
    if digest.order.channel_id:
        return digest.order.channel_id in {here, member.slack_user_id}
    return _is_of(member, digest.order)


def refusal_to_change_digest(member: Member, digest: Digest) -> Refused | None:
    """Why this person may not change, run, pause or delete it; None where they may."""
    if outsider := refusal_of_outsider(member):
        return outsider
    if member.is_admin or member.slack_user_id == digest.owner:
        return None
    return Refused("A digest is changed by its owner and by admins.", "Ask one of them.")


def refusal_to_make_digests(member: Member) -> Refused | None:
    """Why this person may make no digest at all; None where there is one that they may make."""
    if outsider := refusal_of_outsider(member):
        return outsider
    if member.is_admin or member.sees_all_totals or member.agent_ids:
        return None
    return Refused("You have no role in CareKPI yet.", "Ask an admin to give you one.")


def refusal_to_make_digest(member: Member, order: DigestOrder) -> Refused | None:
    """Why this person may not have this digest sent to where it goes.

    To themselves everybody may, to a conversation who sees more than their own team, and to each
    of an audience an admin; to agents also a lead, for their own teams.
    """
    if refused := refusal_to_make_digests(member):
        return refused
    if member.is_admin or order.channel_id == member.slack_user_id:
        return None
    if order.channel_id.startswith(PERSON):
        return Refused("A digest to somebody else is made by admins.", "Ask one of them.")
    if order.channel_id:
        return _refusal_in_conversation(member)
    return None if order.audience is Audience.OWN else _refusal_to_each(member, order)


def refusal_to_tell(order: DigestOrder, member: Member, to: Destination) -> Refused | None:
    """Why not one of its metrics may be told there; None where one may."""
    if entry_of(order.audience).is_personal:
        return None
    metrics, _ = metrics_of(order)
    decisions = [
        decide(member, Question(metric, PeriodChoice(order.grain), order.filters), to)
        for metric in metrics
    ]
    refusals = [each for each in decisions if isinstance(each, Refused)]
    return refusals[0] if refusals and len(refusals) == len(decisions) else None


def check_filters(order: DigestOrder, filters: tuple[Filter, ...]) -> None:
    """That a digest is about nobody by name.

    Raises:
        UserError: it can't be narrowed so.
    """
    kinds = {each.segment for each in filters}
    named = {value for each in filters if each.segment is Segment.AGENT for value in each.values}
    if entry_of(order.audience).is_personal and kinds - {Segment.TEAM}:
        raise UserError("The agents' days are narrowed by team only.", "Write it as team:billing.")
    if folded(named) - {MYSELF}:
        raise UserError(
            "A digest is about no agent by name.", "Write agent:me for your own figures."
        )


def _refusal_in_conversation(member: Member) -> Refused | None:
    if member.sees_all_totals:
        return None
    return Refused(
        "Digests in a conversation are made by leads, reviewers, executives and admins.",
        "You can have one directly.",
    )


def _refusal_to_each(member: Member, order: DigestOrder) -> Refused | None:
    each = entry_of(order.audience).of_each
    if order.audience is not Audience.AGENTS or not member.led_teams:
        return Refused(f"A digest to {each} is made by admins.", "Ask one of them.")
    if _teams(order) and _teams(order) <= folded(member.led_teams):
        return None
    own = ",".join(sorted(member.led_teams))
    return Refused("You make digests for the agents of your own teams.", f"Add team:{own}.")


def _is_of(member: Member, order: DigestOrder) -> bool:
    """Whether it goes to each of an audience that this person is one of."""
    match order.audience:
        case Audience.EXECUTIVE:
            return any(grant.role is Role.EXECUTIVE for grant in member.roles)
        case Audience.TEAM:
            return bool(member.led_teams)
        case Audience.AGENTS:
            teams = _teams(order)
            is_chosen = not teams or bool(teams & folded(member.agent_teams))
            return bool(member.agent_ids) and is_chosen
        case _:
            return False


def _teams(order: DigestOrder) -> frozenset[str]:
    chosen = (each.values for each in order.filters if each.segment is Segment.TEAM)
    return folded(value for values in chosen for value in values)
