"""Trouble on demand: what the workspace was told to do wrong, and when."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from threading import Event

from bot.playground.errors import PlaygroundError


class ConnectionCutError(Exception):
    """The connection ends here, without an answer."""


@dataclass(frozen=True, slots=True)
class Failure:
    """How a call fails: Slack's error code, an HTTP status, or a cut connection.

    So many calls of the method before are ``spared``.
    """

    method: str
    error: str | None = None
    status: int | None = None
    is_cut: bool = False
    is_after: bool = False
    retry_after_seconds: int | None = None
    spared: int = 0

    def __post_init__(self) -> None:
        if not (self.error or self.status or self.is_cut):
            raise PlaygroundError("a failure is an error, a status or a cut connection")


class Held:
    """A call that is on its way: it is carried out when it is let go."""

    LONGEST_SECONDS = 30.0

    def __init__(self, method: str) -> None:
        self.method = method
        self._is_made = Event()
        self._is_let_go = Event()

    @property
    def is_made(self) -> bool:
        return self._is_made.is_set()

    def let_go(self) -> None:
        self._is_let_go.set()

    def wait(self) -> None:
        """The call waits here; not for ever, should nobody let it go."""
        self._is_made.set()
        self._is_let_go.wait(self.LONGEST_SECONDS)


class AtRandom:
    """Trouble by chance, the same for the same seed and calls: a share of all calls fails."""

    def __init__(self, share: float, seed: int) -> None:
        self._share = share
        self._random = Random(seed)  # noqa: S311  # nothing is kept secret by it
        self.happened = 0

    def take(self, method: str) -> Failure | None:
        """One of: too many calls, an error before or after the work, a cut before or after it."""
        if self._random.random() >= self._share:
            return None
        self.happened += 1
        is_after = self._random.random() < 0.5
        return self._random.choice(
            [
                Failure(method, "ratelimited", 429, retry_after_seconds=1),
                Failure(method, "internal_error", 500, is_after=is_after),
                Failure(method, is_cut=True, is_after=is_after),
            ]
        )


@dataclass(slots=True)
class Trouble:
    """The failures to come, in order, and the standing restrictions.

    The method ``response_url`` stands for uses of those.
    """

    failures: list[Failure] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    refused_blocks: set[str] = field(default_factory=set)
    delay_seconds: float = 0.0
    sends_next_event_twice: bool = False
    chance: AtRandom | None = None

    def rate_limit(self, method: str, seconds: int, times: int = 1) -> None:
        """Answer the next calls with 429 and ``Retry-After``."""
        failure = Failure(method, "ratelimited", 429, retry_after_seconds=seconds)
        self.failures += [failure] * times

    def fail_next(
        self,
        method: str,
        error: str | None = None,
        *,
        status: int | None = None,
        cut: bool = False,
        after: bool = False,
        times: int = 1,
    ) -> None:
        """Fail the next calls: with Slack's error, an HTTP status, or by cutting the connection.

        ``after`` does the call's work first: the message is there, the answer is not.
        """
        failure = Failure(method, error, status, is_cut=cut, is_after=after)
        self.failures += [failure] * times

    def fail_after(
        self, spared: int, method: str, error: str | None = None, *, cut: bool = False
    ) -> None:
        """Fail one call, once so many have gone well; a cut one has done its work."""
        self.failures.append(Failure(method, error, is_cut=cut, is_after=cut, spared=spared))

    def hold_next(self, method: str) -> Held:
        """Keep the next call on its way, so that later ones overtake it."""
        held = Held(method)
        self.held.append(held)
        return held

    def at_random(self, share: float, seed: int) -> None:
        """Fail that share of all calls from now on."""
        self.chance = AtRandom(share, seed)

    @property
    def happened(self) -> int:
        """How many calls failed by chance."""
        return self.chance.happened if self.chance else 0

    def refuse_blocks(self, *kinds: str) -> None:
        """Answer ``invalid_blocks`` to these kinds from now on, as an older workspace does."""
        self.refused_blocks |= set(kinds)

    def slow(self, seconds: float) -> None:
        """Answer every call that much later from now on."""
        self.delay_seconds = seconds

    def send_twice(self) -> None:
        """Send the next event twice, with the same event id."""
        self.sends_next_event_twice = True

    def take_held(self, method: str) -> Held | None:
        held = next((each for each in self.held if each.method == method), None)
        if held is not None:
            self.held.remove(held)
        return held

    def take(self, method: str) -> Failure | None:
        """The next failure meant for this method; each is used once."""
        for position, failure in enumerate(self.failures):
            if failure.method == method and failure.spared:
                self.failures[position] = replace(failure, spared=failure.spared - 1)
                return None
            if failure.method == method:
                return self.failures.pop(position)
        return self.chance.take(method) if self.chance else None

    def take_twice(self) -> bool:
        is_twice, self.sends_next_event_twice = self.sends_next_event_twice, False
        return is_twice
