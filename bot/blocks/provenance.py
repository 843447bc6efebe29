"""How an answer's figures came about: definition, filters, clock, rows, sources, and the SQL."""

from __future__ import annotations

from slackblocks import Block, RichText, RichTextBlock, RichTextCodeBlock

from bot.blocks import numbers
from bot.blocks.actions import ROWS, buttons
from bot.blocks.behind import first_page_value
from bot.blocks.dates import bounds_name, day_name, instant_name
from bot.blocks.explaining import (
    ALL_METRICS,
    defined,
    facts_list,
    told_definition,
    told_facts,
)
from bot.blocks.message import Message, message
from bot.blocks.names import filter_name
from bot.blocks.rich import bold, line
from bot.blocks.terminal import metric_text
from bot.blocks.untrusted import name
from bot.request.segments import label
from storage.metrics.answer import Answer
from storage.metrics.definition import Aggregation
from storage.metrics.in_force import shaping
from storage.metrics.provenance import Counted, Provenance
from storage.periods import local_day

LONGEST_SQL = 2500
CUT = '\n-- The rest is left out here. The whole statement: carekpi ask "…" --sql'
LONGEST_NOUN = 15


def provenance_message(found: Provenance, *, shows_rows: bool) -> Message:
    """The definition, then what this answer is made of; the SQL last, cut where it is long."""
    answer = found.answer
    metric, settings = answer.query.metric, answer.settings
    facts = provenance_facts(found)
    blocks: list[Block] = [
        *defined(metric, settings),
        line(bold("This answer")),
        facts_list(facts),
        line(bold("The statement that gives it")),
        RichTextBlock([RichTextCodeBlock(RichText(_cut(found.sql)))]),
        *buttons([*_rows_button(answer, shows_rows=shows_rows), ALL_METRICS]),
    ]
    return message([*told_definition(metric, settings), *told_facts(facts)], blocks)


def provenance_text(found: Provenance) -> str:
    """The same for a terminal, with the whole statement, which can be run as it stands."""
    answer = found.answer
    facts = told_facts(provenance_facts(found))
    told = "\n".join([metric_text(answer.query.metric, answer.settings), "", *facts])
    return f"{told}\n\n{found.sql};"


def provenance_facts(found: Provenance) -> list[tuple[str, str]]:
    """What there is to say of an answer, each with its heading and without a full stop."""
    answer = found.answer
    facts = [
        ("Version", _versions(answer)),
        ("Set here", _settings(answer)),
        ("Asked for", _asked(answer)),
        ("Counted by", _clock(found)),
        ("Period", bounds_name(answer.query.period, answer.asked_at)),
        ("Rows counted", _counted(found)),
        ("Left out", _left_out(found)),
        ("Sources", _sources(answer)),
    ]
    return [(heading, meaning) for heading, meaning in facts if meaning]


def _versions(answer: Answer) -> str:
    """The newest first."""
    today = local_day(answer.asked_at, answer.query.period.timezone)
    return "; ".join(
        f"{each.number}, since {day_name(each.since, today)}: {each.what_changed.lower()}"
        for each in reversed(answer.query.metric.versions)
    )


def _settings(answer: Answer) -> str:
    found = shaping(answer.query.metric, answer.settings)
    return ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in found.items())


def _asked(answer: Answer) -> str:
    query = answer.query
    filters = [filter_name(chosen, answer.agent_names) for chosen in query.filters]
    by = " and ".join(label(segment) for segment in query.by)
    return ", ".join(filters or ["everything"]) + (f", by {by}" if by else "")


def _clock(found: Provenance) -> str:
    """``contacts.resolved_at, days of Europe/Berlin``."""
    is_stock = found.answer.query.metric.aggregation is Aggregation.STOCK
    moment = ", as they stand at the period's end" if is_stock else ""
    clocks = " and ".join(found.clocks)
    return f"{clocks}{moment}, days of {found.answer.query.period.timezone}"


def _counted(found: Provenance) -> str:
    if found.counted is None:
        return "withheld, as a figure with fewer than 3 agents behind it is"
    return ", ".join(_rows(each.rows, each.fact) for each in found.counted) or "none"


def _left_out(found: Provenance) -> str:
    others = [_others(each) for each in found.counted or () if each.others]
    if not others:
        return ""
    return f"{', '.join(others)} of the same time that are not what is counted"


def _others(counted: Counted) -> str:
    return _rows(counted.others or 0, counted.fact)


def _rows(number: int, fact: str) -> str:
    """``1,284 contacts``, ``1 row of contacts``."""
    named = fact.replace("_", " ")
    return f"1 row of {named}" if number == 1 else f"{numbers.count(number)} {named}"


def _sources(answer: Answer) -> str:
    timezone = answer.query.period.timezone
    return ", ".join(
        f"{name(each.source)} until {instant_name(each.until, answer.asked_at, timezone)}"
        for each in answer.freshness
    )


def _cut(sql: str) -> str:
    return sql if len(sql) <= LONGEST_SQL else sql[: LONGEST_SQL - len(CUT)] + CUT


def _rows_button(answer: Answer, *, shows_rows: bool) -> list[tuple[str, str, str]]:
    value = first_page_value(answer)
    if not shows_rows or not value:
        return []
    noun = answer.query.metric.noun
    shown = f"{noun.capitalize()} behind it" if len(noun) <= LONGEST_NOUN else "What is behind it"
    return [(shown, ROWS, value)]
