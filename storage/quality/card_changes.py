"""What can be changed of a scorecard, one thing at a time. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from storage.errors import UserError
from storage.quality.card_settings import LONGEST_KEY, MOST_CRITERIA, MOST_SECTIONS
from storage.quality.scorecards import Criterion, Scorecard, sections_of

Placed = list[tuple[str, Criterion]]
"""Criteria in their order, each with the title of its section."""


def placed(card: Scorecard) -> Placed:
    return [(section.title, each) for section in card.sections for each in section.criteria]


def with_criterion(card: Scorecard, section: str, criterion: Criterion) -> Scorecard:
    """In the place of the one of the same key; a new one, or one of a new section, at its end.

    Raises:
        UserError: the card is full.
    """
    rows = placed(card)
    place = next((n for n, (_, each) in enumerate(rows) if each.key == criterion.key), None)
    if place is not None and rows[place][0] == section:
        rows[place] = (section, criterion)
        return _with(card, rows)
    rows = [row for row in rows if row[1].key != criterion.key]
    ends = [n for n, (title, _) in enumerate(rows) if title == section]
    rows.insert(ends[-1] + 1 if ends else len(rows), (section, criterion))
    return _with(card, rows)


def without_criterion(card: Scorecard, key: str) -> Scorecard:
    return _with(card, [row for row in placed(card) if row[1].key != key])


def moved(card: Scorecard, key: str, step: int) -> Scorecard:
    """The criterion a place further up (-1) or down (1) within its section."""
    rows = placed(card)
    place = next((n for n, (_, each) in enumerate(rows) if each.key == key), None)
    if place is None or not 0 <= place + step < len(rows):
        return card
    if rows[place][0] != rows[place + step][0]:
        return card
    rows[place], rows[place + step] = rows[place + step], rows[place]
    return _with(card, rows)


def key_for(title: str, taken: Collection[str]) -> str:
    """A key of a title that no other has: ``says_goodbye``, ``says_goodbye_2``."""
    plain = re.sub(r"[^a-z0-9]+", "_", title.casefold()).strip("_")[: LONGEST_KEY - 4]
    stem = plain if plain[:1].isalpha() else f"c_{plain}".rstrip("_")
    found, number = stem, 1
    while found in taken:
        number += 1
        found = f"{stem}_{number}"
    return found


def _with(card: Scorecard, rows: Placed) -> Scorecard:
    if len(rows) > MOST_CRITERIA:
        raise UserError(f"A scorecard has {MOST_CRITERIA} criteria at most.", "Remove one first.")
    if len({title for title, _ in rows}) > MOST_SECTIONS:
        raise UserError(f"A scorecard has {MOST_SECTIONS} sections at most.", "Use one of them.")
    return replace(card, sections=sections_of(rows))
