"""A review as it stands in the form, with all that is told beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.blocks.dates import instant_name
from bot.blocks.names import value_name
from bot.blocks.targets import Reader
from bot.blocks.untrusted import name
from storage.metrics.definition import Segment
from storage.quality.drafts import Draft, ReviewedContact
from storage.quality.scorecards import Score, Scorecard, score_of, unanswered

CHANNEL_FIRST = 1


@dataclass(frozen=True, slots=True)
class Filling:
    """``cards`` can be chosen instead of ``card``; ``agent`` is the name of who had the contact.

    ``reviewed_at`` is when the same reviewer sent a note about it before.
    """

    draft: Draft
    card: Scorecard
    cards: tuple[Scorecard, ...]
    agent: str
    reader: Reader
    reviewed_at: datetime | None = None

    @property
    def score(self) -> Score:
        return score_of(self.card, self.draft.answers)


def contact_name(contact: ReviewedContact, agent: str, reader: Reader) -> str:
    """``Phone C497, Amy of billing, invoice, today 06:40``."""
    channel = value_name(Segment.CHANNEL, contact.channel, {})
    opened = instant_name(contact.opened_at, reader.now, reader.timezone)
    parts = [
        f"{channel[:CHANNEL_FIRST].upper()}{channel[CHANNEL_FIRST:]} {name(contact.contact_id)}",
        f"{name(agent)} of {name(contact.team)}",
        *([name(contact.issue_type)] if contact.issue_type else []),
        opened,
    ]
    return ", ".join(parts)


def score_text(filling: Filling) -> str:
    """What it comes to: ``Score so far: 84. 7 of 11 answered.``."""
    score, criteria = filling.score, len(filling.card.criteria)
    answered = criteria - len(unanswered(filling.card, filling.draft.answers))
    if score.auto_failed:
        return f"Score: 0, as a critical criterion failed. {answered} of {criteria} answered."
    if score.value is None:
        return f"No score yet. {answered} of {criteria} answered."
    so_far = " so far" if answered < criteria else ""
    return f"Score{so_far}: {score.value:.0f}. {answered} of {criteria} answered."
