"""What people read who answer surveys, in their language; the settings change it or add more."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from storage.setting_values import UnfitValueError, shown

DEFAULT_LANGUAGE = "en"
LONGEST = 300
LONGEST_ON_A_BUTTON = 60
LONGEST_ON_A_FORM = 24
ON_FORMS = frozenset({"comment_title", "send", "cancel", "close"})
ON_BUTTONS = frozenset(
    {"change", "add_comment", "change_comment", "stop", "undo", "call_me"}
    | {f"csat.{score}" for score in range(1, 6)}
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_PLACE = re.compile(r"\{(\w*)\}")

Words = Mapping[str, str]
"""Texts by name: ``thanks``, or of a kind of survey ``nps.question``."""
ByLanguage = Mapping[str, Words]


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """The texts of one language; equal to nothing but itself, so that it can be a key."""

    language: str
    words: Words

    def say(self, name: str, **values: str) -> str:
        """A text with its places filled; what is put in is taken as it is."""
        return _PLACE.sub(lambda place: values.get(place[1], place[0]), self.words[name])


def texts_of(language: str, changed: ByLanguage) -> Texts:
    """The texts of a language such as ``de-AT``, of the nearest that there is, or in English.

    ``changed`` are those of the settings.
    """
    wanted = language.strip().lower().replace("_", "-")
    while wanted:
        if wanted in changed or wanted in shipped():
            return Texts(wanted, {**shipped().get(wanted, {}), **changed.get(wanted, {})})
        wanted = wanted.rpartition("-")[0]
    words = {**shipped()[DEFAULT_LANGUAGE], **changed.get(DEFAULT_LANGUAGE, {})}
    return Texts(DEFAULT_LANGUAGE, words)


@cache
def shipped() -> ByLanguage:
    """The texts that come with CareKPI."""
    path = Path(__file__).with_name("texts.toml")
    languages = tomllib.loads(path.read_text(encoding="utf-8"))
    return {language: dict(_flat(entries)) for language, entries in languages.items()}


def read_texts(given: object) -> tuple[ByLanguage, list[tuple[tuple[str, ...], str]]]:
    """The texts of a settings file, and where something is wrong, and what.

    A language that does not come with CareKPI has to have every text.
    """
    fit: dict[str, dict[str, str]] = {}
    return fit, list(_read_languages(given, fit))


def _read_languages(
    given: object, fit: dict[str, dict[str, str]]
) -> Iterator[tuple[tuple[str, ...], str]]:
    if not isinstance(given, dict):
        yield (), "survey_texts are sections: write [survey_texts.de] above them."
        return
    for language, entries in given.items():
        if not _LANGUAGE.fullmatch(language) or not isinstance(entries, dict):
            yield (language,), f'"{language}" is no language. Write its code, such as "it".'
            continue
        words = fit.setdefault(language, {})
        yield from _read_language(language, entries, words)
        missing = sorted(_known() - words.keys() - shipped().get(language, {}).keys())
        if missing and language not in shipped():
            yield (language,), f"The texts in {language} lack: {', '.join(missing)}."


def _read_language(
    language: str, entries: Mapping[str, Any], words: dict[str, str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, value in _flat(entries):
        path = (language, *name.split("."))
        if name not in _known():
            near = get_close_matches(name, _known(), n=1, cutoff=0.6)
            hint = f"Did you mean {near[0]}?" if near else "docs/surveys.md lists them."
            yield path, f'I don\'t know a survey text "{name}". {hint}'
            continue
        try:
            words[name] = _text(name, value)
        except UnfitValueError as error:
            words[name] = ""
            yield path, f"{name} {error}"


def _text(name: str, value: object) -> str:
    longest = LONGEST_ON_A_FORM if name in ON_FORMS else LONGEST
    longest = LONGEST_ON_A_BUTTON if name in ON_BUTTONS else longest
    if not isinstance(value, str) or not 0 < len(value.strip()) <= longest:
        raise UnfitValueError(f"must be words in quotes, {longest} letters at most.")
    known = set(_PLACE.findall(shipped()[DEFAULT_LANGUAGE][name]))
    if odd := sorted(set(_PLACE.findall(value)) - known):
        raise UnfitValueError(f"has no place for {shown('{' + odd[0] + '}')}.")
    return value.strip()


def _known() -> set[str]:
    return set(shipped()[DEFAULT_LANGUAGE])


def _flat(entries: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in entries.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", text) for inner, text in value.items())
        else:
            yield name, value
