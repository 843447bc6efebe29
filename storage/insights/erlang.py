"""Erlang C: how many agents answer a load in time, where callers wait and nobody gives up.

The model M/M/c: calls come at random, each takes about as long, callers wait in one line for
whichever agent is free first. Formulas as in Gans, Koole and Mandelbaum, "Telephone Call Centers"
(Manufacturing & Service Operations Management 5, 2003).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Target:
    """A service level: this share of contacts is answered within so many seconds."""

    share: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Load:
    """What comes in within a stretch of time, and how long each of it takes."""

    contacts: float
    interval_seconds: float
    handle_seconds: float

    @property
    def erlangs(self) -> float:
        """How many agents it keeps busy on average."""
        return self.contacts * self.handle_seconds / self.interval_seconds


@dataclass(frozen=True, slots=True)
class Staff:
    """So many agents at work, and what that comes to; with nothing to do nobody waits."""

    agents: int
    service_level: float
    waiting_probability: float
    occupancy: float


def staff_for(load: Load, target: Target) -> Staff:
    """The fewest agents that reach the target, searched from the fewest that keep up at all."""
    if not load.erlangs:
        return Staff(0, 1.0, 0.0, 0.0)
    if not 0 <= target.share < 1:
        raise ValueError("no number of agents answers everybody at once")
    return next(staff for staff in _staffs(load, target) if staff.service_level >= target.share)


def staffed_with(load: Load, agents: int, target: Target) -> Staff:
    """What so many agents reach; too few for the load ever to keep up reach nothing."""
    if not load.erlangs:
        return Staff(agents, 1.0, 0.0, 0.0)
    if agents <= load.erlangs:
        return Staff(agents, 0.0, 1.0, 1.0)
    return next(staff for staff in _staffs(load, target) if staff.agents == agents)


def scheduled(agents: int, shrinkage: float) -> int:
    """How many to schedule so that these are at work, where a share of paid time is not worked."""
    return math.ceil(agents / (1 - shrinkage) - ROUNDING)


def _staffs(load: Load, target: Target) -> Iterator[Staff]:
    """From the smallest stable staff upwards."""
    for agents, waiting in _waiting_probabilities(load.erlangs):
        spare = (agents - load.erlangs) * target.seconds / load.handle_seconds
        level = 1 - waiting * math.exp(-spare)
        yield Staff(agents, level, waiting, load.erlangs / agents)


def _waiting_probabilities(erlangs: float) -> Iterator[tuple[int, float]]:
    """The probability of having to wait, for each number of agents above the load.

    By way of Erlang B, whose recursion holds no factorial or power and so never overflows:
    B(0) = 1, B(n) = a B(n-1) / (n + a B(n-1)), C(n) = n B(n) / (n - a (1 - B(n))).
    """
    agents, blocked = 0, 1.0
    while True:
        agents += 1
        blocked = erlangs * blocked / (agents + erlangs * blocked)
        if agents > erlangs:
            yield agents, agents * blocked / (agents - erlangs * (1 - blocked))
