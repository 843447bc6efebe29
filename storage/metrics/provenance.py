"""Where a figure comes from: what was counted, by which clock, and the SQL that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, assert_never

from sqlalchemy import ColumnElement, distinct, func, literal, select, union_all
from sqlalchemy.engine import Connection
from sqlalchemy.sql.selectable import CompoundSelect, Select, Subquery

from storage.facts.dialect import readable_sql
from storage.metrics.answer import Answer
from storage.metrics.behind import asked_window, figure_rows, rows_behind
from storage.metrics.definition import Aggregation, Branch, Metric
from storage.metrics.reading import Reading
from storage.metrics.rows import bounds_of
from storage.metrics.sample import is_small_group
from storage.metrics.samples import settled
from storage.metrics.windows import plan

WEIGHED = {Aggregation.RATIO, Aggregation.PER_HUNDRED, Aggregation.PER_ONE}


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows of one fact that are counted, and the others that fit in time and filters.

    ``others`` is None where they are not to be told apart by time, or are so few people's that
    the number is withheld.
    """

    fact: str
    rows: int
    others: int | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """How an answer's figures of the asked period came about.

    ``clocks`` are the columns that rows are counted by (``contacts.resolved_at``). ``counted`` is
    None where the answer withholds a figure.
    """

    answer: Answer
    clocks: tuple[str, ...]
    counted: tuple[Counted, ...] | None
    sql: str


def explain(connection: Connection, answer: Answer) -> Provenance:
    """The provenance of an answer; its SQL has the bound values in it, and can be run as it is."""
    metric, query = answer.query.metric, answer.query
    windows = plan(query.period, answer.asked_at)
    reading = Reading(query, windows, answer.settings, count_agents=True)
    reading = settled(connection, reading)
    is_withheld = any(row.withheld for row in answer.rows)
    return Provenance(
        answer=answer,
        clocks=_clocks(metric),
        counted=None if is_withheld else _counted(connection, reading),
        sql=readable_sql(connection, figure_statement(reading)),
    )


def figure_statement(reading: Reading) -> Select[Any] | CompoundSelect[Any]:
    """The asked period's figures, one row a segment: the segments, n, value.

    An index has a row for each of its parts, and is their mean.
    """
    metric = reading.query.metric
    if not metric.parts:
        rows = figure_rows(reading, metric.countings)
        return _grouped(reading, rows, _figure(metric.aggregation, rows), ())
    parts = []
    for part in metric.parts:
        rows = figure_rows(reading, [part.counting])
        figure = literal(part.scale) * _figure(part.aggregation, rows)
        parts.append(_grouped(reading, rows, figure, (literal(part.key).label("part"),)))
    return union_all(*parts)


def _grouped(
    reading: Reading, rows: Subquery, figure: ColumnElement[Any], first: tuple[Any, ...]
) -> Select[Any]:
    segments = [rows.c[each.value] for each in reading.split_by]
    counted = _sample_size(reading.query.metric.aggregation, rows)
    statement = select(*first, *reading.texts(rows), counted.label("n"), figure.label("value"))
    statement = statement.select_from(rows)
    return statement.group_by(*segments).order_by(*segments) if segments else statement


def _sample_size(aggregation: Aggregation, rows: Subquery) -> ColumnElement[int]:
    if aggregation is Aggregation.COST:
        return func.count(rows.c.weight)
    has_weights = aggregation in WEIGHED
    return func.count(rows.c.value) if has_weights else func.count()


def _figure(aggregation: Aggregation, rows: Subquery) -> ColumnElement[Any]:
    value = rows.c.value
    match aggregation:
        case Aggregation.COUNT | Aggregation.STOCK:
            figure: ColumnElement[Any] = func.count()
        case Aggregation.SUM:
            figure = func.sum(value)
        case Aggregation.MEDIAN:
            figure = func.percentile_cont(0.5).within_group(value)
        case Aggregation.SHARE | Aggregation.MEAN | Aggregation.INDEX:
            figure = func.avg(value)
        case Aggregation.NET_PROMOTER:
            figure = literal(100.0) * func.avg(value)
        case Aggregation.RATIO | Aggregation.COST | Aggregation.PER_ONE:
            figure = func.sum(value) / func.nullif(func.sum(rows.c.weight), 0.0)
        case Aggregation.PER_HUNDRED:
            figure = literal(100.0) * func.sum(value) / func.nullif(func.sum(rows.c.weight), 0.0)
        case _:
            assert_never(aggregation)
    return figure


def _clocks(metric: Metric) -> tuple[str, ...]:
    columns = [branch.by for counting in metric.countings for branch in counting.branches]
    found = [f"{column.table.name}.{column.name}" for column in columns]
    found += [f"{each.present.table.name} by stay" for each in metric.countings if each.present]
    return tuple(dict.fromkeys(found))


def _counted(connection: Connection, reading: Reading) -> tuple[Counted, ...]:
    metric = reading.query.metric
    rows = rows_behind(reading, metric.countings)
    statement = select(rows.c.fact, func.count().label("n")).group_by(rows.c.fact)
    numbers = {row.fact: int(row.n) for row in connection.execute(statement)}
    branches = {b.table.name: b for c in metric.countings for b in c.branches}
    facts = sorted({*numbers, *branches})
    is_stock = metric.aggregation is Aggregation.STOCK
    return tuple(
        Counted(
            fact,
            numbers.get(fact, 0),
            None
            if is_stock or fact not in branches
            else _others(connection, reading, branches[fact], numbers.get(fact, 0)),
        )
        for fact in facts
    )


def _others(connection: Connection, reading: Reading, branch: Branch, counted: int) -> int | None:
    """Rows of the period and the filters that are not counted."""
    window = asked_window(reading)
    start, end = bounds_of(branch.by, (window,), reading.timezone)
    splitting = reading.splitting(branch.by, (window,))
    who = reading.behind(branch.table)
    statement = select(func.count().label("n"), func.count(distinct(who)).label("agents")).where(
        branch.by >= start, branch.by < end, *reading.conditions(splitting)
    )
    found = connection.execute(statement).one()
    return None if is_small_group(found.agents) else int(found.n) - counted
