"""What a survey brought: the figure with its margin, how the answers spread, what was written."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

from slackblocks import Block, ContextBlock, PlainText, SectionBlock

from bot.blocks.actions import SURVEY_RESULTS, buttons
from bot.blocks.dates import dated_name, period_name
from bot.blocks.message import Message, message, paragraph
from bot.blocks.names import channel_word, filter_name
from bot.blocks.numbers import NO_VALUE, count, decimal, rate, value
from bot.blocks.rich import bold, bullets, text
from bot.blocks.targets import Reader
from bot.blocks.untrusted import name
from storage.insights.themes import ThemesOfIssue
from storage.metrics.answer import Answer, Row
from storage.metrics.catalog import RESPONSES
from storage.metrics.definition import Unit
from storage.periods import local_day
from storage.surveys.results import PAGE_SIZE, Distribution, Verbatim, Verbatims

MOST_ISSUES = 4
LONGEST_COMMENT = 600
BAR = 12
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula."""
COLUMNS = ("answered_at", "kind", "score", "comment", "channel", "issue_type", "team")


@dataclass(frozen=True, slots=True)
class Shown:
    """Results as one person may see them; ``answers`` are the figures, by what they are of.

    ``spread`` is how the answers spread over the scale, by the same; with a single one unnamed.
    ``verbatims`` is None where this person may read no comment.
    """

    words: str
    answers: tuple[tuple[str, Answer], ...]
    spread: tuple[tuple[str, Distribution], ...]
    themes: tuple[ThemesOfIssue, ...]
    verbatims: Verbatims | None
    narrowed: str = ""


def results_message(shown: Shown, reader: Reader) -> Message:
    """The whole of it for one person; comments stand where nothing in them is markup."""
    title = _title(shown, reader)
    figures = [figure_sentence(what, answer) for what, answer in shown.answers]
    blocks: list[Block] = [paragraph("\n".join([title, *figures]))]
    for what, spread in shown.spread:
        blocks += _spread(what if len(shown.spread) > 1 else "", spread)
    for each in shown.themes[:MOST_ISSUES]:
        blocks += _themes(each)
    if shown.verbatims is not None:
        blocks += _verbatims(shown.verbatims, reader)
    blocks.append(ContextBlock([PlainText(_small_print(shown))]))
    return message([title, *figures], [*blocks, *buttons(_pages(shown))])


def figure_sentence(what: str, answer: Answer) -> str:
    """``NPS: 39.8 ± 2.0, from 5,204 answers; 31.0 % of 16,787 asked have answered.``."""
    row = answer.rows[0] if answer.rows else None
    if row is None or row.withheld or row.value is None:
        why = "withheld, as fewer than 3 agents stand behind it" if row and row.withheld else ""
        return f"{what}: {why or 'no answers'}."
    unit = answer.query.metric.unit
    answers = f"{count(row.n)} answer{'' if row.n == 1 else 's'}"
    said = f"{what}: {value(unit, row.value, row.n)}{margin(unit, row)}, from {answers}"
    responded = row.asides.get(RESPONSES)
    if responded is None:
        return f"{said}."
    asked = row.aside_samples.get(RESPONSES, 0)
    return f"{said}; {rate(responded, asked)} of {count(asked)} asked have answered."


def margin(unit: Unit, row: Row) -> str:
    """Half of the 95 % interval, or both of its ends where they do not lie alike around it."""
    if row.interval is None or row.value is None:
        return ""
    low, high = row.interval
    below, above = row.value - low, high - row.value
    scale, decimals = (100.0, 1) if unit is Unit.RATE else (1.0, 2 if unit is Unit.SCORE else 1)
    if f"{scale * below:.{decimals}f}" == f"{scale * above:.{decimals}f}":
        points = " points" if unit is Unit.RATE else ""
        return f" ± {decimal(scale * above, decimals)}{points}"
    return f" ({value(unit, low, row.n)} to {value(unit, high, row.n)})"


def write_csv(rows: Iterable[Verbatim], to: TextIO) -> int:
    """Writes them, nothing of which a spreadsheet would work out; returns how many."""
    sheet = csv.writer(to)
    sheet.writerow(COLUMNS)
    number = 0
    for each in rows:
        sheet.writerow([_cell(each, column) for column in COLUMNS])
        number += 1
    return number


def harmless(cell: str) -> str:
    """A text with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def _cell(each: Verbatim, column: str) -> str:
    match column:
        case "answered_at":
            return each.answered_at.isoformat()
        case "score":
            return f"{each.score:g}"
        case _:
            return harmless(str(getattr(each, column)))


def _title(shown: Shown, reader: Reader) -> str:
    _, answer = shown.answers[0]
    today = local_day(reader.now, reader.timezone)
    period = period_name(answer.query.period, today)
    filters = [filter_name(each, {}) for each in answer.query.filters]
    return f"{', '.join([answer.query.metric.name, *filters, period])}"


def _spread(what: str, spread: Distribution) -> list[Block]:
    total = sum(spread.values())
    bars = [_bar(score, number, total) for score, number in spread.items()] if total else []
    heading = [paragraph(what)] if what and bars else []
    return [*heading, *([SectionBlock(PlainText("\n".join(bars)))] if bars else [])]


def _bar(score: int, number: int, total: int) -> str:
    """``10 ████ 1,284``: a bar for the eye, the number for everybody."""
    return f"{score:>2} {'█' * round(BAR * number / total)} {count(number)}"


def _themes(found: ThemesOfIssue) -> list[Block]:
    about = name(found.issue_type, 60) if found.issue_type else "no issue given"
    lines = []
    for theme in found.themes:
        quoted = [f"“{_cut(each)}”" for each in theme.examples]
        said = f": {theme.comments} comments" + (f". {' '.join(quoted)}" if quoted else "")
        lines.append([bold(name(theme.words)), text(said)])
    return [paragraph(f"What {count(found.comments)} comments are about, {about}"), bullets(lines)]


def _verbatims(found: Verbatims, reader: Reader) -> list[Block]:
    if not found.total:
        return [paragraph("Nobody has written a comment.")]
    first = found.page * PAGE_SIZE + 1
    last = first + len(found.rows) - 1
    shown = [paragraph(f"Comments {first} to {last} of {count(found.total)}, newest first")]
    return [*shown, bullets([[text(_said(each, reader))] for each in found.rows])]


def _said(each: Verbatim, reader: Reader) -> str:
    today = local_day(reader.now, reader.timezone)
    day = dated_name(local_day(each.answered_at, reader.timezone), today)
    parts: Sequence[str] = [
        f"{each.score:g}",
        day,
        channel_word(each.channel) if each.channel else "",
        name(each.issue_type, 60) if each.issue_type else "",
        name(each.team) if each.team else "",
    ]
    return f"{', '.join(filter(None, parts))}: {_cut(each.comment)}"


def _small_print(shown: Shown) -> str:
    said = ["Margins are 95 % intervals. A question that was skipped is in no total."]
    if shown.verbatims is None:
        said.append("Comments are read by the leads and reviewers of the team.")
    if shown.narrowed:
        said.append(shown.narrowed)
    return " ".join(said)


def _pages(shown: Shown) -> list[tuple[str, str, str]]:
    if shown.verbatims is None:
        return []
    page = shown.verbatims.page
    wanted = []
    if page:
        wanted.append(("Newer comments", SURVEY_RESULTS, f"{page - 1}|{shown.words}"))
    if shown.verbatims.has_more:
        wanted.append(("Older comments", SURVEY_RESULTS, f"{page + 1}|{shown.words}"))
    return wanted


def _cut(comment: str) -> str:
    said = " ".join(comment.split()) or NO_VALUE
    return said if len(said) <= LONGEST_COMMENT else f"{said[: LONGEST_COMMENT - 1]}…"
