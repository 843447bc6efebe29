"""How a given value is read as a fact's column: SQL for the value, and SQL for what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from storage.facts.clock_changes import local_to_utc
from storage.facts.declared import ColumnKind, Fact

NO_VALUE = "no value"
NUMBERS = (
    "BIGINT",
    "DOUBLE",
    "FLOAT",
    "INTEGER",
    "HUGEINT",
    "SMALLINT",
    "TINYINT",
    "DECIMAL",
    "UBIGINT",
    "UINTEGER",
    "USMALLINT",
    "UTINYINT",
    "UHUGEINT",
)
UNREADABLE = {
    ColumnKind.TIME: "unreadable time",
    ColumnKind.DAY: "unreadable day",
    ColumnKind.NUMBER: "unreadable number",
    ColumnKind.WHOLE_NUMBER: "unreadable whole number",
    ColumnKind.YES_OR_NO: "unreadable yes or no",
}

_SENSIBLE = """
CASE WHEN t >= TIMESTAMP '1970-01-01' AND t < TIMESTAMP '2200-01-01' THEN t END"""

# A cast to TIMESTAMP drops an offset; one to TIMESTAMPTZ honours it, and is slower.
_ISO_TIME = """
CASE WHEN ends_with(x, 'Z') OR ends_with(x, ' UTC') THEN TRY_CAST(x AS TIMESTAMP)
     WHEN strpos(substr(x, 12), '+') > 0 OR strpos(substr(x, 12), '-') > 0 THEN timezone(
         'UTC', TRY_CAST(replace(replace(x, ' +', '+'), ' -', '-') AS TIMESTAMPTZ))
     ELSE utc(TRY_CAST(x AS TIMESTAMP)) END"""

# 1e8 s is 1973: a day written 20240131 must not pass for an instant of 1970.
_EPOCH_TIME = """
CASE WHEN x >= 1e11 AND x < 1e14 THEN make_timestamp_ms(x::BIGINT)
     WHEN x >= 1e8 AND x < 1e11 THEN make_timestamp((x * 1e6)::BIGINT) END"""

_NUMBER = r"""
CASE WHEN strpos(x, ':') > 0 THEN
         CASE WHEN regexp_full_match(x, '\d+(:[0-5]?\d){1,2}(\.\d+)?') THEN list_reduce(
             string_split(x, ':')::DOUBLE[], lambda total, part: total * 60 + part) END
     ELSE finite(TRY_CAST(x AS DOUBLE)) END"""


@dataclass(frozen=True, slots=True)
class Fault:
    """SQL that is true where a row breaks a rule, the column it is put down to, and the reason."""

    column: str
    reason: str
    condition: str


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def macros(timezone: str) -> tuple[str, ...]:
    """What reading needs inside the database, for exports whose local times are of a zone."""
    bodies = {
        "utc(local)": local_to_utc("local", timezone),
        "sensible(t)": _SENSIBLE,
        "iso_time(x)": _ISO_TIME,
        "epoch_time(x)": _EPOCH_TIME,
        "finite(x)": "CASE WHEN isfinite(x) THEN x END",
        "number(x)": _NUMBER,
        "whole(x)": "CASE WHEN x = floor(x) THEN TRY_CAST(x AS INTEGER) END",
    }
    return tuple(f"CREATE MACRO {name} AS {body}" for name, body in bodies.items())


def given_value(expression: str, table: dict[str, str] | None) -> str:
    """The expression with its value table applied."""
    if not table:
        return expression
    text = f"CAST({expression} AS VARCHAR)"
    listed = {value: given for value, given in table.items() if value != "*"}
    arms = "".join(f" WHEN {literal(k)} THEN {literal(v)}" for k, v in listed.items())
    other = literal(table["*"]) if "*" in table else text
    chosen = f"CASE lower(trim({text})){arms} ELSE {other} END" if arms else other
    return f"CASE WHEN {text} IS NOT NULL THEN {chosen} END"


def read_value(given: str, sql_type: str, kind: ColumnKind, formats: tuple[str, ...]) -> str:
    """SQL that reads a given value of an SQL type as a kind; null where it can't be read."""
    match kind:
        case ColumnKind.TIME:
            return f"sensible({_time(given, sql_type, formats)})"
        case ColumnKind.DAY:
            return _day(given, sql_type, formats)
        case ColumnKind.NUMBER:
            return _number(given, sql_type)
        case ColumnKind.WHOLE_NUMBER:
            return f"whole({_number(given, sql_type)})"
        case ColumnKind.YES_OR_NO:
            return f"TRY_CAST({given} AS BOOLEAN)"
        case ColumnKind.TEXT:
            return f"CAST({given} AS VARCHAR)"


def _time(given: str, sql_type: str, formats: tuple[str, ...]) -> str:
    if sql_type == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('UTC', {given})"
    if sql_type.startswith(("TIMESTAMP", "DATE")):
        return f"utc(CAST({given} AS TIMESTAMP))"
    if sql_type.startswith(NUMBERS):
        return f"epoch_time({given})"
    text = f"CAST({given} AS VARCHAR)" if sql_type != "VARCHAR" else given
    readings = [_time_of_format(text, time_format) for time_format in formats]
    return readings[0] if len(readings) == 1 else f"coalesce({', '.join(readings)})"


def _time_of_format(text: str, time_format: str) -> str:
    if time_format == "iso":
        return f"iso_time({text})"
    if time_format == "epoch":
        return f"epoch_time(TRY_CAST({text} AS DOUBLE))"
    parsed = f"try_strptime({text}, {literal(time_format)})"
    return f"timezone('UTC', {parsed})" if "%z" in time_format else f"utc({parsed})"


def _day(given: str, sql_type: str, formats: tuple[str, ...]) -> str:
    if sql_type != "VARCHAR":
        return f"TRY_CAST({given} AS DATE)"
    readings = [f"TRY_CAST({given} AS DATE)"]
    readings += [
        f"CAST(try_strptime({given}, {literal(time_format)}) AS DATE)"
        for time_format in formats
        if "%" in time_format
    ]
    return f"coalesce({', '.join(reversed(readings))})"


def _number(given: str, sql_type: str) -> str:
    if sql_type == "INTERVAL":
        return f"epoch({given})"
    if sql_type.startswith(NUMBERS):
        return f"finite(CAST({given} AS DOUBLE))"
    return f"number({given})" if sql_type == "VARCHAR" else f"number(CAST({given} AS VARCHAR))"


def faults(fact: Fact, read: tuple[str, ...]) -> list[Fault]:
    """Every rule that rows of a fact can break, over columns ``given_…`` and the fact's own."""
    found = [Fault(name, NO_VALUE, f"{_given(name)} IS NULL") for name in fact.required]
    for name in read:
        found += _faults_of_value(fact, name)
    for later, earlier in fact.not_before:
        if later in read and earlier in read:
            condition = f"{quoted(later)} < {quoted(earlier)}"
            found.append(Fault(later, f"before {earlier}", condition))
    return found


def _faults_of_value(fact: Fact, name: str) -> list[Fault]:
    kind, found = fact.kind(name), []
    if kind in UNREADABLE:
        condition = f"({quoted(name)} IS NULL AND {_given(name)} IS NOT NULL)"
        found.append(Fault(name, UNREADABLE[kind], condition))
    if name in fact.one_of:
        words = ", ".join(literal(word) for word in fact.one_of[name])
        found.append(Fault(name, f"unknown {name}", f"{quoted(name)} NOT IN ({words})"))
    if kind in {ColumnKind.NUMBER, ColumnKind.WHOLE_NUMBER}:
        reason = "negative duration" if name.endswith("_seconds") else "negative number"
        found.append(Fault(name, reason, f"{quoted(name)} < 0"))
    return found


def _given(name: str) -> str:
    return quoted(f"given_{name}")
