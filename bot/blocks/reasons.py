"""What people contact us about, said for a phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.blocks import numbers
from bot.blocks.answer import exactly
from bot.blocks.clauses import clause
from bot.blocks.dates import PLURALS, day_name, hour_name, period_label, weekday_name
from bot.blocks.names import listed, value_name
from bot.blocks.questions import INSIGHTS
from bot.blocks.report import NOBODY, Report, heading, period_in_words, week_grid
from bot.blocks.small_print import freshness_line
from bot.blocks.summary import sentence, upper
from bot.blocks.table import MARKS, MOST_ROWS, Cell, Grid
from bot.request.insights import Insight
from bot.request.requests import Reasons, SelfService
from bot.request.segments import label
from storage.insights.reasons import BAND_HOURS, Arrivals, FoundReasons, Reason
from storage.insights.self_service import WEEKS
from storage.metrics.answer import Change, Question
from storage.metrics.catalog import VOLUME
from storage.metrics.definition import Segment
from storage.periods import FIRST_YEAR, Grain, PeriodChoice, Which, local_day

MOST_NAMED = 3
MOVED = {Change.UP, Change.DOWN}


def reasons_report(found: FoundReasons) -> Report:
    title = heading(INSIGHTS[Reasons], found.scope, found.volume.agent_names)
    if not found.reasons:
        return Report(title, (_nothing(found),), freshness_line(found.volume))
    said = (_most(found), _moved(found), _new(found), _busiest(found))
    return Report(
        title,
        tuple(each for each in said if each),
        _small_print(found),
        listed=_listed(found),
        week=_week(found),
        offers=tuple(_offers(found)),
    )


def told_briefly(found: FoundReasons) -> tuple[str, ...]:
    """The same in a few sentences: the most frequent, what moved, and what is new."""
    return tuple(each for each in (_most(found), _moved(found), _new(found)) if each)


def _nothing(found: FoundReasons) -> str:
    if found.scope.start > found.scope.now:
        return "That period has not begun yet."
    if not found.volume.freshness:
        return "There is no data yet: nothing has been loaded."
    return f"There are no contacts for {period_in_words(found.scope)}."


def _name(reason: Reason) -> str:
    return value_name(Segment.ISSUE_TYPE, reason.issue_type, {})


def _most(found: FoundReasons) -> str:
    told = [each for each in found.reasons if each.share is not None and each.issue_type]
    total = f"{numbers.count(found.total)} contact{'' if found.total == 1 else 's'}"
    if not told:
        return f"{total}; none says what it was about."
    named = [
        f"{_name(each)} ({numbers.rate(each.share or 0, found.total)})"
        for each in told[:MOST_NAMED]
    ]
    return f"{total}, most of them about {listed(named)}."


def _moved(found: FoundReasons) -> str:
    """The largest moves against what is usual."""
    moved = [each for each in found.reasons if each.row.change in MOVED and not each.first_seen]
    largest = sorted(moved, key=lambda each: -abs(_step(each)))[:MOST_NAMED]
    if not largest:
        return ""
    return sentence("; ".join(clause(each.row, found.volume) for each in largest))


def _step(reason: Reason) -> float:
    before = reason.row.previous
    return (reason.row.value or 0.0) - ((before and before.value) or 0.0)


def _new(found: FoundReasons) -> str:
    if not found.new:
        return ""
    timezone, now = found.scope.period.timezone, found.scope.now
    named = [
        f"{_name(each)} ({numbers.count(each.row.n)}, first on"
        f" {day_name(local_day(each.first_seen, timezone), local_day(now, timezone))})"
        for each in found.new[:MOST_NAMED]
        if each.first_seen
    ]
    more = len(found.new) - len(named)
    rest = [f"{more} more"] if more > 0 else []
    return f"New: {listed([*named, *rest])}."


def _busiest(found: FoundReasons) -> str:
    shown = [each for each in found.bands if each.count]
    if len(shown) < 2:
        return ""
    peak = max(shown, key=lambda each: each.count or 0)
    return (
        f"Most come on {weekday_name(peak.weekday)} from {hour_name(peak.hour)} to"
        f" {hour_name(peak.hour + BAND_HOURS)}: {numbers.count(peak.count or 0)}."
    )


def _listed(found: FoundReasons) -> Grid:
    kept = found.reasons[:MOST_ROWS]
    before = "same stretch before" if found.scope.period.contains(found.scope.now) else "before"
    heading = (label(Segment.ISSUE_TYPE), "contacts", "share", before, "busiest")
    rows = tuple(_row(each, found) for each in kept)
    return Grid(heading, rows, 1, len(found.reasons) - len(kept))


def _row(reason: Reason, found: FoundReasons) -> tuple[Cell, ...]:
    row = reason.row
    if reason.share is None:
        dashes = [Cell(numbers.NO_VALUE)] * 3
        return (Cell(_name(reason)), Cell("withheld"), *dashes)
    mark = "new" if reason.first_seen else MARKS[row.change] if row.change in MOVED else ""
    before = row.previous.value if row.previous else None
    shown = " ".join(part for part in (numbers.count(row.n), mark) if part)
    return (
        Cell(_name(reason)),
        Cell(shown, row.n),
        Cell(numbers.rate(reason.share, found.total), reason.share),
        Cell(numbers.NO_VALUE if before is None else numbers.count(before), before),
        Cell(_when(reason)),
    )


def _when(reason: Reason) -> str:
    if reason.busiest is None:
        return numbers.NO_VALUE
    return f"{weekday_name(reason.busiest.weekday)}, {hour_name(reason.busiest.hour)}"


def _week(found: FoundReasons) -> Grid:
    placed = {(each.weekday, each.hour): each for each in found.bands}
    hours = sorted({hour for _, hour in placed})

    def line(hour: int) -> Callable[[int], str]:
        return lambda day: _count(placed.get((day, hour)))

    return week_grid([(hour_name(hour), line(hour)) for hour in hours])


def _count(arrivals: Arrivals | None) -> str:
    if arrivals is None:
        return NOBODY
    return numbers.NO_VALUE if arrivals.count is None else numbers.count(arrivals.count)


def _small_print(found: FoundReasons) -> str:
    marked = any(each.row.change in MOVED for each in found.reasons)
    withheld = any(each.row.withheld for each in found.reasons)
    dashes = withheld or any(each.count is None for each in found.bands)
    lines = (
        upper(f"{VOLUME.counted}."),
        "↑ and ↓: outside of what is usual." if marked else "",
        _what_is_new(found),
        "Busiest: the weekday and the hour with most of them, each by itself."
        if any(each.busiest for each in found.reasons)
        else "",
        f"{numbers.NO_VALUE} is withheld: fewer than 3 agents." if dashes else "",
        "What is withheld is not in the total." if withheld else "",
        freshness_line(found.volume),
    )
    return " ".join(line for line in lines if line)


def _what_is_new(found: FoundReasons) -> str:
    plural = PLURALS[found.scope.period.grain]
    if not found.periods_before:
        return f"There are too few {plural} before to say which reasons are new."
    return f"New: not seen in the {found.periods_before} {plural} before."


def _offers(found: FoundReasons) -> list[tuple[str, Insight]]:
    scope = found.scope
    question = Question(VOLUME, exactly(scope.period), scope.filters)
    offered: list[tuple[str, Insight]] = []
    before = scope.period.shifted(-1)
    if before.first_day.year >= FIRST_YEAR:
        earlier = replace(question, period=exactly(before))
        offered.append((period_label(before), Reasons(earlier)))
    other = Grain.WEEK if scope.period.grain is Grain.MONTH else Grain.MONTH
    elsewhere = replace(question, period=PeriodChoice(other))
    offered.append((f"Last {other.value}", Reasons(elsewhere)))
    last_day = local_day(scope.end - timedelta(microseconds=1), scope.period.timezone)
    first_day = last_day - timedelta(weeks=WEEKS, days=-1)
    weeks = PeriodChoice(Grain.RANGE, Which.EXACT, first_day, last_day)
    offered.append(("Self-service", SelfService(replace(question, period=weeks))))
    return offered
