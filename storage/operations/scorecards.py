"""Scorecards with their versions: a change makes a new one, and an old review keeps its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.errors import UserError
from storage.operations import quality_models as kept
from storage.operations.audit import By, record
from storage.operations.base import Json
from storage.quality.scorecards import Criterion, Scorecard, Section

FROM_FILE = "carekpi.toml"
"""Who made the cards that are shipped, or stand in the settings file."""


def cards_in_force(session: Session) -> tuple[Scorecard, ...]:
    """The newest version of each scorecard in use, in the order of their titles."""
    newest = (card_of(row) for row in _newest(session).values())
    return tuple(sorted((c for c in newest if c.in_use), key=lambda c: (c.title, c.key)))


def card(session: Session, scorecard_id: int) -> Scorecard:
    """One version, in use or not."""
    row = session.get(kept.Scorecard, scorecard_id)
    if row is None:
        raise UserError("There is no such scorecard.", "Open the review anew with /coach.")
    return card_of(row)


def card_keys(session: Session) -> frozenset[str]:
    """The keys of every card there ever was."""
    return frozenset(_newest(session))


def keep_card(session: Session, changed: Scorecard, by: By) -> Scorecard:
    """The card as a new version; the newest one where nothing has changed.

    Raises:
        UserError: somebody else has changed it since the version that ``changed`` was made from.
    """
    newest = _newest(session).get(changed.key)
    if newest and newest.fingerprint == fingerprint(changed):
        return card_of(newest)
    if newest and changed.version != newest.version:
        raise UserError(
            "Somebody has changed this scorecard meanwhile.", "Open it again with /coach cards."
        )
    return _add(session, changed, newest, by)


def keep_file_cards(session: Session, cards: Iterable[Scorecard], by: By) -> None:
    """Takes over what changed in the settings file, or in what is shipped, since it was last read.

    What an admin changed in Slack stands until the file itself changes; a card that is no longer
    there is taken out of use.
    """
    newest, read = _newest(session), _newest(session, made_by=by.who)
    given = {each.key: each for each in cards}
    for key, each in given.items():
        if key not in read or read[key].fingerprint != fingerprint(each):
            _add(session, each, newest.get(key), by)
    for key, row in read.items():
        if key not in given and newest[key].id == row.id and card_of(row).in_use:
            gone = {**row.content, "in_use": False}
            _add(session, _decoded(row.key, row.title, gone), row, by)


def fingerprint(made: Scorecard) -> str:
    """Tells whether two versions are the same."""
    written = json.dumps([made.key, made.title, content_of(made)], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def content_of(made: Scorecard) -> Json:
    """A card as it is kept, without its key, title and version."""
    return {
        "channels": list(made.channels),
        "in_use": made.in_use,
        "sections": [
            {"title": each.title, "criteria": [_encoded(one) for one in each.criteria]}
            for each in made.sections
        ],
    }


def card_of(row: kept.Scorecard) -> Scorecard:
    return _decoded(row.key, row.title, row.content, row.id, row.version)


def _decoded(key: str, title: str, content: Json, card_id: int = 0, version: int = 0) -> Scorecard:
    sections = tuple(
        Section(each["title"], tuple(Criterion(**one) for one in each["criteria"]))
        for each in content["sections"]
    )
    channels = tuple(content["channels"])
    return Scorecard(key, title, channels, sections, content["in_use"], card_id, version)


def _encoded(criterion: Criterion) -> dict[str, Any]:
    return {name: getattr(criterion, name) for name in Criterion.__slots__}


def _newest(session: Session, made_by: str | None = None) -> dict[str, kept.Scorecard]:
    rows = select(kept.Scorecard).order_by(kept.Scorecard.key, kept.Scorecard.version)
    if made_by is not None:
        rows = rows.where(kept.Scorecard.made_by == made_by)
    return {row.key: row for row in session.scalars(rows)}


def _add(session: Session, made: Scorecard, before: kept.Scorecard | None, by: By) -> Scorecard:
    row = kept.Scorecard(
        key=made.key,
        version=before.version + 1 if before else 1,
        title=made.title,
        content=content_of(made),
        fingerprint=fingerprint(made),
        made_at=by.at,
        made_by=by.who,
    )
    session.add(row)
    session.flush()
    record(session, by, "scorecard changed", made.key, f"version {row.version}")
    return card_of(row)
