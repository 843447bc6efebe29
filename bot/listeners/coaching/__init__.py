"""``/coach``, the review form, and the scorecards."""

from slack_bolt import App

from bot.listeners.coaching import calibration, cards, command, form
from bot.listeners.coaching.command import COMMAND
from bot.listeners.desk import Desk

__all__ = ["COMMAND", "register"]

SURFACES = (command, form, cards, calibration)


def register(app: App, desk: Desk) -> None:
    """Listens to everything that belongs to coaching."""
    for surface in SURFACES:
        surface.register(app, desk)
