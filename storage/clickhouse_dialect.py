"""How SQL is written for ClickHouse: the driver's dialect, and where it would mean another thing.

Loaded only where an address names such a server: it needs the extra ``carekpi[clickhouse]``.
"""

# ruff: noqa: ARG002, S608 - methods as SQLAlchemy calls them, on SQL that it has written

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from clickhouse_connect import dbapi
from clickhouse_connect.cc_sqlalchemy.dialect import ClickHouseDialect
from clickhouse_connect.cc_sqlalchemy.sql.compiler import ChStatementCompiler
from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnClause,
    ColumnElement,
    Dialect,
    Exists,
    Interval,
    Join,
    Table,
    and_,
    func,
    true,
)
from sqlalchemy.sql.compiler import GenericTypeCompiler, SQLCompiler
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.selectable import FromClause, ScalarSelect
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.util import memoized_property

FUNCTIONS = {"lower": "lowerUTF8"}
"""What is called otherwise; the plain ``lower`` leaves all letters beyond a to z as they are."""

PARTS = {"hour": "toHour", "minute": "toMinute", "isodow": "toDayOfWeek"}


class Seconds(Interval):
    """A length of time, to be added to a time or a day."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        return _whole_seconds

    def literal_processor(self, dialect: Dialect) -> Any:
        return lambda value: str(_whole_seconds(value))

    def bind_expression(self, bindvalue: BindParameter[Any]) -> ColumnElement[Any]:
        return func.toIntervalSecond(bindvalue)


def _whole_seconds(value: timedelta | None) -> int | None:
    return None if value is None else int(value.total_seconds())


class Types(GenericTypeCompiler):
    """What texts, numbers, times and days are called here; casts keep NULL by a setting."""

    def visit_string(self, type_: Any, **_: Any) -> str:
        return "String"

    def visit_double(self, type_: Any, **_: Any) -> str:
        return "Float64"

    def visit_integer(self, type_: Any, **_: Any) -> str:
        return "Int64"

    def visit_big_integer(self, type_: Any, **_: Any) -> str:
        return "Int64"

    def visit_boolean(self, type_: Any, **_: Any) -> str:
        return "Bool"

    def visit_date(self, type_: Any, **_: Any) -> str:
        return "Date32"

    def visit_datetime(self, type_: Any, **_: Any) -> str:
        return "DateTime64(6, 'UTC')"


_Compiler: Any = ChStatementCompiler
_Dialect: Any = ClickHouseDialect


class Compiler(_Compiler):  # type: ignore[misc]  # SQLAlchemy's compilers have no types to keep to
    """Plain SQL, where ClickHouse has other words for it or would take it for something else."""

    def visit_function(self, func: Any, add_to_result_map: Any = None, **kwargs: Any) -> str:
        written = str(super().visit_function(func, add_to_result_map=add_to_result_map, **kwargs))
        name = FUNCTIONS.get(func.name)
        return written.replace(func.name, name, 1) if name else written

    def visit_extract(self, extract: Any, **kwargs: Any) -> str:
        time = self.process(extract.expr, **kwargs)
        name = PARTS[extract.field]
        return f"{name}({time})"

    def visit_withingroup(self, withingroup: Any, **kwargs: Any) -> str:
        """``percentile_cont``, the only one that is asked for, also where it is filtered."""
        (share,) = withingroup.element.clauses
        values = self.process(withingroup.order_by, **kwargs)
        return f"quantileExactInclusive({share.value!r})({values})"

    def visit_alias(self, alias: Any, asfrom: bool = False, **kwargs: Any) -> str:
        """A second look at a table is wrapped.

        Else its own name would mean that second look too, and not the outer rows.
        """
        written = str(super().visit_alias(alias, asfrom=asfrom, **kwargs))
        if not asfrom or not isinstance(alias.element, Table):
            return written
        table = str(self.preparer.format_table(alias.element))
        return written.replace(table, f"(SELECT * FROM {table})", 1)

    def visit_grouping(self, grouping: Any, asfrom: bool = False, **kwargs: Any) -> str:
        written = super().visit_grouping(grouping, asfrom=asfrom, **kwargs)
        is_value = isinstance(grouping, ScalarSelect) and not asfrom
        return self._looked_up(grouping, written) if is_value else str(written)

    def visit_unary(self, unary: Any, **kwargs: Any) -> str:
        if not isinstance(unary, Exists):
            return str(super().visit_unary(unary, **kwargs))
        looked_for = super().visit_grouping(unary.element, **kwargs)
        return self._looked_up(unary.element, f"EXISTS {looked_for}")

    def _looked_up(self, subquery: ClauseElement, written: str) -> str:
        """A subquery that a column of a select is made of, as a column of the rows read.

        ClickHouse else drops what such a subquery reads of a row, and then does not find it; and
        it has none within an aggregate.
        """
        select = self.stack[-1] if self.stack else {}
        around = [each for each in select.get("read_from", ()) if each in _tables(subquery)]
        if len(around) != 1 or select.get("is_filtering"):
            return written
        (rows,) = around
        columns = select.setdefault("looked_up", {}).setdefault(rows, {})
        if select.get("is_composed") and written not in columns:
            return written
        name = columns.setdefault(written, f"looked_up_{len(columns)}")
        return f"{self._name(rows)}.{name}"

    def _name(self, rows: Any) -> str:
        return str(self.preparer.format_alias(rows, rows.name))

    def _setup_select_stack(self, *arguments: Any, **kwargs: Any) -> Any:
        froms = super()._setup_select_stack(*arguments, **kwargs)
        self.stack[-1]["read_from"] = [
            each for each in _joined(froms) if isinstance(each, Table | CTE)
        ]
        return froms

    def _compose_select_body(  # noqa: PLR0913, PLR0917 - as SQLAlchemy calls it
        self,
        text: str,
        select: Any,
        compile_state: Any,
        inner_columns: Any,
        froms: Sequence[FromClause],
        byfrom: Any,
        toplevel: bool,
        kwargs: Any,
    ) -> str:
        entry: Any = self.stack[-1]
        entry["is_composed"] = True
        for rows in entry.get("looked_up", ()):
            others = set(_joined(froms)) - {rows}
            own = [each for each in select._where_criteria if not _tables(each) & others]  # noqa: SLF001 - SQLAlchemy hands it over so
            rest = [each for each in select._where_criteria if _tables(each) & others]  # noqa: SLF001 - as above
            entry["is_filtering"] = True
            self._filters[rows] = self.process(and_(true(), *own), **kwargs)
            entry["is_filtering"] = False
            select = select._generate()  # noqa: SLF001 - a copy, as its own methods make it
            select._where_criteria = tuple(rest)  # noqa: SLF001 - of that copy
        return str(
            super()._compose_select_body(
                text, select, compile_state, inner_columns, froms, byfrom, toplevel, kwargs
            )
        )

    def visit_table(self, table: Any, asfrom: bool = False, **kwargs: Any) -> str:
        return self._with_looked_up(table, super().visit_table(table, asfrom=asfrom, **kwargs))

    def visit_cte(self, cte: Any, asfrom: bool = False, **kwargs: Any) -> str | None:
        written = super().visit_cte(cte, asfrom=asfrom, **kwargs)
        return self._with_looked_up(cte, written) if written else written

    def _with_looked_up(self, rows: Any, written: str) -> str:
        condition = self._filters.pop(rows, None)
        if condition is None:
            return written
        name, found = self._name(rows), self.stack[-1]["looked_up"][rows]
        columns = ", ".join(f"{each} AS {column}" for each, column in found.items())
        kept = f"(SELECT * FROM {written} WHERE {condition}) AS {name}"
        return f"(SELECT *, {columns} FROM {kept}) AS {name}"

    @memoized_property
    def _filters(self) -> dict[Any, str]:
        """Conditions of the rows that are about to be written, by where they are read from."""
        return {}

    def group_by_clause(self, select: Any, **kwargs: Any) -> str:
        """By expressions: a name would mean a column of the table, not that of the select."""
        compiler: Any = SQLCompiler
        return str(compiler.group_by_clause(self, select, **kwargs))

    def visit_update(self, update_stmt: Any, visiting_cte: Any = None, **kwargs: Any) -> str:
        written = str(super().visit_update(update_stmt, visiting_cte=visiting_cte, **kwargs))
        return written.replace("UPDATE", "ALTER TABLE", 1).replace(" SET ", " UPDATE ", 1)

    def _generate_prefixes(self, stmt: Any, prefixes: Any, **kwargs: Any) -> str:
        """Without MATERIALIZED, which few versions know."""
        return ""


def _joined(froms: Iterable[FromClause]) -> Iterator[FromClause]:
    """What is read from, also through joins."""
    for each in froms:
        yield from _joined((each.left, each.right)) if isinstance(each, Join) else (each,)


def _tables(condition: ClauseElement) -> set[FromClause]:
    columns = (each for each in iterate(condition) if isinstance(each, ColumnClause))
    return {each.table for each in columns if each.table is not None}


class CareDialect(_Dialect):  # type: ignore[misc]  # as above
    """The driver's dialect with these; ``a / b`` is always exact."""

    statement_compiler = Compiler
    type_compiler_cls = Types
    colspecs = {Interval: Seconds}  # noqa: RUF012 - as SQLAlchemy declares it
    div_is_floordiv = False
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> Any:
        return dbapi

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        super().do_execute(cursor, statement, _told(parameters), context)

    def do_executemany(
        self, cursor: Any, statement: str, parameters: Sequence[Any], context: Any = None
    ) -> None:
        rows = [{name: _aware(value) for name, value in row.items()} for row in parameters]
        super().do_executemany(cursor, statement, rows, context)


def _told(parameters: Any) -> Any:
    """Times to the microsecond: the driver would cut them off at the second."""
    if not isinstance(parameters, Mapping):
        return parameters
    return {
        name: value.isoformat(" ") if isinstance(value, datetime) else value
        for name, value in parameters.items()
    }


def _aware(value: Any) -> Any:
    """The driver takes a time without a zone for one of this machine's zone."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
