"""What the organisation decides, as it stands in ``carekpi.toml``, read and checked at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from storage.calendar_settings import read_calendars
from storage.calendars import EVERY_TEAM, BusinessCalendar
from storage.errors import SettingsError, UserError
from storage.periods import zone

FILE_NAME = "carekpi.toml"
EVERY_PRIORITY = "*"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; durations carry their unit in the name.

    ``small_samples`` overrides ``small_sample`` by metric key. ``resolution_target_hours`` is by
    priority, ``*`` for every other one. ``calendars`` are by team, ``*`` likewise.
    """

    timezone: str = "UTC"
    small_sample: int = 30
    small_samples: Mapping[str, int] = field(default_factory=dict)
    service_level_seconds: float = 20.0
    short_abandon_seconds: float = 5.0
    repeat_contact_days: int = 7
    repeat_contact_any_issue: bool = False
    resolution_target_hours: Mapping[str, float] = field(default_factory=dict)
    memory_limit: str = "600MB"
    calendars: Mapping[str, BusinessCalendar] = field(default_factory=dict)

    def smallest_sample(self, metric_key: str) -> int:
        """Under it, a figure of this metric is a small sample."""
        return self.small_samples.get(metric_key, self.small_sample)

    def calendar_name(self, team: str) -> str | None:
        """Which of the calendars a team goes by: its own however it is written, or the others'."""
        own = (name for name in self.calendars if name.casefold() == team.casefold())
        return next(own, EVERY_TEAM if EVERY_TEAM in self.calendars else None)


@dataclass(frozen=True, slots=True)
class _Problem:
    line: int
    text: str


class _UnfitValueError(Exception):
    """A value that a setting can't take; its text completes "timezone …"."""


Check = Callable[[Any], Any]


def read_settings(data_folder: Path, metric_keys: Collection[str]) -> Settings:
    """The settings of a data folder; a missing or empty file means every default.

    Raises:
        SettingsError: all problems of the file together, each with its line.
    """
    path = data_folder / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path} could not be read: {_reason(error)}.", "It must be a text file in UTF-8."
        ) from error
    return parse_settings(text, metric_keys)


def parse_settings(text: str, metric_keys: Collection[str]) -> Settings:
    """The settings of a file's text; what ``read_settings`` does after reading it."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{FILE_NAME} could not be understood: {_lower_first(str(error))}.",
            "Each line is a name, an equals sign and a value, such as: small_sample = 30",
        ) from error
    lines = _lines_of_keys(text)
    values: dict[str, Any] = {}
    problems = list(_check_all(given, lines, metric_keys, values))
    if "calendars" in given:
        problems += _check_calendars(given["calendars"], lines, values)
    if problems:
        raise SettingsError(_listed(problems))
    return Settings(**values)


def _check_all(
    given: Mapping[str, Any],
    lines: Mapping[tuple[str, ...], int],
    metric_keys: Collection[str],
    values: dict[str, Any],
) -> Iterator[_Problem]:
    """Fills ``values`` with what is fit, and yields a problem for each thing that is not."""
    for name, value in given.items():
        if name in _TABLES:
            fit = values.setdefault(name, {})
            yield from _check_table(name, value, lines, metric_keys, fit)
        elif name in _CHECKS:
            yield from _check_one((name,), value, _CHECKS[name], lines, values)
        elif name != "calendars":
            yield _unknown((name,), [*_CHECKS, *_TABLES, "calendars"], "setting", lines)


def _check_table(
    table: str,
    entries: object,
    lines: Mapping[tuple[str, ...], int],
    metric_keys: Collection[str],
    fit: dict[str, Any],
) -> Iterator[_Problem]:
    if not isinstance(entries, dict):
        yield _Problem(lines.get((table,), 1), f"{table} is a section: write [{table}] above it.")
        return
    for key, value in entries.items():
        if table == "small_samples" and key not in metric_keys:
            yield _unknown((table, key), metric_keys, "metric", lines)
        else:
            yield from _check_one((table, key), value, _TABLES[table], lines, fit)


def _check_calendars(
    given: object, lines: Mapping[tuple[str, ...], int], values: dict[str, Any]
) -> Iterator[_Problem]:
    """After all else, as a calendar without a zone follows the organisation's."""
    calendars = values.setdefault("calendars", {})
    for path, text in read_calendars(given, values.get("timezone", Settings().timezone), calendars):
        yield _Problem(_line(("calendars", *path), lines), text)


def _check_one(
    path: tuple[str, ...],
    value: object,
    check: Check,
    lines: Mapping[tuple[str, ...], int],
    fit: dict[str, Any],
) -> Iterator[_Problem]:
    try:
        fit[path[-1]] = check(value)
    except _UnfitValueError as error:
        yield _Problem(_line(path, lines), f"{path[-1]} {error}")


def _unknown(
    path: tuple[str, ...],
    known: Collection[str],
    noun: str,
    lines: Mapping[tuple[str, ...], int],
) -> _Problem:
    near = get_close_matches(path[-1].lower(), known, n=1, cutoff=0.6)
    hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(sorted(known))}."
    return _Problem(_line(path, lines), f'I don\'t know a {noun} "{path[-1]}". {hint}')


def _timezone(value: object) -> str:
    if not isinstance(value, str):
        raise _UnfitValueError('must be a name in quotes, such as "Europe/Berlin".')
    try:
        zone(value)
    except UserError as error:
        raise _UnfitValueError(
            f'is "{value}", which is no time zone. Use a name like Europe/Berlin or UTC.'
        ) from error
    return value


def _whole_number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _UnfitValueError(f"must be a whole number of 1 or more, not {_shown(value)}.")
    return value


def _number(value: object) -> float:
    """TOML knows infinity and not-a-number too; neither passes the comparison."""
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or not 0 <= value < float("inf"):  # type: ignore[operator]  # fits: a number
        raise _UnfitValueError(f"must be a number of 0 or more, not {_shown(value)}.")
    return float(value)  # type: ignore[arg-type]  # fits: a number


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise _UnfitValueError(f"must be true or false, not {_shown(value)}.")
    return value


def _memory(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[1-9]\d*(\.\d+)? ?[KMGT]i?B", value):
        raise _UnfitValueError(f'must be an amount such as "600MB" or "2GB", not {_shown(value)}.')
    return value


_CHECKS: dict[str, Check] = {
    "timezone": _timezone,
    "small_sample": _whole_number,
    "service_level_seconds": _number,
    "short_abandon_seconds": _number,
    "repeat_contact_days": _whole_number,
    "repeat_contact_any_issue": _yes_or_no,
    "memory_limit": _memory,
}
_TABLES: dict[str, Check] = {"small_samples": _whole_number, "resolution_target_hours": _number}


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _listed(problems: list[_Problem]) -> str:
    ordered = sorted(problems, key=lambda problem: problem.line)
    rows = "".join(f"\n  line {problem.line}: {problem.text}" for problem in ordered)
    return f"{FILE_NAME} can't be used yet.{rows}\nMend these lines and start again."


def _line(path: tuple[str, ...], lines: Mapping[tuple[str, ...], int]) -> int:
    """The line of a key, or of the nearest thing around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """Where each key and section of a TOML text stands; the parser itself does not tell."""
    found: dict[tuple[str, ...], int] = {}
    section: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if match := re.match(r"\s*\[+([^\[\]]+)\]", line):
            section = _key_parts(match[1])
            found.setdefault(section, number)
        elif match := re.match(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*'|\s*\.\s*)+?)\s*=", line):
            found.setdefault(section + _key_parts(match[1]), number)
    return found


def _key_parts(written: str) -> tuple[str, ...]:
    parts = re.findall(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)", written)
    return tuple(next((part for part in group if part), "") for group in parts)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return _lower_first(error.strerror)
    return "it is not written in UTF-8"
