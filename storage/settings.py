"""What the organisation decides, as it stands in ``carekpi.toml``, read and checked at once."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from storage.benchmarks import Benchmark, labels, shipped
from storage.calendar_settings import read_calendars
from storage.calendars import EVERY_TEAM, BusinessCalendar
from storage.errors import SettingsError
from storage.quality.card_settings import read_cards
from storage.quality.scorecards import Scorecard
from storage.quality.wording import read_wording
from storage.retention import Retention, read_retention
from storage.setting_lines import line_of, lines_of_keys, lower_first, why_unread
from storage.setting_values import (
    Check,
    UnfitValueError,
    amount,
    any_number,
    memory,
    share,
    share_or_none,
    timezone,
    whole_number,
    words,
    year,
    yes_or_no,
)
from storage.surveys.manners import Manners, read_manners
from storage.surveys.texts import ByLanguage, read_texts

FILE_NAME = "carekpi.toml"
EVERY_PRIORITY = "*"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; durations carry their unit in the name.

    ``small_samples`` overrides ``small_sample`` by metric key. ``resolution_target_hours`` is by
    priority, ``*`` for every other one. ``benchmark`` is the label of the one that is shown, by
    metric key, among ``benchmarks`` and those shipped. ``calendars`` are by team, ``*`` likewise.
    ``survey_texts`` are those that differ from the shipped ones, by language.
    """

    timezone: str = "UTC"
    small_sample: int = 30
    small_samples: Mapping[str, int] = field(default_factory=dict)
    service_level_seconds: float = 20.0
    service_level_share: float = 0.8
    shrinkage: float = 0.3
    short_abandon_seconds: float = 5.0
    repeat_contact_days: int = 7
    repeat_contact_any_issue: bool = False
    resolution_target_hours: Mapping[str, float] = field(default_factory=dict)
    memory_limit: str = "600MB"
    messages_per_minute: int = 240
    appeal_days: int = 7
    coaching_follow_up_weeks: int = 4
    calendars: Mapping[str, BusinessCalendar] = field(default_factory=dict)
    surveys: Manners = field(default_factory=Manners)
    benchmark: Mapping[str, str] = field(default_factory=dict)
    benchmarks: tuple[Benchmark, ...] = ()
    survey_texts: ByLanguage = field(default_factory=dict)
    scorecards: tuple[Scorecard, ...] = ()
    wording: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    retention: Retention = field(default_factory=Retention)

    def smallest_sample(self, metric_key: str) -> int:
        """Under it, a figure of this metric is a small sample."""
        return self.small_samples.get(metric_key, self.small_sample)

    def calendar_name(self, team: str) -> str | None:
        """Which of the calendars a team goes by: its own however it is written, or the others'."""
        own = (name for name in self.calendars if name.casefold() == team.casefold())
        return next(own, EVERY_TEAM if EVERY_TEAM in self.calendars else None)

    def benchmark_of(self, metric_key: str) -> Benchmark | None:
        """The one to be shown beside a metric; the organisation's own goes before a shipped one."""
        label = self.benchmark.get(metric_key)
        known = (*self.benchmarks, *shipped())
        return next((b for b in known if (b.metric, b.label) == (metric_key, label)), None)


@dataclass(frozen=True, slots=True)
class _Problem:
    line: int
    text: str


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
            f"{path} could not be read: {why_unread(error)}.", "It must be a text file in UTF-8."
        ) from error
    return parse_settings(text, metric_keys)


def parse_settings(text: str, metric_keys: Collection[str]) -> Settings:
    """The settings of a file's text; what ``read_settings`` does after reading it."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{FILE_NAME} could not be understood: {lower_first(str(error))}.",
            "Each line is a name, an equals sign and a value, such as: small_sample = 30",
        ) from error
    lines = lines_of_keys(text)
    values: dict[str, Any] = {}
    problems = list(_check_all(given, lines, metric_keys, values))
    if "calendars" in given:
        problems += _check_calendars(given["calendars"], lines, values)
    for name in _READERS.keys() & given.keys():
        values[name], unfit = _READERS[name](given[name])
        problems += [_Problem(line_of((name, *path), lines), text) for path, text in unfit]
    problems += _check_chosen(values, lines)
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
        elif name == "benchmarks":
            found: list[Benchmark] = []
            yield from _check_benchmarks(value, lines, metric_keys, found)
            values[name] = tuple(found)
        elif name in _CHECKS:
            yield from _check_one((name,), value, _CHECKS[name], lines, values)
        elif name != "calendars" and name not in _READERS:
            known = [*_CHECKS, *_TABLES, "benchmarks", "calendars", *_READERS]
            yield _unknown((name,), known, "setting", lines)


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
        if table in _BY_METRIC and key not in metric_keys:
            yield _unknown((table, key), metric_keys, "metric", lines)
        else:
            yield from _check_one((table, key), value, _TABLES[table], lines, fit)


def _check_calendars(
    given: object, lines: Mapping[tuple[str, ...], int], values: dict[str, Any]
) -> Iterator[_Problem]:
    """After all else, as a calendar without a zone follows the organisation's."""
    calendars = values.setdefault("calendars", {})
    for path, text in read_calendars(given, values.get("timezone", Settings().timezone), calendars):
        yield _Problem(line_of(("calendars", *path), lines), text)


def _check_benchmarks(
    entries: object,
    lines: Mapping[tuple[str, ...], int],
    metric_keys: Collection[str],
    fit: list[Benchmark],
) -> Iterator[_Problem]:
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        line = lines.get(("benchmarks",), 1)
        yield _Problem(line, "benchmarks are sections: write [[benchmarks]] above each.")
        return
    for number, entry in enumerate(entries):
        path, values = ("benchmarks", str(number)), dict[str, Any]()
        problems = list(_check_benchmark(path, entry, lines, metric_keys, values))
        yield from problems
        if not problems:
            fit.append(Benchmark(**values))


def _check_benchmark(
    path: tuple[str, ...],
    entry: Mapping[str, Any],
    lines: Mapping[tuple[str, ...], int],
    metric_keys: Collection[str],
    fit: dict[str, Any],
) -> Iterator[_Problem]:
    for key, value in entry.items():
        if key not in _BENCHMARK:
            yield _unknown((*path, key), _BENCHMARK, "part of a benchmark", lines)
        elif key == "metric" and value not in metric_keys:
            place = line_of((*path, key), lines)
            yield replace(_unknown((str(value),), metric_keys, "metric", lines), line=place)
        else:
            yield from _check_one((*path, key), value, _BENCHMARK[key], lines, fit)
    for key in (key for key in _BENCHMARK if key not in entry):
        yield _Problem(line_of(path, lines), f"This benchmark has no {key}.")


def _check_chosen(
    values: Mapping[str, Any], lines: Mapping[tuple[str, ...], int]
) -> Iterator[_Problem]:
    """Whether there is each benchmark that is to be shown."""
    known = (*values.get("benchmarks", ()), *shipped())
    for metric_key, label in values.get("benchmark", {}).items():
        if label not in labels(known, metric_key):
            place = line_of(("benchmark", metric_key), lines)
            names = ", ".join(labels(known, metric_key)) or "none, add it under [[benchmarks]]"
            yield _Problem(place, f'I don\'t know a benchmark "{label}". There is: {names}.')


def _check_one(
    path: tuple[str, ...],
    value: object,
    check: Check,
    lines: Mapping[tuple[str, ...], int],
    fit: dict[str, Any],
) -> Iterator[_Problem]:
    try:
        fit[path[-1]] = check(value)
    except UnfitValueError as error:
        yield _Problem(line_of(path, lines), f"{path[-1]} {error}")


def _unknown(
    path: tuple[str, ...],
    known: Collection[str],
    noun: str,
    lines: Mapping[tuple[str, ...], int],
) -> _Problem:
    near = get_close_matches(path[-1].lower(), known, n=1, cutoff=0.6)
    hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(sorted(known))}."
    return _Problem(line_of(path, lines), f'I don\'t know a {noun} "{path[-1]}". {hint}')


_CHECKS: dict[str, Check] = {
    "timezone": timezone,
    "small_sample": whole_number,
    "service_level_seconds": amount,
    "service_level_share": share,
    "shrinkage": share_or_none,
    "short_abandon_seconds": amount,
    "repeat_contact_days": whole_number,
    "repeat_contact_any_issue": yes_or_no,
    "memory_limit": memory,
    "messages_per_minute": whole_number,
    "appeal_days": whole_number,
    "coaching_follow_up_weeks": whole_number,
}
_TABLES: dict[str, Check] = {
    "small_samples": whole_number,
    "resolution_target_hours": amount,
    "benchmark": words,
}
_READERS: dict[str, Callable[[object], tuple[Any, list[tuple[tuple[str, ...], str]]]]] = {
    "scorecards": read_cards,
    "wording": read_wording,
    "surveys": read_manners,
    "retention": read_retention,
    "survey_texts": read_texts,
}
"""Sections with a reader of their own: what is fit, and what is not by the keys that lead to it."""
_BY_METRIC = {"small_samples", "benchmark"}
_BENCHMARK: dict[str, Check] = {
    "metric": words,
    "label": words,
    "value": any_number,
    "year": year,
    "source": words,
}


def _listed(problems: list[_Problem]) -> str:
    ordered = sorted(problems, key=lambda problem: problem.line)
    rows = "".join(f"\n  line {problem.line}: {problem.text}" for problem in ordered)
    return f"{FILE_NAME} can't be used yet.{rows}\nMend these lines and start again."
