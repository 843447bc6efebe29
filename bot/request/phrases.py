"""Sentences that ask for something else than a figure, brought to the words that ask for it."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.request.fillers import FILLERS
from bot.request.tokens import plain

_PHRASES = (
    (r"what does (.+) mean", r"define \1"),
    (r"how (?:is|are|do you|do we) (.+) (?:computed|calculated|defined|measured)", r"define \1"),
    (r"how (?:do you|do we) (?:compute|calculate|define|measure) (.+)", r"define \1"),
    (r"what can (?:you do|i ask)(?: .*)?|how do i ask(?: .*)?", "help"),
    (r"(?:which|what) metrics (?:are there|do you (?:have|know)|can i ask for)", "list"),
)


def command_in(text: str, verbs: Collection[str]) -> str:
    """The text from its verb on, where nothing that matters stands before it.

    Example: ``Hi! Can you show me the reasons for last week?`` is ``reasons for last week?``.
    """
    asked = plain(text)
    for pattern, command in _PHRASES:
        if found := re.fullmatch(pattern, asked):
            return found.expand(command)
    rest = text.strip()
    while rest:
        first, _, others = rest.partition(" ")
        if plain(first) in verbs:
            return rest
        if not all(word in FILLERS for word in plain(first).split()):
            return text
        rest = others.strip()
    return text
