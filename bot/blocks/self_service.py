"""What customers could settle themselves, said for a phone."""

from __future__ import annotations

from bot.blocks import numbers
from bot.blocks.answer import exactly
from bot.blocks.names import listed
from bot.blocks.questions import INSIGHTS
from bot.blocks.report import Report, heading, period_in_words
from bot.blocks.table import MOST_ROWS, Cell, Grid
from bot.blocks.untrusted import name
from bot.request.insights import Insight
from bot.request.requests import Reasons, SelfService
from bot.request.segments import label
from storage.insights.self_service import FoundSelfService, HelpCentre, Issue
from storage.metrics.answer import Question
from storage.metrics.catalog import VOLUME
from storage.metrics.definition import Segment, Unit

MOST_NAMED = 3
MOST_ARTICLES_NAMED = 2
NOTHING = "nothing yet"


def self_service_report(found: FoundSelfService) -> Report:
    return Report(
        heading(INSIGHTS[SelfService], found.scope),
        tuple(_said(found)),
        _small_print(found),
        listed=_listed(found),
        offers=tuple(_offers(found)),
    )


def _said(found: FoundSelfService) -> list[str]:
    if not found.candidates:
        return ["No issue type is both quick to solve and asked by many."]
    first, *others = found.candidates
    said = [_first(first, found)]
    bare = [each for each in others if each.help_centre is None]
    if found.has_help_centre and bare:
        named = [f"{name(each.issue_type)} (up to {_time(each.saved_seconds)})" for each in bare]
        said.append(f"The help centre has nothing yet for {listed(named[:MOST_NAMED])}.")
    return said


def _first(issue: Issue, found: FoundSelfService) -> str:
    return (
        f"An article would save most on {name(issue.issue_type)}: up to"
        f" {_time(issue.saved_seconds)} of handle time, {numbers.count(issue.at_once)} contacts"
        f" settled in one go.{_has(issue, found)}"
    )


def _has(issue: Issue, found: FoundSelfService) -> str:
    if not found.has_help_centre:
        return ""
    if issue.help_centre is None:
        return " The help centre has nothing for it yet."
    named = [f'"{name(each)}"' for each in issue.help_centre.articles[:MOST_ARTICLES_NAMED]]
    subject = listed(named) if named else "Its page"
    return f" {subject} was visited {_visits(issue.help_centre)}."


def _visits(centre: HelpCentre) -> str:
    """``1,204 times, 190 contacted us after``."""
    times = "once" if centre.visits == 1 else f"{numbers.count(centre.visits)} times"
    return f"{times}, {numbers.count(centre.contacted_after)} still contacted us"


def _listed(found: FoundSelfService) -> Grid:
    kept = found.candidates[:MOST_ROWS]
    heading = (
        label(Segment.ISSUE_TYPE),
        "could save",
        "contacts",
        "customers",
        "usual time",
    )
    centre = ("article visits", "then contacted us") if found.has_help_centre else ()
    rows = tuple(_row(each, found) for each in kept)
    return Grid((*heading, *centre), rows, 1, len(found.candidates) - len(kept))


def _row(issue: Issue, found: FoundSelfService) -> tuple[Cell, ...]:
    customers = issue.customers or None
    cells = (
        Cell(name(issue.issue_type)),
        Cell(_time(issue.saved_seconds), issue.saved_seconds),
        Cell(numbers.count(issue.contacts), issue.contacts),
        Cell(numbers.NO_VALUE if customers is None else numbers.count(customers), customers),
        Cell(
            numbers.value(Unit.SECONDS, issue.median_seconds, issue.contacts), issue.median_seconds
        ),
    )
    if not found.has_help_centre:
        return cells
    if issue.help_centre is None:
        return (*cells, Cell(NOTHING), Cell(numbers.NO_VALUE))
    visits, after = issue.help_centre.visits, issue.help_centre.contacted_after
    return (*cells, Cell(numbers.count(visits), visits), Cell(numbers.count(after), after))


def _time(seconds: float) -> str:
    """Hours of work add up to no days, for a working day has fewer than 24."""
    if seconds < 2 * numbers.HOUR:
        return numbers.duration(seconds)
    return f"{numbers.count(seconds / numbers.HOUR)} h"


def _small_print(found: FoundSelfService) -> str:
    others = len(found.issues) - len(found.candidates)
    lines = (
        _formula(),
        _rule(found),
        f"{others} other issue type{' is' if others == 1 else 's are'} slower or rarer."
        if others
        else "",
        f"{found.withheld} withheld: fewer than 3 agents." if found.withheld else "",
        _centre_line(found),
        f"Contacts of {period_in_words(found.scope)}. Times in {found.scope.period.timezone}.",
    )
    return " ".join(line for line in lines if line)


def _formula() -> str:
    return (
        "Could save: the handle time of contacts settled in one go (resolved, neither reopened nor"
        " passed on), if an article answered every one of them."
    )


def _rule(found: FoundSelfService) -> str:
    many = numbers.count(found.scope.settings.small_sample)
    return (
        f"Listed: a usual (median) handle time of at most {numbers.duration(found.median_seconds)},"
        f" that of all contacts, and at least {many} contacts from as many customers."
    )


def _centre_line(found: FoundSelfService) -> str:
    if not found.has_help_centre:
        return "No visits to the help centre are loaded, so what it has is not known."
    return (
        "Help centre: all visits to the articles attached to these contacts, or to a topic of the"
        " same name."
    )


def _offers(found: FoundSelfService) -> list[tuple[str, Insight]]:
    question = Question(VOLUME, exactly(found.scope.period), found.scope.filters)
    return [("All reasons", Reasons(question))]
