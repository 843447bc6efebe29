"""Sections of the settings file that have a reader of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from storage.quality.card_settings import read_cards
from storage.quality.wording import read_wording
from storage.surveys.manners import Manners, read_manners
from storage.surveys.texts import read_texts

Unfit = tuple[tuple[str, ...], str]
"""The keys that lead to what is not fit, and what is wrong with it."""

_FILLING: dict[str, Callable[[object, dict[str, Any]], Iterator[Unfit]]] = {
    "surveys": read_manners,
    "survey_texts": read_texts,
}
_READING: dict[str, Callable[[object], tuple[Any, list[Unfit]]]] = {
    "scorecards": read_cards,
    "wording": read_wording,
}
SECTIONS = (*_FILLING, *_READING)


def read_sections(given: Mapping[str, Any], values: dict[str, Any]) -> Iterator[Unfit]:
    """Puts what is fit into ``values``, and tells what is not."""
    for name in _FILLING.keys() & given.keys():
        filled: dict[str, Any] = {}
        unfit = list(_FILLING[name](given[name], filled))
        values[name] = filled if unfit or name != "surveys" else Manners(**filled)
        yield from (((name, *path), text) for path, text in unfit)
    for name in _READING.keys() & given.keys():
        values[name], unfit = _READING[name](given[name])
        yield from (((name, *path), text) for path, text in unfit)
