"""From an export to checked rows of a fact, staged in one Parquet file."""

# ruff: noqa: S608 - only our own names and quoted literals are put into SQL

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from storage.errors import UserError
from storage.facts.columns import BROKEN_LINE, Columns
from storage.facts.declared import ColumnKind, Fact
from storage.facts.expressions import Expression, first_line
from storage.facts.mapping import Mapping
from storage.facts.sandbox import Sandbox
from storage.facts.values import (
    Fault,
    faults,
    listed_value,
    literal,
    macros,
    quoted,
    read_value,
    sensible_value,
)

NEWEST = "newest"
BROKEN = "broken"
FAULTS = "faults"
# A dictionary of ids that hardly repeat costs more than the rest of the staging.
LARGEST_DICTIONARY = 1000
NO_OBJECT = "not a JSON object"


@dataclass(frozen=True, slots=True)
class Given:
    """The value that an export gives for a column of a fact: its SQL, and the SQL's type."""

    column: str
    sql: str
    sql_type: str


class Reading:
    """How one export becomes rows of one fact through one mapping."""

    def __init__(self, sandbox: Sandbox, columns: Columns, mapping: Mapping, fact: Fact) -> None:
        self.sandbox, self.columns, self.mapping, self.fact = sandbox, columns, mapping, fact

    def prepare(self, timezone: str) -> None:
        """Checks that the export has what the mapping needs, and that each expression works."""
        self._check_formats()
        file_name = self.columns.export.name
        for macro in macros(timezone, self.mapping.time_formats, file_name):
            self.sandbox.run(macro)
        expressions = self._expressions()
        self._check_columns()
        used = {name for expression in expressions.values() for name in expression.columns}
        self.sandbox.run(f"CREATE VIEW export AS {self.columns.select(used)}")
        self.given = [
            self._given(column, expression, sql_type)
            for (column, expression), sql_type in zip(
                expressions.items(), self._types(expressions), strict=True
            )
        ]
        self.read = tuple(g.column for g in self.given if g.column in self.fact.columns)

    def stage(self, path: str, progress: Callable[[float], None]) -> None:
        """Writes every row, in the file's order, with what is wrong with it."""
        written = f"FORMAT parquet, DICTIONARY_SIZE_LIMIT {LARGEST_DICTIONARY}"
        with self.sandbox.watched(progress):
            self.sandbox.run(f"COPY ({self._query()}) TO {literal(path)} ({written})")

    @property
    def filled(self) -> tuple[str, ...]:
        """The columns that are staged: all but those that stay empty."""
        return tuple(name for name in self.fact.columns if self._fill(name) is not None)

    def _expressions(self) -> dict[str, Expression]:
        """What fills each column: the mapping's expression, or the export's column as it is."""
        found = {c: e for c, e in self.mapping.columns.items() if c in self.fact.columns}
        for column in self.fact.columns:
            if column not in found and (self.columns.has(column) or self.columns.open_ended):
                found[column] = Expression(quoted(column), frozenset({column}))
        if self.mapping.newest_by is not None:
            found[NEWEST] = self.mapping.newest_by
        if self.columns.open_ended:
            found[BROKEN] = Expression(quoted(BROKEN_LINE), frozenset())
        return found

    def _check_columns(self) -> None:
        self.columns.require(
            (column for column in self.fact.required if column not in self.mapping.columns),
            f"{self.fact.name} need",
        )
        optional = {name.casefold() for name in self.mapping.optional}
        for column, expression in self.mapping.columns.items():
            if self.columns.open_ended and column not in self.fact.required:
                continue
            needed = {name for name in expression.columns if name.casefold() not in optional}
            self.columns.require(needed, f'the mapping "{self.mapping.name}" needs')

    def _check_formats(self) -> None:
        for time_format in self.mapping.time_formats:
            if "%" not in time_format and time_format not in {"iso", "epoch"}:
                raise self._wrong_format(
                    time_format, "it is neither iso, epoch nor made of % signs"
                )
            try:
                self.sandbox.value(f"SELECT try_strptime('', {literal(time_format)})")
            except duckdb.Error as error:
                raise self._wrong_format(time_format, first_line(error)) from error

    def _wrong_format(self, time_format: str, reason: str) -> UserError:
        return UserError(
            f'The time format "{time_format}" of the mapping {self.mapping.file} can\'t be used:'
            f" {reason}.",
            "Write it like %d/%m/%Y %H:%M.",
        )

    def _types(self, expressions: dict[str, Expression]) -> list[str]:
        """What each expression gives: asked of all at once, and of each where that fails."""
        try:
            return self._described(*(each.sql for each in expressions.values()))
        except duckdb.Error:
            return [self._type(column, each) for column, each in expressions.items()]

    def _type(self, column: str, expression: Expression) -> str:
        try:
            return self._described(expression.sql)[0]
        except duckdb.Error as error:
            raise UserError(
                f"The expression for {column} in the mapping {self.mapping.file} does not work:"
                f" {_binding_reason(error)}",
                "Correct it; docs/mappings.md shows what expressions may do.",
            ) from error

    def _described(self, *expressions: str) -> list[str]:
        """The types of expressions that give one value for each row.

        Beside a plain column, no expression can pass that sums rows up; nor, in a condition,
        one that makes several rows of one.
        """
        anchor = quoted("a plain column")
        given = ", ".join(f'{sql} AS "given {number}"' for number, sql in enumerate(expressions))
        is_given = " AND ".join(f"({sql}) IS NOT NULL" for sql in expressions)
        anchored = f"SELECT {given}, {anchor} FROM (SELECT *, 1 AS {anchor} FROM export)"
        described = list(self.sandbox.rows(f"DESCRIBE {anchored} WHERE {is_given}"))
        return [str(row[1]) for row in described[: len(expressions)]]

    def _given(self, column: str, expression: Expression, sql_type: str) -> Given:
        if column in self.mapping.value_tables:
            return Given(column, f"CAST({expression.sql} AS VARCHAR)", "VARCHAR")
        return Given(column, expression.sql, sql_type)

    def _query(self) -> str:
        return (
            f"WITH given AS ({self._step('', lambda g: g.sql, 'export', 'given_')}),"
            f" listed AS ({self._step('', self._listed, 'given', 'given_')}),"
            f" read AS ({self._step('*, ', self._read, 'listed')}),"
            f" sensible AS ({self._step(self._all_given(), self._sensible, 'read')})"
            f" SELECT {self._filled()}, {self._faults()} AS {FAULTS} FROM sensible"
        )

    def _faults(self) -> str:
        listed = _fault_list(faults(self.fact, self.read))
        if not self.columns.open_ended:
            return listed
        line = quoted(f"given_{BROKEN}")
        broken = f"{{'column': '', 'value': {line}, 'reason': {literal(NO_OBJECT)}}}"
        return f"CASE WHEN {line} IS NOT NULL THEN [{broken}] ELSE {listed} END"

    def _step(self, before: str, sql: Callable[[Given], str], source: str, prefix: str = "") -> str:
        columns = ", ".join(f"{sql(g)} AS {quoted(prefix + g.column)}" for g in self.given)
        return f"SELECT {before}{columns} FROM {source}"

    def _all_given(self) -> str:
        return "".join(f"{_given_name(given)}, " for given in self.given)

    def _listed(self, given: Given) -> str:
        table = self.mapping.value_tables.get(given.column)
        return listed_value(_given_name(given), table) if table else _given_name(given)

    def _read(self, given: Given) -> str:
        formats = self.mapping.time_formats
        value = read_value(_given_name(given), given.sql_type, self._kind(given), formats)
        if given.column in self.fact.codes:
            return f"upper({value})"
        return f"lower({value})" if given.column in self.fact.one_of else value

    def _sensible(self, given: Given) -> str:
        return sensible_value(quoted(given.column), self._kind(given))

    def _kind(self, given: Given) -> ColumnKind:
        if given.column in self.fact.columns:
            return self.fact.kind(given.column)
        return ColumnKind.TIME if given.column == NEWEST else ColumnKind.TEXT

    def _filled(self) -> str:
        """Every column with a value, and the time by which the newest row wins."""
        columns = [f"{self._fill(name)} AS {quoted(name)}" for name in self.filled]
        if self.mapping.newest_by is not None:
            columns.append(quoted(NEWEST))
        return ", ".join(columns)

    def _fill(self, name: str) -> str | None:
        """SQL for a column: as given, summed up, implied or its default; None where it has none."""
        found = [quoted(name)] if name in self.read else []
        parts = [quoted(part) for part in self.fact.sums.get(name, ()) if part in self.read]
        if parts:
            total = " + ".join(f"coalesce({part}, 0)" for part in parts)
            found.append(f"CASE WHEN coalesce({', '.join(parts)}) IS NOT NULL THEN {total} END")
        implied_by, word = self.fact.implied.get(name, ("", ""))
        if implied_by in self.read:
            found.append(f"CASE WHEN {quoted(implied_by)} IS NOT NULL THEN {literal(word)} END")
        default = self.fact.default(name)
        if default is not None:
            found.append(literal(default) if isinstance(default, str) else str(default))
        return f"coalesce({', '.join(found)})" if found else None


def _binding_reason(error: duckdb.Error) -> str:
    if "GROUP BY" in str(error) or "WHERE clause cannot contain aggregates" in str(error):
        return "it sums up several rows."
    return "it makes several rows of one." if "UNNEST" in str(error) else first_line(error)


def _given_name(given: Given) -> str:
    return quoted(f"given_{given.column}")


def _fault_list(rules: list[Fault]) -> str:
    """Null for a sound row, so that only broken ones cost anything."""
    broken = " OR ".join(f"coalesce({fault.condition}, false)" for fault in rules)
    listed = ", ".join(
        f"CASE WHEN {fault.condition} THEN {{'column': {literal(fault.column)}, 'value':"
        f" CAST({quoted('given_' + fault.column)} AS VARCHAR),"
        f" 'reason': {literal(fault.reason)}}} END"
        for fault in rules
    )
    return f"CASE WHEN {broken} THEN list_filter([{listed}], lambda fault: fault IS NOT NULL) END"
