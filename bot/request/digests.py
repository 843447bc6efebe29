"""What is typed after ``/digest`` and into its form: words → what to do with which digest."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from rapidfuzz import fuzz, process

from bot.request.question import bare_channels, pairs_and_words
from bot.request.segments import check_allowed, segment_named, value_named
from bot.request.tokens import Pair, plain, printable, tokens, unescaped
from bot.request.writing import LONGEST
from storage.errors import UserError
from storage.metrics.answer import Filter
from storage.metrics.definition import Metric, Segment

CLOSE_ENOUGH = 65
MOST_NEAR = 3
_QUOTES = "\"'“”„‘’"  # noqa: RUF001 - quotes as phones type them
_CONVERSATION = re.compile(
    r"<#([CG][A-Z0-9]{2,30})(?:\|[^>]*)?>|<?https://[^\s/]+/archives/([CG][A-Z0-9]{2,30})\b.*"
    r"|#?([CG][A-Z0-9]{2,30})"
)


class Verb(Enum):
    """What to do; the value is the first word. Who takes one becomes its owner."""

    LIST = "list"
    NEW = "new"
    SHOW = "show"
    CHANGE = "change"
    PREVIEW = "preview"
    RUN = "run"
    PAUSE = "pause"
    RESUME = "resume"
    DELETE = "delete"
    TAKE = "take"
    HISTORY = "history"
    HELP = "help"


_WITHOUT_A_NAME = {Verb.LIST, Verb.NEW, Verb.HELP}
_SYNONYMS = {
    "all": Verb.LIST,
    "add": Verb.NEW,
    "create": Verb.NEW,
    "make": Verb.NEW,
    "open": Verb.SHOW,
    "edit": Verb.CHANGE,
    "send": Verb.RUN,
    "continue": Verb.RESUME,
    "remove": Verb.DELETE,
    "runs": Verb.HISTORY,
}
_VERBS = {**{verb.value: verb for verb in Verb}, **_SYNONYMS}


@dataclass(frozen=True, slots=True)
class DigestCommand:
    """What to do with the digest of a name, as typed; without one where none is needed."""

    verb: Verb
    name: str = ""


def read_digest_command(text: str, names: Collection[str]) -> DigestCommand:
    """``names`` are those that the person may know: a digest may be called like a verb.

    Raises:
        UserError: it lacks the name.
    """
    typed = " ".join(unescaped(text[:LONGEST]).split())
    if not typed or typed == "?":
        return DigestCommand(Verb.HELP if typed else Verb.LIST)
    if _folded(typed) in map(_folded, names):
        return DigestCommand(Verb.SHOW, _unquoted(typed))
    first, _, rest = typed.partition(" ")
    verb = _VERBS.get(first.casefold())
    if verb is None:
        return DigestCommand(Verb.SHOW, _unquoted(typed))
    if verb in _WITHOUT_A_NAME:
        return DigestCommand(verb)
    if not rest:
        raise UserError("Which digest?", f"Type its name too: /digest {verb.value} NAME.")
    return DigestCommand(verb, _unquoted(rest))


def first_verb(text: str) -> Verb | None:
    """What the first word asks for, before it is known what the digests are called."""
    return _VERBS.get(text.strip().partition(" ")[0].casefold())


def nearest_names(typed: str, names: Iterable[str]) -> list[str]:
    """The names that are closest to what was typed, also behind a misspelt verb."""
    known = {name: _folded(name) for name in names}
    scores: dict[str, float] = {}
    for part in {typed, typed.partition(" ")[2]} - {""}:
        found = process.extract(_folded(part), known, scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH)
        for _, score, name in found:
            scores[name] = max(score, scores.get(name, 0))
    return sorted(scores, key=lambda name: (-scores[name], name))[:MOST_NEAR]


def read_conversation(text: str) -> str:
    """The id in a pasted link, mention or id."""
    match = _CONVERSATION.fullmatch(text.strip())
    if match is None:
        raise UserError(
            f'I can\'t read "{printable(text)}" as a conversation.',
            "Paste its link (Copy link, in Slack) or its id, such as C0123ABCD.",
        )
    return next(each for each in match.groups() if each)


def read_filters(text: str, metrics: Sequence[Metric], *, of_each: bool) -> tuple[Filter, ...]:
    """The segments typed into the form: ``team:billing,care phone``.

    Every metric must have them where they hold ``of_each``; else one that has is enough.
    """
    pairs, loose = pairs_and_words(tokens(text))
    channels, unread = bare_channels([word for each in loose for word in plain(each).split()])
    if unread:
        raise UserError(
            f'I don\'t understand "{printable(" ".join(unread))}".',
            "Write it like team:billing, channel:phone or both.",
        )
    values: dict[Segment, dict[str, None]] = {}
    for pair in (*pairs, *channels):
        segment = _segment(pair, metrics, of_each=of_each)
        named = (value_named(segment, value) for value in pair.values)
        values.setdefault(segment, {}).update(dict.fromkeys(named))
    return tuple(Filter(segment, tuple(found)) for segment, found in values.items())


def _segment(pair: Pair, metrics: Sequence[Metric], *, of_each: bool) -> Segment:
    segment = segment_named(pair.name, metrics[0])
    lacking = [metric for metric in metrics if segment not in metric.segments]
    if lacking and (of_each or len(lacking) == len(metrics)):
        check_allowed(segment, lacking[0])
    if not pair.values:
        raise UserError(
            f"There is no value behind {segment.value}:.", "Write it right behind the colon."
        )
    return segment


def _unquoted(text: str) -> str:
    return text.strip(_QUOTES).strip() or text


def _folded(text: str) -> str:
    return " ".join(_unquoted(text).split()).casefold()
