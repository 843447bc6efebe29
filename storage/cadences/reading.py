"""A cadence as people write it: ``mondays 09:00``, ``last working day of the month 16:00``."""

from __future__ import annotations

import re
from datetime import time
from difflib import get_close_matches
from enum import Enum
from functools import cache
from zoneinfo import available_timezones

from storage.cadences.cadence import (
    Cadence,
    Days,
    EveryDay,
    EveryWorkingDay,
    LastDay,
    NthDay,
    PostingHours,
    Weekday,
    Weekdays,
)
from storage.cadences.writing import ordinal
from storage.errors import UserError
from storage.periods import Grain, zone

EXAMPLES = 'Write it like "mondays 09:00", "every working day 17:30" or "3rd working day 08:00".'
_LONGEST_SHOWN = 60
_TIME = r"\d{1,2}(?:[:.]\d\d(?: ?[ap]m)?| ?[ap]m)"
_CADENCE = re.compile(
    rf"(?P<days>.+?)(?: at)? (?P<at>{_TIME})"
    r"(?: (?:in )?(?P<zone>[\w+-]+(?:/[\w+-]+)*))?"
    r"(?: holidays (?:of |in )?(?P<country>[\w-]+(?: [\w-]+)*?))?"
    rf"(?: (?:only )?between (?P<opens>{_TIME}) and (?P<closes>{_TIME}))?",
    re.IGNORECASE,
)
_FILLERS = frozenset({"and", "every", "each", "on", "the", "of", "a", "&"})


class _Word(Enum):
    DAY = "day"
    DAILY = "daily"
    WEEKLY = "weekly"
    WORKING = "working"
    LAST = "last"
    TO = "to"


_Meaning = _Word | Weekday | Grain | int
_NAMES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_WORDS: dict[str, _Meaning] = {
    **{word.value: word for word in _Word},
    **dict.fromkeys(("days", "calendar"), _Word.DAY),
    **dict.fromkeys(("work", "business", "workday", "workdays"), _Word.WORKING),
    **dict.fromkeys(("weekday", "weekdays"), _Word.WORKING),
    "end": _Word.LAST,
    **dict.fromkeys(("month", "monthly"), Grain.MONTH),
    **dict.fromkeys(("quarter", "quarterly"), Grain.QUARTER),
    **{word: number for number, word in enumerate((*_NAMES, "tenth"), 1)},
    **{ordinal(number): number for number in range(1, 100)},
    **{day.value[:length]: day for day in Weekday for length in (2, 3, None)},
    **{f"{day.value}s": day for day in Weekday},
    **dict.fromkeys(("tues",), Weekday.TUESDAY),
    **dict.fromkeys(("thur", "thurs"), Weekday.THURSDAY),
}


def read_cadence(text: str, timezone: str, country: str = "") -> Cadence:
    """``timezone`` and ``country`` hold where the text names none.

    After days and time may follow a zone, ``holidays DE`` and ``between 08:00 and 18:00``.
    """
    words = re.sub(r",? or its last day\b", "", text, flags=re.IGNORECASE)
    words = " ".join(re.split(r"[\s,;()]+", words)).strip()
    match = _CADENCE.fullmatch(words)
    if match is None:
        raise _without_a_time(words)
    part = match.groupdict()
    opens, closes = part["opens"], part["closes"]
    return Cadence(
        days=_days(part["days"], words),
        at=_time(part["at"]),
        timezone=_zone(part["zone"] or timezone),
        country=part["country"] or country,
        posting_hours=PostingHours(_time(opens), _time(closes)) if opens else None,
    )


def stored_cadence(text: str) -> Cadence:
    """What ``writing.as_text`` wrote."""
    return read_cadence(text, timezone="UTC")


def _without_a_time(words: str) -> UserError:
    if words and not re.search(r"\d[:.]\d|\d ?[ap]m", words, re.IGNORECASE):
        return UserError(
            f'"{_shown(words)}" lacks a time.', 'Write it after the days, as in "mondays 09:00".'
        )
    return _unknown(words)


def _unknown(words: str, next_step: str = EXAMPLES) -> UserError:
    return UserError(f'I don\'t know when "{_shown(words)}" is.', next_step)


def _shown(words: str) -> str:
    return words if len(words) <= _LONGEST_SHOWN else f"{words[:_LONGEST_SHOWN]}…"


def _days(words: str, text: str) -> Days:
    spaced = re.sub(r"[-\u2013]", " to ", words.casefold()).split()
    meant = [_meaning(word, text) for word in spaced if word not in _FILLERS]
    if any(isinstance(each, Weekday) for each in meant):
        return _weekdays(meant, text)
    if any(isinstance(each, int) or each is _Word.LAST for each in meant):
        if re.match(r"(every|each) ", words, re.IGNORECASE) and not set(meant) & set(Grain):
            raise _unknown(text)  # "every 3rd day" is none of a month
        return _counted(meant, text)
    return _uncounted(frozenset(meant), text)


def _meaning(word: str, text: str) -> _Meaning:
    if word in _WORDS:
        return _WORDS[word]
    if word.isdecimal() and len(word) < 3:
        raise _unknown(text, f'Did you mean "{ordinal(int(word))}"?')
    near = get_close_matches(word, _WORDS, n=1, cutoff=0.8)
    raise _unknown(text, f'Did you mean "{near[0]}"?' if near else EXAMPLES)


def _weekdays(meant: list[_Meaning], text: str) -> Weekdays:
    """``tue and thu``, ``monday to friday``."""
    every, chosen = tuple(Weekday), list[Weekday]()
    left = iter(each for each in meant if each is not _Word.WEEKLY)
    for each in left:
        if isinstance(each, Weekday):
            chosen.append(each)
            continue
        end = next(left, None)
        if each is not _Word.TO or not chosen or not isinstance(end, Weekday):
            raise _unknown(text)
        start, length = every.index(chosen[-1]), every.index(end) - every.index(chosen[-1])
        chosen += [every[(start + step) % 7] for step in range(1, length % 7 + 1)]
    return Weekdays(tuple(chosen))


def _counted(meant: list[_Meaning], text: str) -> NthDay | LastDay:
    """``3rd working day of the month``, ``quarterly on the 5th``."""
    grains = [each for each in meant if isinstance(each, Grain)]
    counts = [each for each in meant if isinstance(each, int) or each is _Word.LAST]
    rest = set(meant) - {*grains, *counts}
    if len(grains) > 1 or len(counts) > 1 or not rest <= {_Word.DAY, _Word.WORKING}:
        raise _unknown(text)
    grain = grains[0] if grains else Grain.MONTH
    working = _Word.WORKING in rest
    count = counts[0]
    return NthDay(count, working, grain) if isinstance(count, int) else LastDay(working, grain)


def _uncounted(meant: frozenset[_Meaning], text: str) -> EveryDay | EveryWorkingDay:
    if meant <= {_Word.DAY, _Word.DAILY} and meant:
        return EveryDay()
    if meant <= {_Word.DAY, _Word.DAILY, _Word.WORKING} and meant:
        return EveryWorkingDay()
    if meant == {_Word.WEEKLY}:
        raise UserError("A weekly one needs a weekday.", 'Write it as in "mondays 09:00".')
    if len(meant) == 1 and meant <= set(Grain):
        raise UserError(
            f'"{_shown(text)}" lacks the day.', 'Write it as in "monthly on the 3rd 08:00".'
        )
    raise _unknown(text)


def _time(text: str) -> time:
    """``09:00``, ``9.30``, ``5 pm``, ``5:30pm``."""
    match = re.fullmatch(r"(\d+)(?:[:.](\d\d))? ?([ap]m)?", text.casefold())
    hour, minute, half = match.groups() if match else ("99", None, None)
    fits = 1 <= int(hour) <= 12 if half else int(hour) < 24
    if not fits or int(minute or 0) > 59:
        raise UserError(f'"{text}" is no time of the day.', "Write it as 09:00 or 17:30.")
    return time(int(hour) % 12 + 12 * (half == "pm") if half else int(hour), int(minute or 0))


def _zone(name: str) -> str:
    """As the zones spell it, whatever the capitals."""
    return zone(_folded_zones().get(name.casefold(), name)).key


@cache
def _folded_zones() -> dict[str, str]:
    return {each.casefold(): each for each in available_timezones()}
