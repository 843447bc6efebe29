"""The Home tab: what a person sees of their figures, their digests, and the settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    HomeTabView,
    Option,
    PlainText,
    StaticSelectMenu,
)

from bot.blocks.actions import (
    CHANNEL_OPEN,
    HOME_PERIOD,
    HOME_PIN,
    HOME_TEAM,
    ROLE_GIVE,
    ROLES_OPEN,
    ROLES_PASTE,
    buttons,
)
from bot.blocks.dates import instant_name, period_name, weekday_name
from bot.blocks.digest_list import A_NEW_ONE
from bot.blocks.explaining import how_to_ask
from bot.blocks.follow_ups import open_line
from bot.blocks.home_cards import cards
from bot.blocks.home_coaching import coaching_blocks
from bot.blocks.message import Json, paragraph, view
from bot.blocks.names import listed
from bot.blocks.rich import Line, bold, bullets, line, person, text
from bot.blocks.small_print import mixed_line, sources_line
from bot.blocks.summary import upper
from bot.blocks.targets import Reader
from bot.blocks.untrusted import name
from storage.access import Refused
from storage.dashboards import Dashboard, Section, Whose, whole_is_shown
from storage.metrics.answer import SourceFreshness
from storage.operations.follow_ups import Open
from storage.operations.homes import GRAINS
from storage.periods import local_day, zone
from storage.quality.waiting import Waiting

MOST_BLOCKS = 100
MOST_DIGESTS = 8
MOST_FOLLOW_UPS = 8
MOST_TEAMS = 99
"""Slack takes 100 options, and one of them is for all."""
MOST_ADMINS = 5
ALL_TEAMS = "*"
LONGEST_VALUE = 150


@dataclass(frozen=True, slots=True)
class OwnDigest:
    """A digest of this person's, and when it is due next; None while it is paused."""

    name: str
    next_at: datetime | None
    timezone: str


@dataclass(frozen=True, slots=True)
class Managed:
    """What an admin looks after, in numbers."""

    people: int
    channels: int


@dataclass(frozen=True, slots=True)
class Home:
    """Everything that stands on a Home tab.

    ``teams`` are those that can be chosen, ``admins`` Slack user ids. ``managed`` is for admins.
    ``follow_ups`` are low answers that wait for this person.
    """

    dashboard: Dashboard
    freshness: tuple[SourceFreshness, ...] = ()
    teams: tuple[str, ...] = ()
    digests: tuple[OwnDigest, ...] = ()
    managed: Managed | None = None
    admins: tuple[str, ...] = ()
    coaching: Waiting = field(default_factory=Waiting)
    follow_ups: tuple[Open, ...] = ()


def home_view(home: Home) -> Json:
    """The tab; with more than Slack takes, the last part, how to ask, is left out."""
    parts = [list(part(home)) for part in PARTS]
    while sum(map(len, parts)) > MOST_BLOCKS and len(parts) > 1:
        parts.pop()
    return view(HomeTabView([block for part in parts for block in part][:MOST_BLOCKS]))


def outsider_view(refused: Refused) -> Json:
    """One sentence, and no figure."""
    return view(HomeTabView([paragraph(refused.sentence)]))


def waiting_view() -> Json:
    """What stands there when it is opened for the first time, until the figures are known."""
    return view(HomeTabView([paragraph("Your figures are being worked out.")]))


def _figures(home: Home) -> Iterator[Block]:
    found = home.dashboard
    if not found.sections:
        yield from _refused(home)
        return
    today = local_day(found.now, found.settings.timezone)
    yield HeaderBlock(upper(period_name(found.period, today)))
    yield _switches(home)
    for section in found.sections:
        yield from _section(section, found)
    yield _small(sources_line(home.freshness, found.now, found.settings.timezone))


def _refused(home: Home) -> Iterator[Block]:
    refused = home.dashboard.refused
    if refused:
        yield paragraph(f"{refused.sentence} {refused.next_step}".strip())
    if home.admins and not home.dashboard.member.is_admin:
        shown = [person(each) for each in home.admins[:MOST_ADMINS]]
        parts = [part for each in shown for part in (text(", "), each)][1:]
        yield line(text("Admins: "), *parts)


def _section(section: Section, found: Dashboard) -> Iterator[Block]:
    yield line(bold(_heading(section, found)))
    yield from cards(section)
    if not section.answers:
        yield paragraph("There is no data yet for the metrics chosen here.")
    elif section.left_out:
        names = listed([metric.name for metric in section.left_out])
        yield _small(f"Not loaded, or not kept {_kept(section)}: {names}.")
    if mixed := mixed_line(section.answers):
        yield _small(mixed)


def _heading(section: Section, found: Dashboard) -> str:
    match section.whose:
        case Whose.OWN:
            return "Your own figures"
        case Whose.WHOLE:
            return "The whole organisation"
        case Whose.TEAMS:
            return _teams_heading(section.teams, is_agent=not found.member.sees_all_totals)


def _teams_heading(teams: Sequence[str], *, is_agent: bool) -> str:
    """``Your team, billing: totals``; many teams by their number."""
    named = listed([name(team) for team in teams]) if len(teams) <= 3 else f"{len(teams)} teams"
    return f"{'Your team, ' if is_agent else ''}{named}{', as a whole' if is_agent else ''}"


def _kept(section: Section) -> str:
    return {Whose.OWN: "by agent", Whose.TEAMS: "by team", Whose.WHOLE: "here"}[section.whose]


def _switches(home: Home) -> ActionsBlock:
    """The length of the period, the team, and which metrics."""
    chosen = home.dashboard.period.grain
    periods = [
        Button(
            f"✓ {grain.value.capitalize()}" if grain is chosen else grain.value.capitalize(),
            f"{HOME_PERIOD}.{number}",
            value=grain.value,
            style="primary" if grain is chosen else None,
        )
        for number, grain in enumerate(GRAINS)
    ]
    team = [_team_menu(home)] if len(home.teams) > 1 else []
    return ActionsBlock([*periods, *team, Button("Choose metrics", HOME_PIN, value=HOME_PIN)])


def _team_menu(home: Home) -> StaticSelectMenu:
    teams = [team for team in home.teams if len(team) <= LONGEST_VALUE][:MOST_TEAMS]
    options = [Option(PlainText(_all_teams(home)), ALL_TEAMS)]
    options += [Option(PlainText(name(team, 75)), team) for team in teams]
    chosen = home.dashboard.choice.team
    menu = StaticSelectMenu(HOME_TEAM, options, placeholder="Team")
    menu.initial_option = next((each for each in options if each.value == chosen), options[0])
    return menu


def _all_teams(home: Home) -> str:
    return "Whole organisation" if whole_is_shown(home.dashboard.member) else "All my teams"


def _coaching(home: Home) -> Iterator[Block]:
    yield from coaching_blocks(home.coaching)


def _low_answers(home: Home) -> Iterator[Block]:
    if not home.follow_ups:
        return
    reader = Reader(home.dashboard.now, home.dashboard.settings.timezone)
    shown, hidden = home.follow_ups[:MOST_FOLLOW_UPS], len(home.follow_ups) - MOST_FOLLOW_UPS
    yield DividerBlock()
    yield HeaderBlock("Low answers to look after")
    yield bullets([open_line(each, reader) for each in shown])
    more = f"{hidden} more are not shown here. " if hidden > 0 else ""
    yield _small(f"{more}Each has its note in your direct messages with CareKPI.")


def _own_digests(home: Home) -> Iterator[Block]:
    if not home.digests:
        return
    yield DividerBlock()
    yield HeaderBlock("Your digests")
    shown, hidden = home.digests[:MOST_DIGESTS], len(home.digests) - MOST_DIGESTS
    yield bullets([_digest(each, home.dashboard.now) for each in shown])
    more = f"{hidden} more are not shown here. " if hidden > 0 else ""
    yield _small(f"{more}See and change them with /digest.")
    yield from buttons([A_NEW_ONE])


def _digest(digest: OwnDigest, now: datetime) -> Line:
    return [bold(name(digest.name, 80)), text(f"  {_next_run(digest, now)}")]


def _next_run(digest: OwnDigest, now: datetime) -> str:
    """``next Mon 23 Nov 09:00 (Europe/Berlin)``."""
    if digest.next_at is None:
        return "paused"
    weekday = weekday_name(digest.next_at.astimezone(zone(digest.timezone)).weekday())
    shown = instant_name(digest.next_at, now, digest.timezone)
    day = shown if shown.startswith("today") else f"{weekday} {shown}"
    return f"next {day} ({digest.timezone})"


def _settings(home: Home) -> Iterator[Block]:
    if home.managed is None:
        return
    people, channels = home.managed.people, home.managed.channels
    yield DividerBlock()
    yield HeaderBlock("Settings")
    has = "1 person has" if people == 1 else f"{people:,} people have"
    get = "1 channel may" if channels == 1 else f"{channels:,} channels may"
    yield paragraph(f"{has} a role. {get} get figures.")
    yield from buttons(
        [
            ("Give or take a role", ROLE_GIVE, "-"),
            ("Everybody's roles", ROLES_OPEN, "0"),
            ("Many roles at once", ROLES_PASTE, "-"),
            ("Totals in a channel", CHANNEL_OPEN, "-"),
        ]
    )


def _asking(_home: Home) -> Iterator[Block]:
    yield DividerBlock()
    yield from how_to_ask()


PARTS = (_figures, _low_answers, _coaching, _own_digests, _settings, _asking)
"""From the top; a new part is a function here."""


def _small(words: str) -> ContextBlock:
    return ContextBlock([PlainText(words)])
