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
    for it: there the times of rows ``among`` the table's are gathered by the columns ``alike``,
    where NULL is like NULL, from the days only that the rows asked for lie near to.
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
    near = "(one, other) -> other <= one + {step}, arrayPopBack(times), arrayPopFront(times)"
    return _gathered(element, compiler, near, **options)


@compiles(is_following, "clickhousedb")
def _is_following_on_clickhouse(element: Any, compiler: Any, **options: Any) -> str:
    near = "(one, other) -> one <= other + {step}, arrayPopFront(times), arrayPopBack(times)"
    return _gathered(element, compiler, near, **options)


def _gathered(element: Any, compiler: Any, near: str, **options: Any) -> str:
    """The row's time and what it is alike by, among those that have such a neighbour."""
    _, *clauses = element.clauses
    among, time, days, *alike = (compiler.process(clause, **options) for clause in clauses)
    _, column, *_ = clauses
    keys = [part for each in alike for part in (f"ifNull({each}, '')", f"isNull({each})")]
    names = ", ".join(f"key_{number}" for number in range(len(keys)))
    named = ", ".join(f"{key} AS key_{number}" for number, key in enumerate(keys))
    table = compiler.preparer.format_table(column.table)
    asked = compiler.stack[-1]["selectable"].whereclause
    bounds = [compiler.process(each, **options) for each in _own_conditions(asked, column)]
    on_days = f" AND {_on_days_near(time, days, table, bounds)}" if bounds else ""
    return f"""(({", ".join(keys)}, {time}) IN (
        SELECT {names}, arrayJoin(arrayFilter({near.format(step=f"toIntervalDay({days})")}))
        FROM (
            SELECT {named}, arraySort(groupUniqArray({time})) AS times
            FROM {table} WHERE {among}{on_days}
            GROUP BY {names} HAVING length(times) > 1)))"""


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
