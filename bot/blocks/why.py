"""Why a figure moved: in sentences, as a table and as a message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from slackblocks import Block, ContextBlock, HeaderBlock, PlainText

from bot.blocks import numbers
from bot.blocks.actions import ASK, SHARE, buttons
from bot.blocks.answer import exactly, how_button, other_periods
from bot.blocks.clauses import clause, metric_in_sentence
from bot.blocks.message import Message, message, paragraph
from bot.blocks.names import LONGEST_TITLE, asked_period_name, filter_name, value_name
from bot.blocks.part_clauses import POINTS, amount_text, contrary, part_sentence, segment_name
from bot.blocks.sentences import spoken
from bot.blocks.small_print import freshness_line
from bot.blocks.summary import sentence
from bot.blocks.table import Cell, Grid, table_block
from bot.blocks.untrusted import name
from bot.request import Why, words
from bot.request.segments import label
from storage.errors import UserError
from storage.metrics.answer import ALL_CHANNELS, Change, Filter, Question
from storage.metrics.definition import Segment, Unit
from storage.metrics.explanation import ADDS_UP, Dimension, Explanation, Figure, Part

ALL_CHANNELS_TOGETHER = "all channels together"
MOST_CHANNELS_SPOKEN = 4
MOST_ROWS = 99
MOST_PARTS_OF_A_SEGMENT = 6


def why_message(found: Explanation, question: Question, narrowed: str = "") -> Message:
    """The explanation for the person who asked; ``narrowed`` says why it is of less than asked."""
    said, blocks = why_content(found, question, narrowed)
    heading, *others = said
    return message([heading, narrowed, *others], [*blocks, *buttons(_offers(found, question))])


def why_content(
    found: Explanation, question: Question, narrowed: str = ""
) -> tuple[tuple[str, ...], list[Block]]:
    """The sentences, and what shows them: what is shared as well."""
    said = why_sentences(found)
    heading = why_title(found)
    blocks: list[Block] = [
        HeaderBlock(heading),
        paragraph(" ".join(filter(None, (narrowed, *said)))),
    ]
    cells = why_grid(found, question)
    if cells.rows:
        blocks.append(table_block(cells, "The parts of the change"))
    left_out = f"{cells.left_out} smaller parts are left out. " if cells.left_out else ""
    blocks.append(ContextBlock([PlainText(f"{left_out}{why_small_print(found, cells)}")]))
    return (f"{heading}.", *said, freshness_line(found.total)), blocks


def why_title(found: Explanation) -> str:
    """``Why first contact resolution moved, all channels together, week 46 (9 to 15 Nov)``."""
    query = found.total.query
    start = f"Why {metric_in_sentence(query.metric)} moved"
    period = asked_period_name(found.total)
    filters = ", ".join(_filter_name(each, found) for each in query.filters)
    kept = name(filters, LONGEST_TITLE - len(start) - len(period) - 4) if filters else ""
    return ", ".join(filter(None, (start, kept, period)))


def _filter_name(chosen: Filter, found: Explanation) -> str:
    if chosen == Filter(Segment.CHANNEL, (ALL_CHANNELS,)):
        return ALL_CHANNELS_TOGETHER
    return filter_name(chosen, found.agent_names)


def why_sentences(found: Explanation) -> list[str]:
    """What the total did, what each channel added, and the two or three parts that tell most."""
    if found.change is None:
        return spoken(found.total)
    return [_total(found), *_channels(found), *told_sentences(found), *contrary(found)]


def _total(found: Explanation) -> str:
    """Whether it moved at all comes before by how much."""
    row = found.total.rows[0]
    together = any(each.values == (ALL_CHANNELS,) for each in found.total.query.filters)
    subject = f"{ALL_CHANNELS_TOGETHER}, " if together else ""
    is_usual = row.change is Change.FLAT
    doubt = "this is no more than usual variation: " if is_usual else ""
    return sentence(f"{doubt}{subject}{clause(row, found.total)}")


def _channels(found: Explanation) -> list[str]:
    """``By channel: chat −2.9 points, phone −0.4 points.``."""  # noqa: RUF002 - as it is shown
    parts = next((d.parts for d in found.dimensions if d.segment is Segment.CHANNEL), ())
    if len(parts) < 2 or not found.change:
        return []
    shown = [
        f"{segment_name(part, found)} {amount_text(part.amount, found)}"
        for part in parts[:MOST_CHANNELS_SPOKEN]
    ]
    more = len(parts) - MOST_CHANNELS_SPOKEN
    return [f"By channel: {', '.join(shown)}{f' and {more} more' if more > 0 else ''}."]


def told_sentences(found: Explanation) -> list[str]:
    """The two or three parts that explain most; that none stands out where none does."""
    if found.told:
        return [part_sentence(part, found) for part in found.told]
    if not found.change or not found.dimensions:
        return []
    return ["No part stands out: the change is spread over all of them by their size."]


def why_grid(found: Explanation, question: Question) -> Grid:
    """The largest parts of each segment that has several; agents only where they are asked for."""
    shown = [each for each in found.dimensions if _is_shown(each, question)]
    rows = [row for each in shown for row in _rows(each, found)][:MOST_ROWS]
    left_out = sum(len(each.parts) for each in shown) - len(rows)
    return Grid(_heading(found), tuple(rows), 1, left_out)


def _is_shown(dimension: Dimension, question: Question) -> bool:
    is_asked = dimension.segment is not Segment.AGENT or Segment.AGENT in question.by
    return is_asked and len(dimension.parts) > 1


def _heading(found: Explanation) -> tuple[str, ...]:
    in_points = found.total.query.metric.unit in {Unit.RATE, Unit.POINTS}
    added = "points" if in_points else "added"
    if _is_sum(found):
        return ("part", added, "before", "now")
    return ("part", added, "by figure", "by mix", "before", "now")


def _rows(dimension: Dimension, found: Explanation) -> Iterator[tuple[Cell, ...]]:
    for part in dimension.parts[:MOST_PARTS_OF_A_SEGMENT]:
        amounts = (part.amount,) if _is_sum(found) else (part.amount, part.rate_part, part.mix_part)
        shown = (amount_text(each, found).removesuffix(POINTS) for each in amounts)
        yield (
            Cell(_part_name(part, found)),
            *(Cell(text, each) for text, each in zip(shown, amounts, strict=True)),
            _figure(part.before, found),
            _figure(part.after, found),
        )


def _part_name(part: Part, found: Explanation) -> str:
    """``chat``, ``issue type billing``."""
    ((segment, value),) = part.segment
    if part.is_folded:
        return f"{label(segment)}: small ones"
    shown = value_name(segment, value, found.agent_names)
    return shown if segment is Segment.CHANNEL or value is None else f"{label(segment)} {shown}"


def _figure(figure: Figure, found: Explanation) -> Cell:
    return Cell(numbers.value(found.total.query.metric.unit, figure.value, figure.n), figure.value)


def _is_sum(found: Explanation) -> bool:
    return found.total.query.metric.aggregation in ADDS_UP


def why_small_print(found: Explanation, cells: Grid) -> str:
    metric = found.total.query.metric
    folded = any(part.is_folded for each in found.dimensions for part in each.parts)
    mix = f"its share of all {metric.noun} moved, and it lies above or below the others"
    lines = (
        ("The parts by each segment add up to the whole change.", bool(cells.rows)),
        (
            f"By figure: it rose or fell itself. By mix: {mix}.",
            bool(cells.rows) and not _is_sum(found),
        ),
        ("A median can't be taken apart, so this is about the mean.", found.is_of_mean),
        ("Small ones with fewer than 3 agents behind them are put together.", folded),
    )
    told = [line for line, holds in lines if holds]
    return " ".join([*told, freshness_line(found.total)])


def _offers(found: Explanation, question: Question) -> list[tuple[str, str, str]]:
    """Buttons: the figures themselves, the same question of other periods, the definition."""
    exact = replace(question, period=exactly(found.total.query.period))
    others = other_periods(found.total, exact)
    asked: list[tuple[str, Question | Why]] = [("The figures", exact)]
    asked += [(shown, Why(each)) for shown, each in others]
    try:
        offered = [(shown, ASK, words(each)) for shown, each in asked]
        offered.append(("Share in channel", SHARE, words(Why(exact))))
    except UserError:
        offered = []
    return offered + how_button(found.total)
