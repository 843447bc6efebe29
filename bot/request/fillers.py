"""Words that a sentence has and a question does not need."""

from __future__ import annotations

GREETINGS = frozenset((
    "afternoon", "bye", "cheers", "evening", "good", "hello", "hey", "hi", "morning", "ok", "okay",
    "thank", "thanks", "there", "you",
))  # fmt: skip
"""A text of nothing else asks for nothing yet."""

FILLERS = GREETINGS | frozenset((
    "&", "a", "about", "an", "and", "are", "as", "at", "be", "been", "better", "broken", "callers",
    "can", "carekpi", "changed", "compare", "could", "did", "do", "does", "doing", "down",
    "during", "figure", "figures", "for", "from", "get", "gets", "getting", "give", "go", "going",
    "got", "grouped", "had", "has", "have", "how", "i", "id", "improve", "improved", "in", "is",
    "it", "kpi", "kpis", "let", "like", "long", "look", "looking", "many", "may", "me", "meet",
    "much", "my", "need", "number", "of", "often", "on", "our", "over", "people", "percent",
    "percentage", "please", "s", "see", "share", "show", "split", "tell", "the", "their", "to",
    "trend", "us", "want", "was", "we", "well", "were", "what", "whats", "with", "would",
))  # fmt: skip

ASKING_OF_ONESELF = frozenset({"did", "do", "have", "had", "am", "was"})
"""Before an ``I`` that is the agent who asks: ``did I resolve``, but not ``can I see``."""
RANKING = frozenset({"best", "bottom", "fastest", "slowest", "top", "which", "worst"})
"""Words that no value is taken from: nobody is ranked."""


def is_greeting(words: list[str]) -> bool:
    return bool(words) and GREETINGS.issuperset(words)
