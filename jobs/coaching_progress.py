"""Coming back to coaching notes: unread ones, and what they were about some weeks later."""

from __future__ import annotations

from datetime import datetime, timedelta

from jobs.coaching import CoachingDesk
from jobs.scheduler import Job
from storage.operations import note_progress
from storage.operations.engine import writing
from storage.operations.quality_models import CoachingNote
from storage.quality.progress import reminder_due

FOLLOW_UP_EVERY = timedelta(minutes=10)


def following_up(desk: CoachingDesk) -> Job:
    """Reminds authors of unread notes, and shows how the focus of older ones has moved."""
    after = timedelta(weeks=desk.settings.coaching_follow_up_weeks)

    def follow_up() -> None:
        now = desk.clock()
        with writing(desk.operations) as session:
            note_progress.remind_authors(session, lambda kept: _due_at(desk, kept), now)
            note_progress.follow_up(session, after, now)

    return Job("follow up on coaching", FOLLOW_UP_EVERY, follow_up)


def _due_at(desk: CoachingDesk, kept: CoachingNote) -> datetime:
    """When an unread note is one that its author should know of."""
    settings = desk.settings
    named = settings.calendar_name(kept.team)
    calendar = settings.calendars[named] if named else None
    return reminder_due(kept.sent_at or desk.clock(), settings.timezone, calendar)
