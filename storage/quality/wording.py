"""Questions about how a note is worded, asked before it is sent. Its author decides."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from storage.quality.drafts import NoteText

DEFAULT_LANGUAGE = "en"
FEWEST_WORDS = 3
LONGEST_EXAMPLE = 300

Problem = tuple[tuple[str, ...], str]
"""The keys that lead to what is wrong, and the sentence about it."""


class Doubt(Enum):
    """What a note may be asked about."""

    BLAME = "blame"
    NO_POSITIVE = "no positive"
    NO_NEXT_STEP = "no next step"


@dataclass(frozen=True, slots=True)
class Wording:
    """What tells in one language; ``common`` are the words by which it is told from others."""

    common: tuple[str, ...] = ()
    blame: tuple[str, ...] = ()
    constructive: tuple[str, ...] = ()
    blame_example: str = ""
    positive_example: str = ""
    next_step_example: str = ""


@dataclass(frozen=True, slots=True)
class WordingQuestion:
    """What is asked, what gave reason to, and how it could read."""

    doubt: Doubt
    noticed: str
    example: str


Languages = Mapping[str, Wording]


@cache
def shipped_wording() -> Languages:
    path = Path(__file__).with_name("wording.toml")
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    return {language: wording_of(parts) for language, parts in given.items()}


def wording_of(parts: Mapping[str, Any]) -> Wording:
    settled: dict[str, Any] = {
        key: tuple(each) if isinstance(each, list) else each for key, each in parts.items()
    }
    return Wording(**settled)


def overridden(own: Mapping[str, Mapping[str, Any]]) -> Languages:
    """What is shipped, under what the organisation's settings say instead."""
    known = dict(shipped_wording())
    for language, parts in own.items():
        before = known.get(language, known[DEFAULT_LANGUAGE])
        kept = {each.name: getattr(before, each.name) for each in fields(Wording)}
        known[language] = wording_of(kept | dict(parts))
    return known


def read_wording(given: object) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
    """What the settings say by language, and what can't stand there."""
    if not isinstance(given, dict) or not all(isinstance(each, dict) for each in given.values()):
        return {}, [((), "wording has a section for each language: write [wording.en] above it.")]
    known = {each.name: type(each.default) for each in fields(Wording)}
    problems: list[Problem] = []
    for language, parts in given.items():
        for key, value in parts.items():
            if key not in known:
                text = f'I don\'t know a part of wording "{key}". Known are: {", ".join(known)}.'
                problems.append(((language, key), text))
            elif not _fits(value, known[key]):
                kind = "words in quotes" if known[key] is str else 'a list such as ["you always"]'
                problems.append(((language, key), f"{key} must be {kind}."))
    return given, problems


def questions(texts: NoteText, languages: Languages) -> list[WordingQuestion]:
    """Wording that only blames, a note without a positive, a focus without a next step."""
    wording = languages[language_of(texts, languages)]
    return list(_asked(texts, wording, list(languages.values())))


def language_of(texts: NoteText, languages: Languages) -> str:
    """The language of which most common words are in it; English where none are."""
    words = _words(" ".join([texts.went_well, texts.focus, texts.moment, texts.next_step]))
    counts = {
        language: sum(word in wording.common for word in words)
        for language, wording in languages.items()
    }
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] > counts.get(DEFAULT_LANGUAGE, 0) else DEFAULT_LANGUAGE


def _asked(
    texts: NoteText, wording: Wording, every: Collection[Wording]
) -> Iterator[WordingQuestion]:
    if noticed := _blame_alone(texts, every):
        yield WordingQuestion(Doubt.BLAME, noticed, wording.blame_example)
    if len(_words(texts.went_well)) < FEWEST_WORDS:
        yield WordingQuestion(Doubt.NO_POSITIVE, "", wording.positive_example)
    if texts.focus.strip() and len(_words(texts.next_step)) < FEWEST_WORDS:
        yield WordingQuestion(Doubt.NO_NEXT_STEP, "", wording.next_step_example)


def _blame_alone(texts: NoteText, every: Collection[Wording]) -> str:
    """The words that blame, where the same text says nothing of how it could be done."""
    for text in (texts.focus, texts.went_well, texts.next_step):
        blame = _first_in(text, (phrase for wording in every for phrase in wording.blame))
        helps = _first_in(text, (phrase for wording in every for phrase in wording.constructive))
        if blame and not helps:
            return blame
    return ""


def _first_in(text: str, phrases: Iterator[str]) -> str:
    plain = " ".join(_words(text))
    found = (each for each in phrases if f" {' '.join(_words(each))}" in f" {plain}")
    return next(found, "")


def _fits(value: object, kind: type) -> bool:
    if kind is str:
        return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_EXAMPLE
    return isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value)


def _words(text: str) -> list[str]:
    """In small letters; however a phone writes an apostrophe."""
    return re.findall(r"[\w']+", text.casefold().replace("\u2019", "'"))
