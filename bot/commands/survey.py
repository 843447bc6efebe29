"""``carekpi survey``: who is asked and who is left out, a list sent, and how far each survey is.

Whoever may read the data folder sees everything in it, so no role is asked for here.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.commands import survey_results
from bot.commands.command import DONE, Call, Command
from bot.request.instants import parse_instant
from storage.errors import UserError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from storage.operations.campaigns import Campaign, CampaignOrder, Listed
    from storage.surveys.planning import Judged
    from storage.surveys.prospects import Around

KINDS = ("csat", "nps", "ces")
MOST_SHOWN = 20


def add_arguments(parser: ArgumentParser) -> None:
    named = parser.add_subparsers(title="what to do", metavar="WHAT", required=True)
    sending = named.add_parser("send", help="ask the people of a list")
    sending.add_argument("kind", choices=KINDS, help="satisfaction, recommendation or effort")
    sending.add_argument("--file", required=True, metavar="LIST.csv", help="whom to ask, see below")
    sending.add_argument("--dry-run", action="store_true", help="only say who would be asked")
    sending.add_argument("--all", action="store_true", help="name everybody who is left out")
    sending.add_argument("--name", default="", help="what the survey is called (else KIND LIST)")
    sending.add_argument(
        "--purpose",
        choices=("relationship", "contact"),
        default="relationship",
        help="about all of it, or about a contact",
    )
    sending.add_argument(
        "--place",
        choices=("direct", "shared"),
        default="direct",
        help="a direct message, or the channel shared with their organisation",
    )
    sending.add_argument("--at", metavar="TIME", help="from then on, else now")
    sending.set_defaults(act=_send)
    listing = named.add_parser("list", help="every survey, and how far it is")
    listing.set_defaults(act=_list)
    survey_results.add_arguments(named)
    for verb, told in _TURNING.items():
        turning = named.add_parser(verb, help=told)
        turning.add_argument("name", metavar="NAME", help="as in the list, or its number")
        turning.set_defaults(act=_turn, verb=verb)


_TURNING = {
    "pause": "ask nobody else for now",
    "resume": "go on",
    "stop": "ask nobody else, for good; who was asked can still answer",
}


def run(call: Call) -> int:
    told: str = call.arguments.act(call)
    call.console.write(told)
    return DONE


def _send(call: Call) -> str:
    from storage.operations.engine import reading
    from storage.surveys.lists import read_list
    from storage.surveys.planning import preview
    from storage.surveys.prospects import listed_people

    named = read_list(_text(call))
    place, around = call.workplace, _around(call)
    with reading(place.operations) as session, place.facts.connect() as facts:
        order = _order(call, listed_people(session, named))
        judged = preview(session, facts, order, around)
    lines = _outlook(call, order, judged, around)
    if call.arguments.dry_run:
        return "\n".join([*lines, "Nothing was sent."])
    return "\n".join([*lines, _made(call, order)])


def _order(call: Call, people: tuple[Listed, ...]) -> CampaignOrder:
    from storage.operations.campaigns import CampaignOrder
    from storage.surveys.rules import Place

    given = call.arguments
    at = parse_instant(given.at, call.workplace.settings.timezone) if given.at else None
    return CampaignOrder(
        name=given.name or f"{given.kind.upper()} {_path(call).stem}"[:80],
        kind=given.kind,
        purpose=given.purpose,
        place=Place(given.place),
        people=people,
        starts_at=at,
    )


def _outlook(call: Call, order: CampaignOrder, judged: list[Judged], around: Around) -> list[str]:
    from bot.blocks.numbers import count
    from bot.blocks.survey_outlook import left_out_lines, outlook_lines

    people = f"{count(len(judged))} {'person' if len(judged) == 1 else 'people'}"
    lines = [f"{order.kind.upper()}, {order.purpose}, to {people} of {_path(call).name}."]
    lines += outlook_lines(judged, around.manners, around.now, around.timezone)
    left_out = list(left_out_lines(judged, around.manners))
    shown = left_out if call.arguments.all else left_out[:MOST_SHOWN]
    lines += ["", *shown] if shown else []
    if len(shown) < len(left_out):
        lines.append(f"and {count(len(left_out) - len(shown))} more: add --all.")
    return [*lines, ""]


def _made(call: Call, order: CampaignOrder) -> str:
    from storage.operations import campaigns
    from storage.operations.audit import By
    from storage.operations.engine import writing

    by = By(call.console.who, call.workplace.clock())
    with writing(call.workplace.operations) as session:
        campaigns.make(session, order, by, uuid4().hex)
    return (
        f'"{order.name}" is sent by the running bot, at the pace that Slack takes, else when it is'
        " started. Watch it: carekpi survey list."
    )


def _list(call: Call) -> str:
    from bot.blocks.survey_outlook import progress_lines
    from storage.operations import campaigns
    from storage.operations.campaign_progress import progress
    from storage.operations.engine import reading

    manners = call.workplace.settings.surveys
    told = []
    with reading(call.workplace.operations) as session:
        for each in campaigns.newest(session):
            lines = progress_lines(progress(session, each), manners)
            told.append("\n".join([_title(each), *(f"   {line}" for line in lines)]))
    return "\n\n".join(told) or "There are no surveys yet. Send one: carekpi survey send --help."


def _title(campaign: Campaign) -> str:
    what = "rule" if campaign.is_rule else "list"
    order = campaign.order
    return (
        f"{campaign.id}  {order.name}: {order.kind.upper()}, {order.purpose}, {what},"
        f" {campaign.state.value}"
    )


def _turn(call: Call) -> str:
    from storage.operations import campaigns
    from storage.operations.audit import By
    from storage.operations.engine import writing

    turning = {"pause": campaigns.pause, "resume": campaigns.resume, "stop": campaigns.stop}
    by = By(call.console.who, call.workplace.clock())
    with writing(call.workplace.operations) as session:
        campaign = _found(session, call.arguments.name)
        turning[call.arguments.verb](session, campaign.id, campaign.version, by)
        return _title(campaigns.find(session, campaign.id))


def _found(session: Session, name: str) -> Campaign:
    from storage.operations import campaigns

    try:
        return campaigns.find(session, int(name) if name.isdecimal() else name)
    except UserError as error:
        raise UserError(error.sentence, "See which there are: carekpi survey list.") from error


def _around(call: Call) -> Around:
    from storage.surveys.prospects import around_now

    place = call.workplace
    return around_now(place.operations, place.settings, place.sealer, place.clock())


def _path(call: Call) -> Path:
    given: str = call.arguments.file
    return call.console.cwd / given


def _text(call: Call) -> str:
    path = _path(call)
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not written in UTF-8"
        raise UserError(f"{path.name} can't be read: {why}.", "Check its name.") from error


SURVEY = Command(
    name="survey",
    help="ask customers, and see how far each survey is",
    examples=(
        "carekpi survey send nps --file LIST.csv --dry-run   who is asked, who is not, and why\n"
        'carekpi survey send nps --file LIST.csv --name "NPS spring" --at "2026-03-02 10:00"\n'
        "carekpi survey list\n"
        'carekpi survey pause "NPS spring"                   and resume, stop\n'
        "carekpi survey results nps monthly team:billing --csv FILE\n"
        "\nLIST.csv has a column customer_id, slack_user_id or email, or one of them a line."
    ),
    add_arguments=add_arguments,
    run=run,
)
