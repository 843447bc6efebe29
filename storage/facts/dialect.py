"""The few constructs that engines spell differently; nothing else may assume an engine."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Boolean, Double
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from numpy.typing import NDArray


class seconds_between(FunctionElement[float]):  # noqa: N801 - read as an SQL function
    """Seconds from the first timestamp to the second, as a float."""

    type = Double()
    inherit_cache = True


@compiles(seconds_between)
def _seconds_between(element: Any, compiler: Any, **options: Any) -> str:
    first, second = (compiler.process(clause, **options) for clause in element.clauses)
    return f"((epoch_us({second}) - epoch_us({first})) / 1000000.0)"


@compiles(seconds_between, "postgresql")
def _seconds_between_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    first, second = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(EXTRACT(epoch FROM ({second} - {first})) AS DOUBLE PRECISION)"


@compiles(seconds_between, "clickhousedb")
def _seconds_between_on_clickhouse(element: Any, compiler: Any, **options: Any) -> str:
    first, second = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(dateDiff('microsecond', {first}, {second}) / 1000000)"


class day_number(FunctionElement[int]):  # noqa: N801 - read as an SQL function
    """How many days a time lies after the first of 1970."""

    type = BigInteger()
    inherit_cache = True


@compiles(day_number)
def _day_number(element: Any, compiler: Any, **options: Any) -> str:
    (time,) = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(CAST({time} AS DATE) - DATE '1970-01-01')"


@compiles(day_number, "clickhousedb")
def _day_number_on_clickhouse(element: Any, compiler: Any, **options: Any) -> str:
    (time,) = (compiler.process(clause, **options) for clause in element.clauses)
    return f"toInt64(toInt32(toDate32({time})))"


class listed_numbers(FunctionElement[int]):  # noqa: N801 - read as an SQL function
    """``listed_numbers(text)``: the whole numbers of a text with commas between, each a row.

    The shortest way for many rows into a statement. Several in one select stand side by side.
    """

    type = BigInteger()
    inherit_cache = True


@compiles(listed_numbers)
def _listed_numbers(element: Any, compiler: Any, **options: Any) -> str:
    (text,) = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(unnest(string_to_array({text}, ',')) AS BIGINT)"


@compiles(listed_numbers, "clickhousedb")
def _listed_numbers_on_clickhouse(element: Any, compiler: Any, **options: Any) -> str:
    """As UInt32, which has a type in common with floats; Int64 has none."""
    (text,) = (compiler.process(clause, **options) for clause in element.clauses)
    parts = f"splitByChar(',', {text})"
    return f"toUInt32({parts}[arrayJoin(range(1, length({parts}) + 1))])"


class is_one_of(FunctionElement[bool]):  # noqa: N801 - read as an SQL function
    """``is_one_of(column, values)``: of many values, sent as one list.

    As many single parameters take longer to prepare than to look up.
    """

    type = Boolean()
    inherit_cache = True


@compiles(is_one_of)
def _is_one_of(element: Any, compiler: Any, **options: Any) -> str:
    value, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({value} = ANY ({values}))"


@compiles(is_one_of, "clickhousedb")
def _is_one_of_on_clickhouse(element: Any, compiler: Any, **options: Any) -> str:
    value, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"has({values}, {value})"


class sorted_values(FunctionElement[Any]):  # noqa: N801 - read as an SQL function
    """A group's values as a list, the smallest first."""

    inherit_cache = True


@compiles(sorted_values)
def _sorted_values(element: Any, compiler: Any, **options: Any) -> str:
    (values,) = (compiler.process(clause, **options) for clause in element.clauses)
    return f"list_sort(list({values}))"


@compiles(sorted_values, "postgresql")
def _sorted_values_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    (values,) = (compiler.process(clause, **options) for clause in element.clauses)
    return f"array_agg({values} ORDER BY {values})"


@compiles(sorted_values, "clickhousedb")
def _sorted_values_on_clickhouse(element: Any, compiler: Any, **options: Any) -> str:
    (values,) = (compiler.process(clause, **options) for clause in element.clauses)
    return f"arraySort(groupArray({values}))"


class order_statistic(FunctionElement[float]):  # noqa: N801 - read as an SQL function
    """``order_statistic(sorted_values, rank)``: the rank-th smallest, counted from 1."""

    type = Double()
    inherit_cache = True


@compiles(order_statistic)
def _order_statistic(element: Any, compiler: Any, **options: Any) -> str:
    values, rank = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{values}[CAST({rank} AS BIGINT)]"


@compiles(order_statistic, "postgresql")
def _order_statistic_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    values, rank = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({values})[CAST({rank} AS INTEGER)]"


class value_of_newest(FunctionElement[Any]):  # noqa: N801 - read as an SQL function
    """``value_of_newest(value, time, tie)``: a group's value at its last time, NULL if it is that.

    Of several at that time the one with the largest tie.
    """

    inherit_cache = True


@compiles(value_of_newest)
def _value_of_newest(element: Any, compiler: Any, **options: Any) -> str:
    value, time, tie = (compiler.process(clause, **options) for clause in element.clauses)
    return f"arg_max_null({value}, row({time}, {tie}))"


@compiles(value_of_newest, "postgresql")
def _value_of_newest_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    value, time, tie = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(array_agg({value} ORDER BY {time} DESC, {tie} DESC))[1]"


@compiles(value_of_newest, "clickhousedb")
def _value_of_newest_on_clickhouse(element: Any, compiler: Any, **options: Any) -> str:
    value, time, tie = (compiler.process(clause, **options) for clause in element.clauses)
    return f"argMax(tuple({value}), ({time}, {tie})).1"


def columns_of(result: CursorResult[Any], texts: Collection[str]) -> dict[str, NDArray[Any]]:
    """All rows of a result, by columns: texts as objects, all else as floats, NULL as ``nan``.

    DuckDB hands over whole columns ten times faster than rows.
    """
    if result.dialect.name != "duckdb":
        return _columns_of_rows(result, texts)
    import numpy as np  # noqa: PLC0415 - slow to import, and needed by answers alone

    columns = result.cursor.fetchnumpy()
    result.close()
    found: dict[str, NDArray[Any]] = {}
    for name, column in columns.items():
        is_null = np.ma.getmaskarray(column)
        is_text = name in texts
        values = np.ma.getdata(column).astype(object if is_text else float)
        values[is_null] = None if is_text else np.nan
        found[name] = values
    return found


def _columns_of_rows(result: CursorResult[Any], texts: Collection[str]) -> dict[str, NDArray[Any]]:
    import numpy as np  # noqa: PLC0415 - slow to import, and needed by answers alone

    names, rows = list(result.keys()), result.all()
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return {
        name: np.array(column, dtype=object if name in texts else float)
        for name, column in zip(names, columns, strict=True)
    }


def readable_sql(connection: Connection, statement: ClauseElement) -> str:
    """A statement with its values in it, as this engine would run it."""
    compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    parts = _QUOTED.split(_INTERVAL.sub(r"INTERVAL '\1 seconds'", str(compiled)))
    parts[::2] = [_BREAKS.sub(_broken, part) for part in parts[::2]]
    return "".join(parts)


_QUOTED = re.compile(r"""('(?:[^']|'')*'|"[^"]*")""")


def _broken(found: re.Match[str]) -> str:
    return found.group() if found["range"] else f"\n{found['word']} "


_BREAKS = re.compile(
    r"(?P<range>BETWEEN \S+ AND )| *\b(?P<word>AND|UNION ALL|GROUP BY|ORDER BY)\b "
)
"""Words before which a line ends, where they are not within quotes nor part of a range."""
_INTERVAL = re.compile(r"make_interval\(secs=>(-?\d+)(?:\.\d+)?\)")
"""How SQLAlchemy writes a length of time for PostgreSQL, in a form that others read too."""
