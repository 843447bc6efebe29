"""Who does something, and through what the app hears of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.playground.delivery import Delivery
from bot.playground.people import Person
from bot.playground.state import State


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in the workspace, at the keyboard."""

    person: Person
    state: State
    delivery: Delivery
