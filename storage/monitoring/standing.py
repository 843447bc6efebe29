"""Whether Slack accepts our token, as was found when it was last asked."""

from __future__ import annotations

from threading import Lock


class TokenStanding:
    """Accepted until Slack says otherwise: a bot does not start without its token."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._refused_for = ""

    @property
    def is_accepted(self) -> bool:
        return not self._refused_for

    def note(self, refused_for: str) -> bool:
        """Notes what Slack said, nothing where it accepts it; whether that is news."""
        with self._lock:
            is_news = bool(refused_for) != bool(self._refused_for)
            self._refused_for = refused_for
        return is_news
