"""Issue types that customers could settle themselves, by the time that an article would save."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, distinct, func, select
from sqlalchemy.engine import Connection, RowMapping

from storage.errors import UserError
from storage.facts.tables import contacts, help_sessions
from storage.insights.scope import HANDLED, Scope, all_withheld
from storage.metrics.counting import NOT_ABANDONED, one_if
from storage.metrics.segments import naive

WEEKS = 12

_column = contacts.c
_AT_ONCE = and_(
    HANDLED,
    _column.resolved_at.is_not(None),
    func.coalesce(_column.resolved_on_first_contact, True),
    func.coalesce(_column.reopen_count, 0) == 0,
    func.coalesce(_column.reassignment_count, 0) == 0,
)
"""Settled in one go: resolved, not reopened, not passed on, not said to have needed more."""


@dataclass(frozen=True, slots=True)
class HelpCentre:
    """What it has for an issue type: its articles, their visits, and contacts made after one."""

    articles: tuple[str, ...]
    visits: int
    contacted_after: int


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue type. ``saved_seconds`` is the handle time of the contacts settled in one go.

    ``customers`` are different ones, 0 where no contact says whose it is. ``median_seconds`` is
    None where no handle time is known. ``help_centre`` is None where nothing is found.
    """

    issue_type: str
    contacts: int
    customers: int
    median_seconds: float | None
    mean_seconds: float | None
    at_once: int
    saved_seconds: float
    help_centre: HelpCentre | None
    is_candidate: bool


@dataclass(frozen=True, slots=True)
class FoundSelfService:
    """Candidates come first, by the time saved; ``median_seconds`` is that of all contacts.

    ``withheld`` counts the issue types left out as too few agents stand behind them.
    """

    scope: Scope
    issues: tuple[Issue, ...]
    median_seconds: float
    withheld: int
    has_help_centre: bool

    @property
    def candidates(self) -> tuple[Issue, ...]:
        return tuple(issue for issue in self.issues if issue.is_candidate)


def find_self_service(connection: Connection, scope: Scope) -> FoundSelfService:
    """The issue types, those first that an article would save most time on.

    A candidate is quick to solve (its median handle time is not above that of all contacts) and
    asked by many (at least the settings' small sample, by as many different customers where the
    data says whose a contact is).

    Raises:
        UserError: there are no contacts with an issue type, or none with a handle time.
        NotAllowedError: too few agents stand behind any of it.
    """
    rows, overall = _issues(connection, scope)
    visits = _visits(connection, scope)
    articles = _articles(connection, scope)
    known = [row for row in rows if not scope.is_withheld(row["agents"])]
    if not known:
        raise all_withheld()
    issues = [_issue(row, overall, _help(row["issue"], articles, visits), scope) for row in known]
    ordered = sorted(issues, key=lambda each: (not each.is_candidate, -each.saved_seconds))
    return FoundSelfService(scope, tuple(ordered), overall, len(rows) - len(known), bool(visits))


def _issues(connection: Connection, scope: Scope) -> tuple[list[RowMapping], float]:
    """A row for each issue type, and the median handle time of all contacts."""
    rows = (
        select(
            _column.issue_type.label("issue"),
            _column.customer_id.label("customer"),
            _column.handle_seconds.label("seconds"),
            one_if(HANDLED).label("handled"),
            one_if(_AT_ONCE).label("at_once"),
            scope.behind(connection).label("behind"),
        )
        .where(*scope.customers_contacts(), NOT_ABANDONED, _column.issue_type.is_not(None))
        .subquery()
    )
    seconds = rows.c.seconds
    handled = rows.c.handled == 1
    median = func.percentile_cont(0.5).within_group(seconds).filter(handled)
    statement = select(
        rows.c.issue,
        func.count().label("n"),
        func.count(distinct(rows.c.customer)).label("customers"),
        median.label("median"),
        func.avg(seconds).filter(handled).label("mean"),
        func.sum(rows.c.at_once).label("at_once"),
        func.sum(seconds).filter(rows.c.at_once == 1).label("saved"),
        func.count(distinct(rows.c.behind)).label("agents"),
    ).group_by(rows.c.issue)
    found = list(connection.execute(statement).mappings())
    if not found:
        raise _no_issues(scope)
    overall = connection.scalar(select(median))
    if overall is None:
        raise UserError(
            "No contact of this period has a handle time, so the time that an article would save"
            " can't be worked out.",
            "Load handle_seconds, or talk, hold and wrap-up seconds, with the contacts.",
        )
    return found, float(overall)


def _issue(row: RowMapping, overall: float, help_centre: HelpCentre | None, scope: Scope) -> Issue:
    median = None if row["median"] is None else float(row["median"])
    many = scope.settings.small_sample
    asked_by_many = row["n"] >= many and (not row["customers"] or row["customers"] >= many)
    return Issue(
        row["issue"],
        row["n"],
        row["customers"],
        median,
        None if row["mean"] is None else float(row["mean"]),
        int(row["at_once"]),
        float(row["saved"] or 0.0),
        help_centre,
        is_candidate=asked_by_many and median is not None and median <= overall,
    )


def _articles(connection: Connection, scope: Scope) -> dict[str, list[str]]:
    """The articles of each issue type: those attached to its contacts more than to any other's."""
    statement = (
        select(_column.article_id, _column.issue_type, func.count().label("n"))
        .where(
            *scope.customers_contacts(),
            _column.article_id.is_not(None),
            _column.issue_type.is_not(None),
        )
        .group_by(_column.article_id, _column.issue_type)
        .order_by(func.count(), _column.issue_type.desc())
    )
    most = {article: issue for article, issue, _ in connection.execute(statement)}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for article in sorted(most):
        found[most[article]].append(article)
    return dict(found)


def _visits(connection: Connection, scope: Scope) -> dict[str, tuple[int, int]]:
    """Visits and those that led to a contact, by topic without regard to case."""
    column = help_sessions.c
    topic = func.lower(column.topic)
    statement = (
        select(topic, func.count(), func.sum(one_if(column.contacted_after)))
        .where(
            column.started_at >= naive(scope.start),
            column.started_at < naive(scope.end),
            column.topic.is_not(None),
        )
        .group_by(topic)
    )
    return {name: (n, int(after or 0)) for name, n, after in connection.execute(statement)}


def _help(
    issue: str, articles: Mapping[str, list[str]], visits: Mapping[str, tuple[int, int]]
) -> HelpCentre | None:
    """What carries the name of the issue type, or of an article attached to its contacts."""
    own = articles.get(issue, [])
    topics = dict.fromkeys(each.lower() for each in (issue, *own))
    found = [visits[topic] for topic in topics if topic in visits]
    if not own and not found:
        return None
    return HelpCentre(tuple(own), sum(n for n, _ in found), sum(after for _, after in found))


def _no_issues(scope: Scope) -> UserError:
    period = scope.period
    return UserError(
        f"No contact from {period.first_day} to {period.last_day} says what it was about.",
        "Ask for days that the data has, or load contacts with their issue_type.",
    )
