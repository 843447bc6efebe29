"""Roles and channels as an admin sees them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from slackblocks import Block, HeaderBlock

from bot.blocks.message import Message, paragraph, with_text
from bot.blocks.names import listed
from bot.blocks.rich import bullets, line, person, person_text, text
from bot.blocks.untrusted import escape, name
from storage.roles import WHOLE_ORGANISATION, RoleGrant

MOST_PEOPLE = 100
HOW_TO_GIVE = (
    "Give one with /kpi role @person lead team:billing, take one with /kpi role remove @person."
)


def role_name(granted: RoleGrant) -> str:
    """``lead of billing and tier 2``."""
    if not granted.teams:
        return granted.role.value
    return f"{granted.role.value} of {teams_name(granted.teams)}"


def teams_name(teams: Collection[str]) -> str:
    if WHOLE_ORGANISATION in teams:
        return "the whole organisation"
    return listed(sorted(name(team) for team in teams))


def roles_message(everyone: Sequence[tuple[str, RoleGrant]]) -> Message:
    """Who has which role; people are Slack user ids or e-mail addresses."""
    if not everyone:
        said = "Nobody has been given a role yet."
        return with_text(said, [paragraph(f"{said} {HOW_TO_GIVE}")])
    people = [
        (who, "; ".join(role_name(granted) for _, granted in own))
        for who, own in groupby(everyone, key=lambda each: each[0])
    ]
    shown, hidden = people[:MOST_PEOPLE], len(people) - MOST_PEOPLE
    blocks: list[Block] = [
        HeaderBlock("Roles"),
        bullets([[person(who), text(f"  {roles}")] for who, roles in shown]),
        paragraph(f"{hidden} more are not shown. {HOW_TO_GIVE}" if hidden > 0 else HOW_TO_GIVE),
    ]
    said = "; ".join(f"{person_text(who)}: {escape(roles)}" for who, roles in shown)
    return with_text(f"Roles. {said}.", blocks)


def role_given_message(who: str, granted: RoleGrant) -> Message:
    return _about(who, f" is {role_name(granted)} now.")


def roles_given_message(grants: Mapping[str, Sequence[RoleGrant]]) -> Message:
    """What many people got at once."""
    people = [
        (who, "; ".join(role_name(each) for each in granted)) for who, granted in grants.items()
    ]
    shown, hidden = people[:MOST_PEOPLE], len(people) - MOST_PEOPLE
    number = "1 person has" if len(people) == 1 else f"{len(people):,} people have"
    rest = [paragraph(f"{hidden} more are not shown.")] if hidden > 0 else []
    rows = bullets([[person(who), text(f"  {roles}")] for who, roles in shown])
    said = f"{number} these roles now."
    return with_text(said, [paragraph(said), rows, *rest])


def role_taken_message(who: str, taken: Collection[RoleGrant]) -> Message:
    if not taken:
        return _about(who, " had no such role.")
    named = " and ".join(sorted(role_name(granted) for granted in taken))
    return _about(who, f" is {named} no more.")


def channel_teams_message(channel_name: str, teams: Collection[str]) -> Message:
    """Which totals may be shared in a channel."""
    shown = f"#{name(channel_name)}"
    if not teams:
        said = f"No figures may be shared in {shown}."
    else:
        said = f"Totals of {teams_name(teams)} may be shared in {shown}."
    return with_text(escape(said), [paragraph(said)])


def _about(who: str, rest: str) -> Message:
    return with_text(person_text(who) + escape(rest), [line(person(who), text(rest))])
