"""``carekpi digest``: which digests there are, what one would tell now, and one sent now.

Whoever may read the data folder sees everything in it, so no role is asked for here; ``--as``
shows what somebody would get.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.commands.command import DONE, Call, Command
from bot.request.instants import parse_instant
from storage.errors import UserError

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from storage.digests.recipients import Surroundings
    from storage.digests.told import Composed, Recipient
    from storage.operations.digests import Digest

MOST_SHOWN = 3
"""Of many who get their own, as many are shown."""


def add_arguments(parser: ArgumentParser) -> None:
    named = parser.add_subparsers(title="what to do", metavar="WHAT", required=True)
    listing = named.add_parser("list", help="every digest, with its next and its last run")
    listing.set_defaults(act=_list)
    preview = named.add_parser("preview", help="what it would tell now, here")
    preview.add_argument("name", metavar="NAME", help="as in the list, or its number")
    preview.add_argument("--as-of", metavar="TIME", help="as if it were due at that time")
    preview.add_argument("--as", dest="user", metavar="USER", help="a Slack user id or an e-mail")
    preview.add_argument("--blocks", action="store_true", help="the blocks that Slack would get")
    preview.set_defaults(act=_preview)
    sending = named.add_parser("run", help="send it now")
    sending.add_argument("name", metavar="NAME", help="as in the list, or its number")
    sending.set_defaults(act=_run)
    starting = named.add_parser("starter", help="make one for executives, leads and agents each")
    starting.set_defaults(act=_start)


def run(call: Call) -> int:
    told: str = call.arguments.act(call)
    call.console.write(told)
    return DONE


def _list(call: Call) -> str:
    from bot.blocks.digests.listed import digest_lines
    from storage.operations import digests, occurrences
    from storage.operations.engine import reading

    with reading(call.workplace.operations) as session:
        standing, newest = digests.standing(session), occurrences.newest(session)
    now = call.workplace.clock()
    told = ["\n".join(digest_lines(each, newest.get(each.id), now)) for each in standing]
    return "\n\n".join(told) or "There are no digests yet. Make some: carekpi digest starter."


def _preview(call: Call) -> str:
    from bot.blocks.digests import digest_message, digest_text
    from storage.operations.engine import reading

    place = call.workplace
    now = _as_of(call)
    with reading(place.operations) as session, place.facts.connect() as facts:
        digest = _found(session, call.arguments.name)
        composed, to = _composed(call, digest, _around(call, session, facts, now), now)
    if call.arguments.blocks:
        shown = [digest_message(each).arguments() for each in composed.told.values()]
        return json.dumps(shown, indent=2, ensure_ascii=False)
    parts = [f"To {who}:\n\n{digest_text(each)}" for who, each in composed.told.items()]
    parts += [f"To {who}: nothing. {reason}" for who, reason in composed.refused.items()]
    more = len(to) - MOST_SHOWN
    if more > 0:
        parts.append(f"{more} more would be asked for theirs; see one with --as USER.")
    return "\n\n".join(parts) or "Nobody would be told anything."


def _composed(
    call: Call, digest: Digest, around: Surroundings, now: datetime
) -> tuple[Composed, list[Recipient]]:
    from storage.digests.compose import compose
    from storage.digests.timing import timing_of

    settings = call.workplace.settings
    to = _recipients(call, digest, around)
    timing = timing_of(digest.order, now, now, settings.timezone)
    composed = compose(
        around.facts, around.session, digest.order, to[:MOST_SHOWN], timing, settings
    )
    return composed, to


def _recipients(call: Call, digest: Digest, around: Surroundings) -> list[Recipient]:
    """Whoever gets it; while nobody in Slack is known, somebody who sees all totals."""
    from storage.access import OnlyThem
    from storage.digests.audiences import entry_of
    from storage.digests.recipients import THE_ORGANISATION, recipients_of
    from storage.digests.told import Recipient
    from storage.errors import NotNowError

    try:
        if call.arguments.user:
            return [_somebody(call, digest, around)]
        return recipients_of(digest, around)
    except NotNowError as error:
        if call.arguments.user or entry_of(digest.order.audience).is_personal:
            raise UserError(
                "CareKPI has not read yet who is in the workspace.",
                "Start the bot once: carekpi run.",
            ) from error
    return [Recipient("whoever sees all totals", THE_ORGANISATION, OnlyThem())]


def _somebody(call: Call, digest: Digest, around: Surroundings) -> Recipient:
    from storage.digests.recipients import person
    from storage.operations.slack_people import people_by_email

    user: str = call.arguments.user
    if "@" in user:
        known = people_by_email(around.session, [user]).get(user.strip().lower())
        if known is None:
            raise UserError(f"Nobody in the workspace has the address {user}.")
        user = known.profile.slack_user_id
    return person(user, around, digest.order)


def _around(call: Call, session: Session, facts: Connection, now: datetime) -> Surroundings:
    """A conversation gets here what an admin named for it; Slack itself is not asked."""
    from storage.access import InChannel
    from storage.digests.recipients import Surroundings
    from storage.operations.channels import teams_of
    from storage.periods import local_day

    return Surroundings(
        facts,
        session,
        lambda channel_id: InChannel(teams_of(session, channel_id)),
        call.workplace.environment.admins,
        local_day(now, call.workplace.settings.timezone),
    )


def _run(call: Call) -> str:
    from storage.operations import occurrences
    from storage.operations.audit import By
    from storage.operations.engine import writing

    with writing(call.workplace.operations) as session:
        digest = _found(session, call.arguments.name)
        by = By(call.console.who, call.workplace.clock())
        occurrences.run_now(session, digest.id, by, uuid4().hex)
    return (
        f'"{digest.order.name}" is sent by the running bot within seconds, else when it is started'
        " soon. See what became of it: carekpi digest list."
    )


def _start(call: Call) -> str:
    from storage.digests.starter import make_all, starter_set
    from storage.operations import digests
    from storage.operations.audit import By
    from storage.operations.engine import writing

    by = By(call.console.who, call.workplace.clock())
    with writing(call.workplace.operations) as session:
        made = make_all(session, starter_set(call.workplace.settings.timezone), by)
        names = [digests.find(session, each).order.name for each in made]
    if not names:
        return "They are there already. See them: carekpi digest list."
    return f"Made: {', '.join(names)}. See them: carekpi digest list."


def _as_of(call: Call) -> datetime:
    given: str | None = call.arguments.as_of
    place = call.workplace
    return parse_instant(given, place.settings.timezone) if given else place.clock()


def _found(session: Session, name: str) -> Digest:
    from storage.operations import digests

    try:
        return digests.find(session, int(name) if name.isdecimal() else name)
    except UserError as error:
        raise UserError(error.sentence, "See which there are: carekpi digest list.") from error


DIGEST = Command(
    name="digest",
    help="list digests, preview one here, or send it now",
    examples=(
        "carekpi digest list\n"
        'carekpi digest preview "Team this week"\n'
        'carekpi digest preview "Team this week" --as-of "2026-06-15 09:00" --as leo@example.com\n'
        'carekpi digest preview "Care this month" --blocks\n'
        'carekpi digest run "Care this month"\n'
        "carekpi digest starter                               one for each audience"
    ),
    add_arguments=add_arguments,
    run=run,
)
