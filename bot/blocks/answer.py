"""The answer to a question, as a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from slackblocks import Block, ContextBlock, HeaderBlock, PlainText

from bot.blocks.actions import ASK, DEFINE, SHARE, buttons
from bot.blocks.chart import picture
from bot.blocks.dates import period_label
from bot.blocks.hidden import hidden_splits
from bot.blocks.message import ABOUT, Message, message, paragraph
from bot.blocks.names import title
from bot.blocks.sentences import running_line, spoken
from bot.blocks.small_print import freshness_line, small_print
from bot.blocks.table import Grid, grid, table_block
from bot.request import Why, words
from bot.request.segments import label
from bot.request.why import why_of
from storage.errors import UserError
from storage.metrics.answer import Answer, Question
from storage.metrics.definition import Segment
from storage.periods import FIRST_YEAR, Grain, Period, PeriodChoice, Which, period_of

HOW = "How is this computed?"
OFFERED_SPLITS = (Segment.ISSUE_TYPE, Segment.TEAM, Segment.CHANNEL, Segment.WEEKDAY)
MOST_SPLITS_OFFERED = 2
_NEIGHBOURS = {
    Grain.DAY: (Grain.WEEK,),
    Grain.WEEK: (Grain.DAY, Grain.MONTH),
    Grain.MONTH: (Grain.WEEK, Grain.QUARTER),
    Grain.QUARTER: (Grain.MONTH, Grain.YEAR),
    Grain.YEAR: (Grain.QUARTER,),
    Grain.RANGE: (Grain.WEEK, Grain.MONTH),
}


def answer_message(answer: Answer, narrowed: str = "") -> Message:
    """The answer for the person who asked, with buttons to go on from it.

    ``narrowed`` says why it is an answer to less than was asked.
    """
    blocks = [*content(answer, narrowed), *buttons(_offers(answer))]
    return message([narrowed, *text_of(answer)], blocks)


def text_of(answer: Answer) -> list[str]:
    """The whole answer in a few sentences."""
    return [f"{title(answer)}.", *spoken(answer), running_line(answer), freshness_line(answer)]


def content(answer: Answer, narrowed: str = "") -> list[Block]:
    """Heading, sentences, chart, table and small print: what is shared as well."""
    drawn = picture(answer)
    said = " ".join(sentence for sentence in (narrowed, *spoken(answer)) if sentence)
    blocks: list[Block] = [HeaderBlock(title(answer)), paragraph(said), *drawn.blocks]
    if drawn.remarks:
        blocks.append(_small(" ".join(drawn.remarks), f"{ABOUT}data_visualization"))
    blocks += _table(answer)
    if line := running_line(answer):
        blocks.append(paragraph(line))
    return [*blocks, _small(small_print(answer))]


def _table(answer: Answer) -> list[Block]:
    if not any(row.value is not None or row.withheld for row in answer.rows):
        return []
    cells = grid(answer)
    if not cells.rows:
        return []
    remark = _rows_left_out(cells)
    return [table_block(cells, title(answer)), *([_small(remark)] if remark else [])]


def _small(text: str, block_id: str | None = None) -> ContextBlock:
    return ContextBlock([PlainText(text)], block_id)


def _rows_left_out(cells: Grid) -> str:
    if not cells.left_out:
        return ""
    return f"The table shows the {len(cells.rows)} largest; {cells.left_out} more are left out."


def question_of(answer: Answer) -> Question:
    """The question that asks for this very answer again, also on a later day."""
    query = answer.query
    return Question(query.metric, exactly(query.period), query.filters, query.by)


def _offers(answer: Answer) -> list[tuple[str, str, str]]:
    """Buttons: why, other splits, other periods, sharing, and the definition."""
    question = question_of(answer)
    offered = [*_splits(question, hidden_splits(answer)), *other_periods(answer, question)]
    asked = [(shown, ASK, _words(other)) for shown, other in offered]
    share = [("Share in channel", SHARE, _words(question))]
    found = (*_why(answer, question), *asked, *share)
    return [each for each in found if each[-1]] + how_button(answer)


def _why(answer: Answer, question: Question) -> list[tuple[str, str, str]]:
    """Goes into what moved a figure, where there is one now and before."""
    why = why_of(question)
    moved = any(row.value is not None and row.previous for row in answer.rows)
    return [("Why?", ASK, _words(why))] if why and moved else []


def how_button(answer: Answer) -> list[tuple[str, str, str]]:
    """What explains the figures, to whoever reads them."""
    plain = Question(answer.query.metric, exactly(answer.query.period))
    return [(HOW, DEFINE, _words(question_of(answer)) or words(plain))]


def _words(asked: Question | Why) -> str:
    try:
        return words(asked)
    except UserError:
        return ""


def _splits(question: Question, hidden: Sequence[Segment]) -> list[tuple[str, Question]]:
    """What shows more than the answer goes first."""
    taken = {*question.by, *(chosen.segment for chosen in question.filters)}
    if question.metric.channels_apart:
        taken.add(Segment.CHANNEL)
    others = [s for s in OFFERED_SPLITS if s in question.metric.segments and s not in taken]
    return [
        (f"By {label(segment)}", replace(question, by=(segment,)))
        for segment in [*hidden, *others][:MOST_SPLITS_OFFERED]
    ]


def other_periods(answer: Answer, question: Question) -> list[tuple[str, Question]]:
    """The same question of the period before, and of longer and shorter ones."""
    period = answer.query.period
    found = []
    before = period.shifted(-1)
    if before.first_day.year >= FIRST_YEAR:
        earlier = replace(question, period=exactly(before))
        found.append((period_label(before), earlier))
    return found + [
        (grain.value.capitalize(), replace(question, period=_other_grain(grain, answer)))
        for grain in _NEIGHBOURS[period.grain]
        if _fits(question, grain)
    ]


def _fits(question: Question, grain: Grain) -> bool:
    return not (grain is Grain.DAY and Segment.WEEKDAY in question.by)


def _other_grain(grain: Grain, answer: Answer) -> PeriodChoice:
    """The running or the last complete one where the asked one is that, else where it ends."""
    period = answer.query.period
    if period.contains(answer.asked_at) and period.grain is not Grain.RANGE:
        return PeriodChoice(grain, Which.THIS)
    if answer.running or period.grain is Grain.RANGE:
        return PeriodChoice(grain)
    return exactly(period_of(grain, period.last_day, period.timezone))


def exactly(period: Period) -> PeriodChoice:
    """The choice that means this very period, also on a later day."""
    last_day = period.last_day if period.grain is Grain.RANGE else None
    return PeriodChoice(period.grain, Which.EXACT, period.first_day, last_day)
