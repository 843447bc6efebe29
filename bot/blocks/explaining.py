"""Help, the list of metrics, and what each means: all read from the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from slackblocks import Block, HeaderBlock

from bot.blocks.actions import ASK, buttons
from bot.blocks.calendars import calendars_named
from bot.blocks.message import Message, message, paragraph
from bot.blocks.names import full_name
from bot.blocks.rich import Line, bold, bullets, code, line, text
from bot.request import words
from bot.request.amounts import examples
from bot.request.metrics import EXAMPLE, short_name
from bot.request.segments import label
from storage.metrics.answer import Question
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Direction, Kind, Metric, Unit
from storage.metrics.in_force import asides_in_force, in_force
from storage.periods import Grain, PeriodChoice
from storage.settings import Settings

INTRODUCTION = (
    "Ask for a metric and get the figure, how sure it is, and how it compares with the period"
    " before. Only you see the answer until you share it."
)
PLAIN_WORDS = "@CareKPI how was first response on chat last week?"
FREEDOM = "The words may stand in any order. Without a period you get the last week."
BY_ITSELF = "What you ask often can come by itself, to you or a conversation: type /digest."
COACHING = "/coach reviews a contact and coaches its agent in private."
ALL_METRICS = ("All metrics", ASK, "list")
KINDS = {
    Kind.LEADING: "Leading: what tells you early",
    Kind.LAGGING: "Lagging: what tells you how it went",
}
_UNITS = {
    Unit.RATE: "percent",
    Unit.SECONDS: "time",
    Unit.COUNT: "a count",
    Unit.POINTS: "points",
    Unit.SCORE: "the score that was given",
    Unit.MONEY: "money",
    Unit.PER_100_CUSTOMERS: "per 100 customers",
    Unit.PER_HOUR: "per hour",
    Unit.PER_AGENT: "per agent",
}


def help_message() -> Message:
    rows = _examples()
    said = [INTRODUCTION, *(f"{typed}: {meaning}." for typed, meaning in rows), COACHING, BY_ITSELF]
    week = (f"{EXAMPLE.name}, last week", ASK, f"{short_name(EXAMPLE)} weekly")
    return message(said, [*how_to_ask(), *buttons([week, ALL_METRICS])])


def how_to_ask() -> list[Block]:
    """What to type, by examples."""
    return [
        HeaderBlock("How to ask"),
        paragraph(INTRODUCTION),
        bullets([[code(typed), text(f"  {meaning}")] for typed, meaning in _examples()]),
        paragraph(f"{FREEDOM} {COACHING} {BY_ITSELF}"),
    ]


def _examples() -> list[tuple[str, str]]:
    short = short_name(EXAMPLE)
    return [
        (f"/kpi {short} weekly", "the last complete week, and this one so far"),
        (f"/kpi {short} monthly by team", "split by team"),
        (f"/kpi {short} channel:phone last month", "phone only"),
        (f"/kpi {short} 2016-W12", "an exact week; also 2016-03, 2016-Q1, 2016-03-15"),
        (f"/kpi {short} from 2016-03-01 to 2016-03-15", "any days, both included"),
        (f"/kpi why {short} weekly", "what moved it: the parts of the change"),
        ("/kpi reasons weekly", "what people contact us about"),
        ("/kpi selfservice", "what customers could settle themselves"),
        ("/kpi staffing phone", "agents needed by half hour; also 90% in 30s, 25% shrinkage"),
        ("/kpi review team:billing monthly", "what moved, why, and what to discuss, in a thread"),
        (f"/kpi target {short} {examples(EXAMPLE)[0]} team:billing", "sets a target"),
        (f"/kpi target {short}", "the target, its history, and what is realistic"),
        (f"/kpi alert {short} below target by team", "warns this channel when it happens"),
        ("/kpi alert", "your alerts: change, pause, mute; also backlog growing, calls lost"),
        (PLAIN_WORDS, "in plain words; or write to me directly"),
        ("/kpi list", "all metrics"),
        (f"/kpi define {short}", "what a metric means"),
    ]


def list_message() -> Message:
    """Every metric, leading and lagging apart."""
    said = [
        f"{heading}: {', '.join(metric.name for metric in _of_kind(kind))}."
        for kind, heading in KINDS.items()
    ]
    closing = f"Ask with the short name, such as /kpi {short_name(EXAMPLE)} weekly."
    blocks = [HeaderBlock("Metrics"), *_catalogue(), paragraph(closing)]
    return message([*said, closing], blocks)


def _catalogue() -> list[Block]:
    blocks: list[Block] = []
    for kind, heading in KINDS.items():
        blocks += [line(bold(heading)), bullets([_listed(metric) for metric in _of_kind(kind)])]
    return blocks


def _of_kind(kind: Kind) -> list[Metric]:
    return [metric for metric in METRICS if metric.kind is kind]


def _listed(metric: Metric) -> Line:
    return [bold(full_name(metric)), text(f" {metric.description}")]


def define_message(metric: Metric, settings: Settings) -> Message:
    """What a metric means and how it is computed."""
    offered = buttons([*_questions(metric), ALL_METRICS])
    return message(told_definition(metric, settings), [*defined(metric, settings), *offered])


def defined(metric: Metric, settings: Settings) -> list[Block]:
    """A metric's name, and all that there is to say about it."""
    return [
        HeaderBlock(full_name(metric)),
        paragraph(metric.description),
        facts_list(definition(metric, settings)),
    ]


def told_definition(metric: Metric, settings: Settings) -> list[str]:
    """The same in sentences."""
    said = told_facts(definition(metric, settings))
    return [f"{metric.name}.", metric.description, *said]


def facts_list(facts: Sequence[tuple[str, str]]) -> Block:
    """A list of what is said, each with its heading."""
    return bullets([[bold(f"{heading}: "), text(meaning)] for heading, meaning in facts])


def told_facts(facts: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{heading}: {meaning}." for heading, meaning in facts]


def definition(metric: Metric, settings: Settings) -> list[tuple[str, str]]:
    """What there is to say about a metric, each with its heading and without a full stop."""
    asides = ", ".join(aside.name for aside in asides_in_force(metric, settings))
    apart = (
        "each channel by itself, unless you ask for channel:all" if metric.channels_apart else ""
    )
    facts = [
        ("Computed as", in_force(metric.formula, settings)),
        ("Counts", metric.counted),
        ("Beside it", asides),
        ("Business time", _business_time(metric, settings)),
        ("Measured in", _UNITS[metric.unit]),
        ("Better", _better(metric.better)),
        ("Kind", KINDS[metric.kind]),
        ("Shown for", apart),
        ("Can be split by", ", ".join(map(label, metric.segments))),
        ("Also asked for as", ", ".join(metric.synonyms)),
        ("Good to know", in_force(metric.small_print, settings)),
    ]
    return [(heading, meaning.rstrip(".")) for heading, meaning in facts if meaning]


def _business_time(metric: Metric, settings: Settings) -> str:
    if not any(aside.is_business_time for aside in asides_in_force(metric, settings)):
        return ""
    return f"by the calendar of {calendars_named(settings)}"


def _better(direction: Direction) -> str:
    match direction:
        case Direction.HIGHER:
            return "higher"
        case Direction.LOWER:
            return "lower"
        case Direction.NEITHER:
            return "neither up nor down is better by itself"
        case _:
            assert_never(direction)


def _questions(metric: Metric) -> list[tuple[str, str, str]]:
    grains = (Grain.WEEK, Grain.MONTH)
    return [
        (f"Last {grain.value}", ASK, words(Question(metric, PeriodChoice(grain))))
        for grain in grains
    ]
