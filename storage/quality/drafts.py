"""A review as its reviewer fills it in, until it becomes a note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from storage.quality.scorecards import Answers

LIVE, CALIBRATION = "live", "calibration"
"""What a review is for."""


@dataclass(frozen=True, slots=True)
class ReviewedContact:
    """The contact that a review is about, and its agent as the loaded data knows them."""

    source: str
    contact_id: str
    channel: str
    team: str
    agent_id: str
    opened_at: datetime
    issue_type: str = ""


@dataclass(frozen=True, slots=True)
class NoteText:
    """What a reviewer writes to the agent; ``links`` are addresses of articles or recordings.

    ``moment`` is what the focus refers to, such as "at 4:10" or "your second reply".
    """

    went_well: str = ""
    focus: str = ""
    moment: str = ""
    next_step: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reviewer has filled in so far. ``focus_on`` is the key of the criterion to work on.

    ``corrects`` is the id of the note that the one to be sent takes the place of, known when it is
    sent. ``touched`` says of each field when it was last changed, as Slack stamps it, and
    ``filled_in`` in which view; ``last_click`` is the one that was kept last. ``page`` is the page
    of the form that was turned to last.
    """

    id: str
    reviewer: str
    contact: ReviewedContact
    scorecard_id: int
    changed_at: datetime
    answers: Answers = field(default_factory=dict)
    texts: NoteText = field(default_factory=NoteText)
    focus_on: str = ""
    corrects: str = ""
    purpose: str = LIVE
    touched: Mapping[str, str] = field(default_factory=dict)
    filled_in: Mapping[str, str] = field(default_factory=dict)
    last_click: str = ""
    page: int = 0

    @property
    def themes(self) -> tuple[str, ...]:
        """The criteria that the note is about."""
        return (self.focus_on,) if self.focus_on else ()
