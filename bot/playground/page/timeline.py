"""A conversation as one person reads it: days, who wrote what when, and threads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.playground.conversations import Conversation
from bot.playground.messages import Message
from bot.playground.people import Person
from bot.playground.state import State

NEWEST = 100
FOLLOWS_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Entry:
    """A message and its surroundings; ``day`` heads the first one of a day."""

    message: Message
    author: Person
    at: datetime
    day: str
    is_follow_up: bool
    replies: int = 0

    @property
    def key(self) -> str:
        return self.message.ts

    @property
    def mark(self) -> str:
        """Another one whenever the message is to be drawn anew."""
        return f"{self.message.revision}.{self.replies}.{self.is_follow_up:d}.{self.day}"


def conversation_entries(
    state: State,
    person: Person,
    conversation: Conversation,
    *,
    before: str | None = None,
    most: int = NEWEST,
) -> tuple[list[Entry], bool]:
    """The newest of a conversation, or those before a message, oldest first; are there more?

    Replies are counted at the message that they answer.
    """
    with state.changed:
        seen = state.visible_messages(person, conversation)
        replies = Counter(message.thread_ts for message in seen if message.is_reply)
        roots = [each for each in seen if not each.is_reply and (not before or each.ts < before)]
        # One more than is shown, for what comes first depends on what is before it.
        entries = _entries(state, person, roots[-most - 1 :], replies)
        return entries[-most:], len(roots) > most


def thread_entries(
    state: State, person: Person, conversation: Conversation, root_ts: str
) -> list[Entry]:
    """A message and the replies to it; none where there is no such message."""
    with state.changed:
        seen = state.visible_messages(person, conversation)
        thread = [each for each in seen if root_ts in {each.ts, each.thread_ts}]
        if not thread or thread[0].ts != root_ts:
            return []
        return _entries(state, person, thread, Counter())


def _entries(
    state: State, person: Person, messages: Iterable[Message], replies: Counter[str | None]
) -> list[Entry]:
    zone = ZoneInfo(person.tz)
    today = state.clock().astimezone(zone).date()
    found: list[Entry] = []
    for message in messages:
        at = datetime.fromtimestamp(float(message.ts), zone)
        before = found[-1] if found else None
        is_new_day = before is None or before.at.date() != at.date()
        found.append(
            Entry(
                message,
                state.people[message.user_id],
                at,
                day_name(at.date(), today) if is_new_day else "",
                before is not None and not is_new_day and _follows(message, at, before),
                replies.get(message.ts, 0),
            )
        )
    return found


def _follows(message: Message, at: datetime, before: Entry) -> bool:
    """Whether it needs no heading of its own, as its author goes on."""
    other = before.message
    is_same = (message.user_id, message.ephemeral_for) == (other.user_id, other.ephemeral_for)
    return is_same and at - before.at < FOLLOWS_WITHIN


def day_name(day: date, today: date) -> str:
    """``Today``, ``Monday, 2 March`` or ``Monday, 2 March 2026``."""
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%A}, {day.day} {day:%B}{year}"
