"""How a given value is read as a fact's column: SQL for the value, and SQL for what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from storage.facts.clock_changes import local_to_utc
from storage.facts.declared import ColumnKind, Fact, Range
from storage.periods import FIRST_YEAR, LAST_YEAR

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

# Trimming every value costs more than all the rest: only those that have a blank at an end are.
_TRIMMED = """
CASE WHEN x < '!' OR suffix(x, ' ') OR suffix(x, chr(9)) OR suffix(x, chr(10))
       OR suffix(x, chr(13))
     THEN trim(x, concat(' ', chr(9), chr(10), chr(13))) ELSE x END"""

# A cast to TIMESTAMP drops an offset; one to TIMESTAMPTZ honours it, and is slower. Neither reads
# a time without seconds that has a zone.
_ISO_TIME = """
CASE WHEN ends_with(x, 'Z') OR ends_with(x, ' UTC') THEN coalesce(
         TRY_CAST(x AS TIMESTAMP),
         try_strptime(x, ['%Y-%m-%dT%H:%MZ', '%Y-%m-%d %H:%MZ', '%Y-%m-%d %H:%M UTC']))
     WHEN strpos(substr(x, 12), '+') > 0 OR strpos(substr(x, 12), '-') > 0 THEN timezone(
         'UTC', coalesce(
             TRY_CAST(replace(replace(x, ' +', '+'), ' -', '-') AS TIMESTAMPTZ),
             try_strptime(replace(replace(x, ' +', '+'), ' -', '-'),
                          ['%Y-%m-%dT%H:%M%z', '%Y-%m-%d %H:%M%z'])))
     ELSE utc(TRY_CAST(x AS TIMESTAMP)) END"""

# 1e8 s is 1973: a day written 20240131 must not pass for an instant of 1970.
_EPOCH_TIME = """
CASE WHEN x >= 1e11 AND x < 1e14 THEN make_timestamp_ms(x::BIGINT)
     WHEN x >= 1e8 AND x < 1e11 THEN make_timestamp((x * 1e6)::BIGINT) END"""

_NUMBER = r"""
CASE WHEN strpos(x, ':') > 0 THEN
         CASE WHEN regexp_full_match(x, '\d+(:[0-5]?\d){1,2}(\.\d+)?') THEN list_reduce(
             string_split(x, ':')::DOUBLE[], lambda total, part: total * 60 + part) END
     ELSE TRY_CAST(x AS DOUBLE) END"""


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


def macros(timezone: str, formats: tuple[str, ...], file_name: str) -> tuple[str, ...]:
    """What reading needs inside the database, for exports whose local times are of a zone.

    ``instant``, ``seconds`` and ``file_name`` are there for the mappings' expressions too.

    A macro's argument is put in wherever it is named, and computed there again: they are given
    plain columns, and each step of reading is a query of its own over the one before.
    """
    bodies = {
        "trimmed(x)": _TRIMMED,
        "utc(local)": local_to_utc("local", timezone),
        "iso_time(x)": _ISO_TIME,
        "epoch_time(x)": _EPOCH_TIME,
        "number(x)": _NUMBER,
        "seconds(x)": "number(x)",
        "file_name()": literal(file_name),
        "instant(x)": f"timezone('UTC', {_time('x', 'VARCHAR', formats)})",
    }
    return tuple(f"CREATE MACRO {name} AS {body}" for name, body in bodies.items())


def listed_value(given: str, table: dict[str, str]) -> str:
    """A given text as a value table says, compared in lower case; what it calls ``""`` is null."""
    listed = {value: meant for value, meant in table.items() if value != "*"}
    other = _meant(table["*"]) if "*" in table else given
    if not listed:
        return f"CASE WHEN {given} IS NOT NULL THEN {other} END"
    arms = "".join(f" WHEN {literal(k)} THEN {_meant(v)}" for k, v in listed.items())
    return (
        f"CASE WHEN {given} IS NOT NULL THEN CASE lower(trim({given})){arms} ELSE {other} END END"
    )


def _meant(text: str) -> str:
    return literal(text) if text.strip() else "CAST(NULL AS VARCHAR)"


def read_value(given: str, sql_type: str, kind: ColumnKind, formats: tuple[str, ...]) -> str:
    """SQL that reads a given value of an SQL type as a kind; null where it can't be read."""
    match kind:
        case ColumnKind.TIME:
            return _time(given, sql_type, formats)
        case ColumnKind.DAY:
            return _day(given, sql_type, formats)
        case ColumnKind.NUMBER | ColumnKind.WHOLE_NUMBER:
            return _number(given, sql_type)
        case ColumnKind.YES_OR_NO:
            return f"TRY_CAST({given} AS BOOLEAN)"
        case ColumnKind.TEXT:
            return _text(given, sql_type)


def sensible_value(read: str, kind: ColumnKind) -> str:
    """SQL for a value that was read, null where no such value can be meant."""
    match kind:
        case ColumnKind.TIME:
            return f"CASE WHEN {_between_years(read, 'TIMESTAMP')} THEN {read} END"
        case ColumnKind.DAY:
            return f"CASE WHEN {_between_years(read, 'DATE')} THEN {read} END"
        case ColumnKind.NUMBER:
            return f"CASE WHEN isfinite({read}) THEN {read} END"
        case ColumnKind.WHOLE_NUMBER:
            return f"CASE WHEN {read} = floor({read}) THEN TRY_CAST({read} AS INTEGER) END"
        case ColumnKind.YES_OR_NO | ColumnKind.TEXT:
            return read


def _between_years(read: str, sql_type: str) -> str:
    first, after = f"{sql_type} '{FIRST_YEAR}-01-01'", f"{sql_type} '{LAST_YEAR}-01-01'"
    return f"{read} >= {first} AND {read} < {after}"


def _time(given: str, sql_type: str, formats: tuple[str, ...]) -> str:
    if sql_type == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('UTC', {given})"
    if sql_type.startswith(("TIMESTAMP", "DATE")):
        return f"utc(CAST({given} AS TIMESTAMP))"
    if sql_type.startswith(NUMBERS):
        return f"epoch_time({given})"
    text = given if sql_type == "VARCHAR" else f"CAST({given} AS VARCHAR)"
    readings = [_time_of_format(text, time_format) for time_format in formats]
    return readings[0] if len(readings) == 1 else f"coalesce({', '.join(readings)})"


def _time_of_format(text: str, time_format: str) -> str:
    if time_format == "iso":
        return f"iso_time({text})"
    if time_format == "epoch":
        return f"epoch_time(TRY_CAST({text} AS DOUBLE))"
    parsed = f"try_strptime({text}, {literal(time_format)})"
    return f"timezone('UTC', {parsed})" if "%z" in time_format else f"utc({parsed})"


def _text(given: str, sql_type: str) -> str:
    if sql_type == "VARCHAR":
        return given
    if sql_type in {"DOUBLE", "FLOAT"}:
        # Ids that passed through pandas: 7.0 is meant to be 7.
        whole = f"{given} = floor({given}) AND abs({given}) < 1e15"
        return f"CASE WHEN {whole} THEN {given}::BIGINT::VARCHAR ELSE {given}::VARCHAR END"
    return f"CAST({given} AS VARCHAR)"


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
        return f"CAST({given} AS DOUBLE)"
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
    return found + [_fault_of_range(each) for each in fact.ranges if each.column in read]


def _faults_of_value(fact: Fact, name: str) -> list[Fault]:
    kind, found = fact.kind(name), []
    if kind in UNREADABLE:
        condition = f"({quoted(name)} IS NULL AND {_given(name)} IS NOT NULL)"
        found.append(Fault(name, UNREADABLE[kind], condition))
    if name in fact.one_of:
        words = ", ".join(literal(word) for word in fact.one_of[name])
        found.append(Fault(name, f"unknown {name}", f"{quoted(name)} NOT IN ({words})"))
    if name in fact.codes:
        letters = fact.codes[name]
        condition = f"NOT regexp_full_match({quoted(name)}, '[A-Z]{{{letters}}}')"
        found.append(Fault(name, f"no code of {letters} letters", condition))
    if kind in {ColumnKind.NUMBER, ColumnKind.WHOLE_NUMBER} and not _may_be_negative(fact, name):
        reason = "negative duration" if name.endswith("_seconds") else "negative number"
        found.append(Fault(name, reason, f"{quoted(name)} < 0"))
    return found


def _may_be_negative(fact: Fact, name: str) -> bool:
    return name in fact.signed or any(each.column == name for each in fact.ranges)


def _fault_of_range(limits: Range) -> Fault:
    reason = f"outside {limits.lowest} to {limits.highest}"
    condition = f"{quoted(limits.column)} NOT BETWEEN {limits.lowest} AND {limits.highest}"
    if limits.of is None:
        return Fault(limits.column, reason, condition)
    column, word = limits.of
    only = f"{quoted(column)} = {literal(word)} AND {condition}"
    return Fault(limits.column, f"{reason}, the range of {word}", only)


def _given(name: str) -> str:
    return quoted(f"given_{name}")
