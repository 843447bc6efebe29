"""What comments are about: words that stand out within an issue type, found without any network.

TF-IDF over single words and pairs (scikit-learn); a theme is a word or a pair that the comments of
an issue type have more of than all comments have.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files

MOST_THEMES = 5
MOST_EXAMPLES = 2
FEWEST_COMMENTS = 5
"""Fewer say who wrote them rather than what is wrong."""
FEWEST_OF_A_THEME = 2
MOST_COMMENTS = 20_000
WORD = r"(?u)\b[^\W\d_][^\W_]{2,}\b"


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote, and what the contact was about; empty where that is not known."""

    text: str
    issue_type: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """A word or a pair of words, in how many comments it stands, and the plainest of them."""

    words: str
    comments: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThemesOfIssue:
    """The themes of an issue type's comments, the strongest first."""

    issue_type: str
    comments: int
    themes: tuple[Theme, ...]


def find_themes(comments: Sequence[Comment], *, with_examples: bool) -> tuple[ThemesOfIssue, ...]:
    """The themes by issue type, the most commented first.

    Without examples, what fewer than five comments say is left out, as it would tell whose they
    are.
    """
    kept = [each for each in comments if each.text.strip()][:MOST_COMMENTS]
    fewest = FEWEST_OF_A_THEME if with_examples else FEWEST_COMMENTS
    by_issue: dict[str, list[str]] = {}
    for each in kept:
        by_issue.setdefault(each.issue_type, []).append(each.text)
    found = [
        ThemesOfIssue(issue, len(texts), _themes(texts, fewest, with_examples=with_examples))
        for issue, texts in by_issue.items()
        if len(texts) >= fewest
    ]
    told = [each for each in found if each.themes]
    return tuple(sorted(told, key=lambda each: (-each.comments, each.issue_type)))


def _themes(texts: Sequence[str], fewest: int, *, with_examples: bool) -> tuple[Theme, ...]:
    vectorizing = import_module("sklearn.feature_extraction.text")  # slow to import
    vectorizer = vectorizing.TfidfVectorizer(
        ngram_range=(1, 2),
        stop_words=list(function_words()),
        token_pattern=WORD,
        min_df=min(fewest, len(texts)),
        sublinear_tf=True,
    )
    try:
        weights = vectorizer.fit_transform(texts)
    except ValueError:
        # No word is left that stands in enough comments.
        return ()
    words = vectorizer.get_feature_names_out()
    totals, counts = weights.sum(axis=0).A1, weights.getnnz(axis=0)
    order = sorted(range(len(words)), key=lambda at: (-totals[at] * _length(words[at]), words[at]))
    found: list[Theme] = []
    for at in order:
        if len(found) == MOST_THEMES:
            break
        if any(_overlap(words[at], theme.words) for theme in found):
            continue
        column = weights[:, at].toarray().ravel()
        shown = _examples(texts, column) if with_examples else ()
        found.append(Theme(str(words[at]), int(counts[at]), shown))
    return tuple(found)


def _length(words: str) -> float:
    """A pair says more than each of its words."""
    return 1.5 if " " in words else 1.0


def _overlap(one: str, other: str) -> bool:
    return bool(set(one.split()) & set(other.split()))


def _examples(texts: Sequence[str], weights: Sequence[float]) -> tuple[str, ...]:
    """Those in which the theme weighs most: the shortest that are about it."""
    having = [at for at in range(len(texts)) if weights[at] > 0]
    chosen = sorted(having, key=lambda at: (-weights[at], len(texts[at]), texts[at]))
    return tuple(dict.fromkeys(texts[at] for at in chosen))[:MOST_EXAMPLES]


@cache
def function_words() -> frozenset[str]:
    """Words of English, German, Spanish and French that no comment is about."""
    text = files("storage.insights").joinpath("function_words.toml").read_text(encoding="utf-8")
    words = [word for words in tomllib.loads(text).values() for word in words.split()]
    # As they are taken apart in comments, too: "aren't" is found there as "aren".
    return frozenset(words) | {part for word in words for part in re.findall(WORD, word)}
