"""On which line of the settings file each key stands, and why it could not be read."""

from __future__ import annotations

import re
from collections.abc import Mapping


def line_of(path: tuple[str, ...], lines: Mapping[tuple[str, ...], int]) -> int:
    """The line of a key, or of the nearest thing around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """Where each key and section of a TOML text stands; the parser itself does not tell."""
    found: dict[tuple[str, ...], int] = {}
    section: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if match := re.match(r"\s*(\[+)([^\[\]]+)\]", line):
            section = _within_lists(_key_parts(match[2]), found)
            found.setdefault(section, number)
            if match[1] == "[[":
                section = (*section, str(sum(each[:-1] == section for each in found)))
                found[section] = number
        elif match := re.match(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*'|\s*\.\s*)+?)\s*=", line):
            found.setdefault(section + _key_parts(match[1]), number)
    return found


def _within_lists(parts: tuple[str, ...], found: Mapping[tuple[str, ...], int]) -> tuple[str, ...]:
    """``[[a.b]]`` stands in the newest ``[[a]]``, if there is one."""
    path: tuple[str, ...] = ()
    for part in parts[:-1]:
        path = (*path, part)
        number = sum(each[:-1] == path and each[-1].isdigit() for each in found)
        path = (*path, str(number - 1)) if number else path
    return (*path, parts[-1])


def _key_parts(written: str) -> tuple[str, ...]:
    parts = re.findall(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)", written)
    return tuple(next((part for part in group if part), "") for group in parts)


def lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def why_unread(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return lower_first(error.strerror)
    return "it is not written in UTF-8"
