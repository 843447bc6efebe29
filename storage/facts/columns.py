"""An export's columns as a mapping may use them: trimmed, with the marks for "no value" gone.

Those of CSV and JSON lines are all text.
"""

# ruff: noqa: S608 - only our own names and quoted literals are put into SQL

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from storage.errors import UserError
from storage.facts.export import Export, Format
from storage.facts.sandbox import Sandbox
from storage.facts.values import literal, quoted

JSON_SAMPLE_LINES = 1000
LONGEST_JSON_LINE_BYTES = 16 * 1000**2
JSON_LINE = "line"
BROKEN_LINE = "line that is no object"
REJECTED_LINES = "store_rejects = true, rejects_table = 'broken_lines', rejects_scan = 'scans'"


class Columns:
    """The columns that an export has, and the SQL that reads some of them."""

    def __init__(self, sandbox: Sandbox, export: Export, null_marks: tuple[str, ...]) -> None:
        self.export, self.null_marks = export, null_marks
        self.types = _types(sandbox, export)
        self._names = {name.casefold(): name for name in self.types}
        headings = Counter(heading.strip().casefold() for heading in export.columns)
        self._repeated = {heading for heading, times in headings.items() if times > 1}

    @property
    def open_ended(self) -> bool:
        """Whether a row may have a column that the first ones have not."""
        return self.export.format is Format.JSON_LINES

    def has(self, name: str) -> bool:
        return name.casefold() in self._names

    def require(self, names: Iterable[str], needed_for: str) -> None:
        missing = sorted({name for name in names if not self.has(name)})
        if missing:
            listed = ", ".join(f'"{name}"' for name in missing)
            raise UserError(
                f"{self.export.name} has no column {listed}, which {needed_for}.",
                f"It has: {', '.join(self.types) or 'none'}.",
            )

    def select(self, names: Iterable[str]) -> str:
        """SQL for these columns, each under the name it is asked by, blank values as null."""
        wanted = sorted({name.casefold(): name for name in names}.values())
        for name in wanted:
            if name.casefold() in self._repeated:
                raise UserError(
                    f'{self.export.name} has the column "{name}" more than once.',
                    "Keep one of them.",
                )
        trimmed = ", ".join(f"{self._trimmed(name)} AS {quoted(name)}" for name in wanted)
        columns = ", ".join(f"{self._cleared(name)} AS {quoted(name)}" for name in wanted)
        if self.open_ended:
            trimmed += f", CASE WHEN object IS NULL THEN {JSON_LINE} END AS {quoted(BROKEN_LINE)}"
            columns += f", {quoted(BROKEN_LINE)}"
        if not wanted:
            return f"SELECT NULL AS nothing FROM {self._table()}"
        return f"SELECT {columns} FROM (SELECT {trimmed} FROM {self._table()})"

    def _trimmed(self, name: str) -> str:
        own = self._names.get(name.casefold())
        if self.export.format is Format.JSON_LINES:
            return f"trimmed(object ->> {literal(f'$.{json.dumps(own or name)}')})"
        if own is None:
            return "CAST(NULL AS VARCHAR)"
        return f"trimmed({quoted(own)})" if self.types[own] == "VARCHAR" else quoted(own)

    def _cleared(self, name: str) -> str:
        """The column without what stands for no value: blanks, null marks, pandas' NaN."""
        sql_type = self.types.get(self._names.get(name.casefold(), ""), "VARCHAR")
        if sql_type in {"DOUBLE", "FLOAT"}:
            return f"CASE WHEN NOT isnan({quoted(name)}) THEN {quoted(name)} END"
        if sql_type != "VARCHAR":
            return quoted(name)
        marks = ", ".join(literal(mark) for mark in ("", *self.null_marks))
        return f"CASE WHEN {quoted(name)} NOT IN ({marks}) THEN {quoted(name)} END"

    def _table(self) -> str:
        path = literal(str(self.export.path))
        match self.export.format:
            case Format.PARQUET:
                return f"read_parquet({path})"
            case Format.JSON_LINES:
                return f"({_json_lines(path)})"
            case Format.CSV:
                names = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in self.types)
                return (
                    f"read_csv({path}, auto_detect = false, header = true,"
                    f" skip = {self.export.skip}, quote = '\"', escape = '\"',"
                    f" delim = {literal(self.export.delimiter)},"
                    f" columns = {{{names}}}, {REJECTED_LINES})"
                )


def _types(sandbox: Sandbox, export: Export) -> dict[str, str]:
    match export.format:
        case Format.PARQUET:
            path = literal(str(export.path))
            described = sandbox.rows(f"DESCRIBE SELECT * FROM read_parquet({path})")
            return {str(row[0]): str(row[1]) for row in described}
        case Format.JSON_LINES:
            return dict.fromkeys(_json_keys(export), "VARCHAR")
        case Format.CSV:
            return dict.fromkeys(_distinct(export.columns), "VARCHAR")


def _distinct(headings: tuple[str, ...]) -> list[str]:
    """The headings without blanks around them, empty and repeated ones numbered."""
    names: dict[str, str] = {}
    for number, heading in enumerate(headings, 1):
        name = heading.strip() or f"column {number}"
        while name.casefold() in names:
            name += f" ({number})"
        names[name.casefold()] = name
    return list(names.values())


def _json_keys(export: Export) -> dict[str, None]:
    keys: dict[str, None] = {}
    with export.path.open(encoding="utf-8-sig", errors="replace") as lines:
        for line in islice(lines, JSON_SAMPLE_LINES):
            try:
                row = json.loads(line)
            except ValueError:
                continue
            keys.update(dict.fromkeys(row) if isinstance(row, dict) else {})
    return keys


def _json_lines(path: str) -> str:
    """Each line as one text: no control character may stand in JSON, so none can split it."""
    read = (
        f"read_csv({path}, auto_detect = false, header = false, delim = chr(1), quote = '',"
        f" escape = '', columns = {{'{JSON_LINE}': 'VARCHAR'}},"
        f" max_line_size = {LONGEST_JSON_LINE_BYTES}, buffer_size = {2 * LONGEST_JSON_LINE_BYTES},"
        f" {REJECTED_LINES})"
    )
    is_object = f"json_valid({JSON_LINE}) AND json_type({JSON_LINE}) = 'OBJECT'"
    return (
        f"SELECT {JSON_LINE}, CASE WHEN {is_object} THEN {JSON_LINE}::JSON END AS object"
        f" FROM {read} WHERE {JSON_LINE} IS NOT NULL"
    )
