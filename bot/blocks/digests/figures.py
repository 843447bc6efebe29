"""The figures of a digest: sentences for what moved, a line for each of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.blocks import numbers
from bot.blocks.actions import ASK
from bot.blocks.answer import question_of
from bot.blocks.chart import picture
from bot.blocks.clauses import metric_in_sentence, previous_value, shown_value
from bot.blocks.dates import period_label
from bot.blocks.digests.page import Offer, Page
from bot.blocks.goals import beside
from bot.blocks.names import listed, row_name
from bot.blocks.review import MOST_HEADLINE_ROWS, headline, why_told
from bot.blocks.small_print import BASELINES, freshness_line, mixed_line
from bot.blocks.summary import sentence
from bot.blocks.table import marked
from bot.request import Why, words
from bot.request.segments import label
from bot.request.why import why_of
from storage.digests.told import Figures
from storage.errors import UserError
from storage.insights.review import MOVED, Point
from storage.metrics.answer import Answer, Change, Question, Row, SourceFreshness
from storage.metrics.definition import Aggregation, Segment, Statistic

MOST_POINTS = 3
MOST_CHARTS = 2
MOST_ROWS = 4
MOST_METRICS_OFFERED = 3
_SPLITS = (Segment.ISSUE_TYPE, Segment.TEAM, Segment.CHANNEL)
LEAST_YEAR = 2


def figures_page(part: Figures) -> Page:
    told = part.points[:MOST_POINTS]
    said = tuple(line for point in told for line in _point(point))
    rest = [_untold(point.answer, point.rows[:MOST_HEADLINE_ROWS]) for point in told]
    others = [*rest, *(point.answer for point in part.points[MOST_POINTS:]), *part.others]
    others = [each for each in others if each.rows]
    charted = _charted(part) if part.has_year else []
    return Page(
        title="",
        said=said or (_nothing_moved(part),),
        listed=tuple((each.query.metric.name, _told_briefly(each)) for each in others),
        charts=tuple(block for each in charted for block in picture(each).blocks),
        behind=tuple(_year(part)) if part.has_year else (),
        small_print=(
            _usual_means(others),
            _no_target(part),
            mixed_line(part.answers),
            _fresh(part.answers),
        ),
        offers=tuple(_offers(part)),
    )


def _point(point: Point) -> Iterator[str]:
    """What it did against its usual range and its target, and why in one line."""
    yield " ".join([headline(point), *_old(point)])
    if point.why and point.why.told:
        yield from why_told(point)


def _old(point: Point) -> Iterator[str]:
    """How much of what is open waits long already."""
    old = point.rows[0].asides.get(_old_aside(point.answer))
    if old and len(point.answer.rows) == 1:
        yield f"{numbers.count(old)} of them {'is' if old == 1 else 'are'} over 7 days old."


def _untold(answer: Answer, told: Sequence[Row]) -> Answer:
    """The answer with the rows that no sentence tells, such as the channels that held."""
    return replace(answer, rows=tuple(row for row in answer.rows if row not in told))


def _nothing_moved(part: Figures) -> str:
    changes = {row.change for answer in part.answers for row in answer.rows}
    if not any(row.value is not None for answer in part.answers for row in answer.rows):
        return "There is no data for this period."
    if Change.FLAT not in changes:
        return "There is too little data to say that anything moved."
    return "Nothing left its usual range, and no target was missed or newly met."


def _told_briefly(answer: Answer) -> str:
    """``74.1 % (73.6 % before; usual 72 to 77 %), steady``, a part for each channel."""
    rows = [row for row in answer.rows if row.value is not None or row.withheld]
    if not rows:
        return "no data"
    parts = [_row_briefly(row, answer) for row in rows[:MOST_ROWS]]
    more = len(rows) - MOST_ROWS
    whole = "; ".join([*parts, *([f"{more} more"] if more > 0 else [])])
    few = (
        f"; too few {answer.query.metric.noun} to say" if any(r.small_sample for r in rows) else ""
    )
    return f"{whole}{few}"


def _row_briefly(row: Row, answer: Answer) -> str:
    named = row_name(row.segment, answer)
    if row.withheld:
        return f"{named} withheld, fewer than 3 agents".strip()
    if row.small_sample:
        return f"{named} {shown_value(row, answer)} (n = {numbers.count(row.n)})".strip()
    beside_it = [each for each in (_before(row, answer), *_held_against(row, answer)) if each]
    brackets = f" ({'; '.join(beside_it)})" if beside_it else ""
    return f"{named} {shown_value(row, answer)}{brackets}{_fate(row, answer)}".strip()


def _fate(row: Row, answer: Answer) -> str:
    """``, steady``, ``, ↑ worse``."""
    if row.change is Change.FLAT:
        return ", steady"
    if row.change not in MOVED:
        return ""
    return f", {marked(row, answer.query.metric)}"


def _before(row: Row, answer: Answer) -> str:
    before = previous_value(row, answer)
    return f"{before} before" if before and before != numbers.NO_VALUE else ""


def _held_against(row: Row, answer: Answer) -> Iterator[str]:
    metric = answer.query.metric
    if row.usual_range:
        yield f"usual {numbers.span(metric.unit, *row.usual_range, answer.currency)}"
    if row.target:
        yield f"target {beside(row, metric)}"
    old = row.asides.get(_old_aside(answer))
    if old:
        yield f"{numbers.count(old)} over 7 days old"


def _old_aside(answer: Answer) -> str:
    asides = answer.query.metric.asides
    old = (each.key for each in asides if each.statistic is Statistic.AGE_OVER_7_DAYS)
    return next(old, "")


def _charted(part: Figures) -> list[Answer]:
    drawn = [each for each in part.answers if picture(each).blocks]
    return drawn[:MOST_CHARTS]


def _year(part: Figures) -> Iterator[str]:
    """Each figure from the oldest period of its trend on, in one sentence."""
    told = [each for each in (_since(answer) for answer in part.answers) if each]
    by_period: dict[str, list[str]] = {}
    for period, moved in told:
        by_period.setdefault(period, []).append(moved)
    for period, moves in by_period.items():
        yield sentence(f"since {period}: {listed(moves)}")


def _since(answer: Answer) -> tuple[str, str] | None:
    """``May 2025``, ``NPS from 34 to 41``; nothing where several rows or too few periods are."""
    known = [point for point in answer.trend if point.value is not None]
    if len(answer.rows) != 1 or len(known) < LEAST_YEAR or answer.rows[0].value is None:
        return None
    first, unit = known[0], answer.query.metric.unit
    then = numbers.value(unit, first.value, first.n, answer.currency)
    now = shown_value(answer.rows[0], answer)
    what = metric_in_sentence(answer.query.metric)
    return period_label(first.period), f"{what} from {then} to {now}"


def _usual_means(answers: Sequence[Answer]) -> str:
    has_usual = any(row.usual_range for answer in answers for row in answer.rows)
    if not has_usual:
        return ""
    return f"Usual: what {BASELINES[answers[0].query.period.grain]} suggest."


def _no_target(part: Figures) -> str:
    """Where figures are read over the year, that there is nothing to hold them against."""
    has_target = any(row.target for answer in part.answers for row in answer.rows)
    return "No target is set for any of it." if part.has_year and not has_target else ""


def _fresh(answers: Sequence[Answer]) -> str:
    """How far the data of all of them reaches."""
    sources: dict[str, SourceFreshness] = {}
    for each in (fresh for answer in answers for fresh in answer.freshness):
        known = sources.get(each.source, each)
        sources[each.source] = min(known, each, key=lambda source: source.until)
    if not answers:
        return ""
    return freshness_line(replace(answers[0], freshness=tuple(sources.values())))


def _offers(part: Figures) -> Iterator[Offer]:
    """Why the first one moved, then the full answers."""
    why = next((each for point in part.points if point.moved for each in _why(point)), None)
    if why:
        yield why
    yield from (offer for answer in part.answers[:MOST_METRICS_OFFERED] for offer in _full(answer))


def _why(point: Point) -> Iterator[Offer]:
    asked = why_of(question_of(point.answer))
    if asked:
        yield from _offer("See why", asked)


def _full(answer: Answer) -> Iterator[Offer]:
    """The whole answer; of a stock by what it is about, where that is kept."""
    question, metric = question_of(answer), answer.query.metric
    if metric.aggregation is Aggregation.STOCK:
        split = next(each for each in _SPLITS if each in metric.segments)
        by_split = replace(question, by=(split,))
        yield from _offer(f"{metric.abbreviation} by {label(split)}", by_split)
    else:
        yield from _offer(metric.abbreviation, question)


def _offer(shown: str, asked: Question | Why) -> Iterator[Offer]:
    try:
        yield shown, ASK, words(asked)
    except UserError:
        return
