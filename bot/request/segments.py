"""Segments and their values by the names that people give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from bot.request.tokens import plain, printable
from storage.errors import UnknownWordError, UserError
from storage.facts.tables import CHANNELS
from storage.metrics.answer import ALL_CHANNELS
from storage.metrics.definition import Metric, Segment
from storage.metrics.segments import HOURS, KNOWN_VALUES

CLOSE_ENOUGH = 65

SYNONYMS: dict[Segment, tuple[str, ...]] = {
    Segment.CHANNEL: ("medium",),
    Segment.CONTACT_KIND: ("contact type", "kind of contact"),
    Segment.ISSUE_TYPE: ("issue", "category", "topic", "reason", "contact reason"),
    Segment.COMPLEXITY: (),
    Segment.PRIORITY: ("prio", "urgency", "severity"),
    Segment.TEAM: ("group", "department"),
    Segment.AGENT: ("person", "rep", "representative"),
    Segment.TENURE: ("experience", "seniority"),
    Segment.CUSTOMER: ("client", "account"),
    Segment.CUSTOMER_SEGMENT: ("kind of customer", "customer type", "customer group"),
    Segment.KIND: ("survey", "survey kind", "kind of survey"),
    Segment.PURPOSE: ("survey purpose",),
    Segment.SOURCE: ("system", "data source"),
    Segment.HOUR: ("hour of day", "hour of the day", "time of day"),
    Segment.WEEKDAY: ("day", "day of week", "day of the week"),
}
CHANNEL_WORDS: dict[str, tuple[str, ...]] = {
    "phone": ("call", "telephone", "voice"),
    "chat": ("live chat",),
    "email": ("e mail", "mail"),
    "web": ("web form", "website"),
    "social": ("social media",),
    "sms": ("text message",),
    "in_person": (),
    ALL_CHANNELS: ("all channels", "mixed", "every channel", "any channel", "any"),
}
_ALONE = ("web", "other", ALL_CHANNELS, "any", "mail", "voice", "mixed")
"""Words that mean a channel only behind ``channel:``."""


def _with_plurals(*names: str) -> list[str]:
    found = []
    for name in map(plain, names):
        plural = (
            f"{name[:-1]}ies" if name.endswith("y") and name[-2:-1] not in "aeo" else f"{name}s"
        )
        found += [name, plural]
    return found


SEGMENT_NAMES: dict[str, Segment] = {
    name: segment
    for segment in Segment
    for name in _with_plurals(segment.value, *SYNONYMS[segment])
}
CHANNEL_NAMES: dict[str, str] = {
    name: channel
    for channel in (*CHANNELS, ALL_CHANNELS)
    for name in _with_plurals(channel, *CHANNEL_WORDS.get(channel, ()))
}
BARE_CHANNELS: dict[str, str] = {
    name: channel for name, channel in CHANNEL_NAMES.items() if name not in _ALONE
}


def segment_named(name: str, metric: Metric) -> Segment:
    """The segment of a name; one that nobody has raises ``UnknownWordError`` with the nearest."""
    found = SEGMENT_NAMES.get(plain(name))
    if found is None:
        raise _unknown_segment(name, metric)
    if found is Segment.KIND and found not in metric.segments:
        return Segment.CONTACT_KIND
    return found


def check_allowed(segment: Segment, metric: Metric) -> None:
    if segment not in metric.segments:
        raise UserError(
            f"{metric.name} can't be looked at by {label(segment)}.",
            f"It can be by {listed(metric.segments)}.",
        )


def label(segment: Segment) -> str:
    return segment.value.replace("_", " ")


def listed(segments: tuple[Segment, ...]) -> str:
    return _either([label(segment) for segment in segments])


def _either(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def value_named(segment: Segment, typed: str) -> str:
    """A value as the data spells it, where its values are known beforehand; else as typed."""
    if segment is Segment.CHANNEL:
        return _known(segment, typed, CHANNEL_NAMES.get(plain(typed)), tuple(CHANNELS))
    if segment is Segment.HOUR:
        return _known(segment, typed, _hour(typed), HOURS)
    if segment in KNOWN_VALUES:
        known = KNOWN_VALUES[segment]
        return _known(segment, typed, _starting_with(plain(typed), known), known)
    return typed


def _known(segment: Segment, typed: str, found: str | None, known: tuple[str, ...]) -> str:
    if found is not None:
        return found
    near = tuple(_nearest(plain(typed), known))
    meant = " or ".join(f"{segment.value}:{value}" for value in near)
    step = f"Did you mean {meant}?" if near else f"It can be {_either(known)}."
    if segment is Segment.HOUR:
        step = f"Hours go from {known[0]} to {known[-1]}: hour:09."
    sentence = f'I don\'t know {_article(label(segment))} "{printable(typed)}".'
    raise UnknownWordError(sentence, step, near, typed)


def _nearest(typed: str, known: Iterable[str]) -> list[str]:
    near = process.extract(
        typed, list(known), scorer=fuzz.ratio, limit=2, score_cutoff=CLOSE_ENOUGH
    )
    return [name for name, _, _ in near]


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeioh" else f"a {noun}"


def _hour(typed: str) -> str | None:
    """``9``, ``09:00`` and ``9 am`` are the hour 09; ``9pm`` is 21."""
    match = re.fullmatch(r"(\d{1,2})(?::?00)?\s*(am|pm)?", typed.strip().casefold(), re.ASCII)
    if not match:
        return None
    hour = int(match[1])
    if match[2]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[2] == "pm" else 0)
    return f"{hour:02}" if hour < len(HOURS) else None


def _starting_with(typed: str, known: tuple[str, ...]) -> str | None:
    if typed in known:
        return typed
    near = [value for value in known if len(typed) >= 3 and value.startswith(typed)]
    return near[0] if len(near) == 1 else None


def _unknown_segment(name: str, metric: Metric) -> UnknownWordError:
    allowed = metric.segments
    if not plain(name):
        return UnknownWordError("Say what to split by.", f"It can be {listed(allowed)}.")
    names = {known: segment for known, segment in SEGMENT_NAMES.items() if segment in allowed}
    labels = tuple(dict.fromkeys(label(names[near]) for near in _nearest(plain(name), names)))
    step = f"Did you mean {' or '.join(labels)}?" if labels else f"It can be {listed(allowed)}."
    sentence = f'I don\'t know a way to split by "{printable(name)}".'
    return UnknownWordError(sentence, step, labels, name)
