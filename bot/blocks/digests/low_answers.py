"""Low answers that wait in a lead's teams, in a digest."""

from __future__ import annotations

from collections.abc import Iterator

from bot.blocks.dates import dated_name
from bot.blocks.digests.page import Page
from bot.blocks.follow_ups import is_overdue
from bot.blocks.targets import Reader
from storage.digests.told import LowAnswers
from storage.periods import local_day


def low_answers_page(part: LowAnswers, reader: Reader) -> Page:
    return Page(title="", behind=(" ".join(_said(part, reader)),))


def _said(part: LowAnswers, reader: Reader) -> Iterator[str]:
    waiting = part.waiting
    is_one = len(waiting) == 1
    today = local_day(reader.now, reader.timezone)
    oldest = local_day(min(each.opened_at for each in waiting), reader.timezone)
    answers = "1 low answer waits" if is_one else f"{len(waiting):,} low answers wait"
    since = "since" if is_one else "the oldest since"
    yield f"{answers} to be looked after, {since} {dated_name(oldest, today)}."
    if untaken := sum(not each.taken_by for each in waiting):
        yield "Nobody has taken it yet." if is_one else f"Nobody has taken {untaken:,} of them yet."
    if late := sum(is_overdue(each, reader) for each in waiting):
        yield (
            "It is overdue."
            if is_one
            else f"{late:,} are overdue."
            if late > 1
            else "1 is overdue."
        )
