"""Whether a row alike lies some days after or before one, as each engine finds it soonest."""

# ruff: noqa: S608 - only SQL that SQLAlchemy has written is put into SQL

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnClause, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import iterate


class is_followed(FunctionElement[bool]):  # noqa: N801 - read as an SQL function
    """``is_followed(plain, among, time, days, *alike)``: whether another row comes soon after.

    ``plain`` looks for one with a subquery of this row. ClickHouse would join all rows of the table
    for it: there rows ``among`` the table's are sorted by the columns ``alike``, where NULL is like
    NULL, and by time, those of the days only that the rows asked for lie near to.
    """

    type = Boolean()
    inherit_cache = True


class is_following(FunctionElement[bool]):  # noqa: N801 - read as an SQL function
    """As ``is_followed``, for another row that comes soon before."""

    type = Boolean()
    inherit_cache = True


@compiles(is_followed)
@compiles(is_following)
def _looked_for(element: Any, compiler: Any, **options: Any) -> str:
    plain, *_ = element.clauses
    return str(compiler.process(plain, **options))


@compiles(is_followed, "clickhousedb")
def _is_followed_on_clickhouse(element: Any, compiler: Any, **options: Any) -> str:
    return _gathered(element, compiler, "lead", "other > at AND other <= at + {step}", options)


@compiles(is_following, "clickhousedb")
def _is_following_on_clickhouse(element: Any, compiler: Any, **options: Any) -> str:
    return _gathered(element, compiler, "lag", "other < at AND at <= other + {step}", options)


def _gathered(element: Any, compiler: Any, look: str, near: str, options: dict[str, Any]) -> str:
    """The row's time and what it is alike by, among those that have such a neighbour.

    What they are alike by is told by 128 bits, which sort much sooner than texts. Of several at one
    time one has a neighbour at another, and stands for all.
    """
    _, *clauses = element.clauses
    among, time, days, *alike = (compiler.process(clause, **options) for clause in clauses)
    parts = ", ".join(f"ifNull({each}, ''), isNull({each})" for each in alike)
    key = f"reinterpretAsUInt128(sipHash128({parts}))"
    _, column, *_ = clauses
    table = compiler.preparer.format_table(column.table)
    asked = compiler.stack[-1]["selectable"].whereclause
    own = _own_conditions(asked, column)
    bounds = [compiler.process(each, **options) for each in own]
    on_days = f" AND {_on_days_near(time, days, table, bounds)}" if bounds else ""
    frame = "1 PRECEDING AND CURRENT ROW" if look == "lag" else "CURRENT ROW AND 1 FOLLOWING"
    return f"""(({key}, {time}) IN (
        SELECT alike, at FROM (
            SELECT alike, at, {look}InFrame(toNullable(at)) OVER (
                PARTITION BY alike ORDER BY at ROWS BETWEEN {frame}) AS other
            FROM (SELECT {key} AS alike, {time} AS at FROM {table} WHERE {among}{on_days}))
        WHERE {near.format(step=f"toIntervalDay({days})")}))"""


def _on_days_near(time: str, days: str, table: str, bounds: Sequence[str]) -> str:
    """The days of the rows that are asked for, and those around them."""
    day, asked = f"toDate32({time})", " AND ".join(bounds)
    return f"""{day} IN (
                SELECT arrayJoin(arrayMap(step -> one_day + step, range(-1 - {days}, 2 + {days})))
                FROM (SELECT DISTINCT {day} AS one_day FROM {table} WHERE {asked}))"""


def _own_conditions(where: Any, time: Any) -> Iterator[ColumnElement[bool]]:
    """Those of a select's conditions that the columns of the time's table alone decide."""
    several = where.clauses if isinstance(where, BooleanClauseList) else [where]
    for each in several if where is not None else ():
        columns = (found for found in iterate(each) if isinstance(found, ColumnClause))
        if {column.table for column in columns} == {time.table}:
            yield each
