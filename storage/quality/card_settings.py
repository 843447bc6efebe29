"""Scorecards as they stand in a settings file, checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from storage.facts.tables import CHANNELS
from storage.quality.scorecards import Criterion, Scorecard, sections_of
from storage.setting_values import UnfitValueError, amount, shown, yes_or_no

MOST_CRITERIA = 60
MOST_SECTIONS = 20
MOST_POINTS = 10
LONGEST_TITLE = 75
LONGEST_GUIDANCE = 300
LONGEST_KEY = 60
YES_OR_NO = "yes/no"

Problem = tuple[tuple[str, ...], str]
"""The keys that lead to what is wrong, and the sentence about it."""
Check = Callable[[Any], Any]


@cache
def shipped_cards() -> tuple[Scorecard, ...]:
    """Those that come with CareKPI."""
    path = Path(__file__).with_name("scorecards.toml")
    cards, problems = read_cards(tomllib.loads(path.read_text("utf-8"))["scorecards"])
    if problems:
        raise ValueError(f"the shipped scorecards are wrong: {problems}")
    return cards


def with_shipped(own: Collection[Scorecard]) -> tuple[Scorecard, ...]:
    """The organisation's own cards, and of those shipped the ones that it has no own for."""
    keys = {each.key for each in own}
    return (*own, *(each for each in shipped_cards() if each.key not in keys))


def read_cards(given: object) -> tuple[tuple[Scorecard, ...], list[Problem]]:
    """The cards that are fit, and what is not."""
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        return (), [((), "scorecards are sections: write [[scorecards]] above each.")]
    cards: list[Scorecard] = []
    found: list[Problem] = []
    seen: set[str] = set()
    for number, entry in enumerate(given):
        fit: dict[str, Any] = {}
        problems = [*_read_entry(entry, fit), *_repeated(fit, seen)]
        found += [((str(number), *path), text) for path, text in problems]
        cards += [] if problems else [Scorecard(**fit)]
    return tuple(cards), found


def _read_entry(entry: Mapping[str, Any], fit: dict[str, Any]) -> Iterator[Problem]:
    plain = {key: value for key, value in entry.items() if key != "criteria"}
    yield from _check_all(plain, _CARD, "part of a scorecard", fit, also=("criteria",))
    fit.setdefault("channels", ())
    yield from _missing(entry, ("key", "title"), "scorecard")
    criteria: list[tuple[str, Criterion]] = []
    yield from _read_criteria(entry.get("criteria"), criteria)
    fit["sections"] = sections_of(criteria)


def _read_criteria(given: object, fit: list[tuple[str, Criterion]]) -> Iterator[Problem]:
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        yield (), "This scorecard has no criteria: write [[scorecards.criteria]] above each."
        return
    if len(given) > MOST_CRITERIA:
        yield (), f"A scorecard has {MOST_CRITERIA} criteria at most; this one has {len(given)}."
    seen: set[str] = set()
    for number, entry in enumerate(given):
        values: dict[str, Any] = {}
        problems = list(_check_all(entry, _CRITERION, "part of a criterion", values))
        problems += _missing(entry, ("key", "title"), "criterion")
        problems += _repeated(values, seen)
        yield from ((("criteria", str(number), *path), text) for path, text in problems)
        if not problems:
            fit.append((values.pop("section", ""), _criterion(values)))
    titles = [title for title, _ in fit]
    if len(sections_of(fit)) > len(set(titles)):
        yield ("criteria",), "The criteria of a section stand together, one after the other."
    if len(set(titles)) > MOST_SECTIONS:
        yield ("criteria",), f"A scorecard has {MOST_SECTIONS} sections at most."


def _criterion(values: dict[str, Any]) -> Criterion:
    points = values.pop("points", YES_OR_NO)
    is_yes_or_no = points == YES_OR_NO
    return Criterion(out_of=1.0 if is_yes_or_no else points, is_yes_or_no=is_yes_or_no, **values)


def _check_all(
    entry: Mapping[str, Any],
    checks: Mapping[str, Check],
    noun: str,
    fit: dict[str, Any],
    also: tuple[str, ...] = (),
) -> Iterator[Problem]:
    for key, value in entry.items():
        if key not in checks:
            yield (key,), f'I don\'t know a {noun} "{key}". {_hint(key, (*checks, *also))}'
            continue
        try:
            fit[key] = checks[key](value)
        except UnfitValueError as error:
            yield (key,), f"{key} {error}"


def _missing(entry: Mapping[str, Any], keys: tuple[str, ...], noun: str) -> Iterator[Problem]:
    yield from (((), f"This {noun} has no {key}.") for key in keys if key not in entry)


def _repeated(fit: Mapping[str, Any], seen: set[str]) -> Iterator[Problem]:
    key = fit.get("key")
    if key in seen:
        yield ("key",), f'"{key}" is there twice: each key stands for one.'
    elif key:
        seen.add(key)


def _hint(written: str, known: Collection[str]) -> str:
    near = get_close_matches(written.lower(), known, n=1, cutoff=0.6)
    return f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(sorted(known))}."


def key(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(
        rf"[a-z][a-z0-9_]{{0,{LONGEST_KEY - 1}}}", value
    ):
        raise UnfitValueError(
            f"must be small letters, digits and _, such as next_steps, not {shown(value)}."
        )
    return value


def title(value: object) -> str:
    return _text(value, LONGEST_TITLE)


def guidance(value: object) -> str:
    return _text(value, LONGEST_GUIDANCE)


def points(value: object) -> float | str:
    """``yes/no``, or the most points that a criterion brings."""
    if value == YES_OR_NO:
        return YES_OR_NO
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_POINTS:
        raise UnfitValueError(
            f'must be "{YES_OR_NO}" or a whole number of 1 to {MOST_POINTS}, not {shown(value)}.'
        )
    return float(value)


def weight(value: object) -> float:
    """More than none, or a criterion would not count."""
    if not (given := amount(value)):
        raise UnfitValueError("must be a number above 0.")
    return given


def channels(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(each in CHANNELS for each in value):
        raise UnfitValueError(f"must be a list of: {', '.join(CHANNELS)}.")
    return tuple(dict.fromkeys(value))


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= longest:
        raise UnfitValueError(
            f"must be words in quotes, {longest} letters at most, not {shown(value)}."
        )
    return value.strip()


_CARD: dict[str, Check] = {"key": key, "title": title, "channels": channels}
_CRITERION: dict[str, Check] = {
    "section": title,
    "key": key,
    "title": title,
    "points": points,
    "weight": weight,
    "critical": yes_or_no,
    "may_not_apply": yes_or_no,
    "guidance": guidance,
}
