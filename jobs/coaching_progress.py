"""Coming back to coaching notes: unread ones, open appeals, and their focus some weeks later."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from jobs.coaching import CoachingDesk
from jobs.scheduler import Job
from storage.operations import note_progress
from storage.operations.engine import writing
from storage.operations.quality_models import CoachingNote
from storage.quality.progress import reminder_due

FOLLOW_UP_EVERY = timedelta(minutes=10)


def following_up(desk: CoachingDesk) -> Job:
    """Reminds of unread notes and open appeals, and shows how the focus of older ones has moved."""
    after = timedelta(weeks=desk.settings.coaching_follow_up_weeks)
    due_at = partial(_due_at, desk)

    def follow_up() -> None:
        now = desk.clock()
        with writing(desk.operations) as session:
            note_progress.remind_authors(session, due_at, now)
            note_progress.remind_second_reviewers(session, due_at, now)
            note_progress.follow_up(session, after, now)

    return Job("follow up on coaching", FOLLOW_UP_EVERY, follow_up)


def _due_at(desk: CoachingDesk, kept: CoachingNote, sent_at: datetime) -> datetime:
    """When somebody should have read, or decided, what was sent then."""
    settings = desk.settings
    named = settings.calendar_name(kept.team)
    calendar = settings.calendars[named] if named else None
    return reminder_due(sent_at, settings.timezone, calendar)
