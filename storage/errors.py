"""The errors that a person is meant to read; every other error is ours to mend."""

from __future__ import annotations


class UserError(Exception):
    """Something a person can put right: what happened, and the next step, in a sentence each.

    Example: ``UserError('I don't know a metric "fcrr".', "Try /kpi list.")``
    """

    def __init__(self, sentence: str, next_step: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.sentence} {self.next_step}".strip()


class UnknownWordError(UserError):
    """A word that is no metric, segment, value or period here, with the nearest ones known.

    Where ``typed`` is given, the suggestions are what may stand in its place; else they are whole.
    """

    def __init__(
        self,
        sentence: str,
        next_step: str = "",
        suggestions: tuple[str, ...] = (),
        typed: str = "",
    ) -> None:
        super().__init__(sentence, next_step)
        self.suggestions = suggestions
        self.typed = typed


class NotAllowedError(UserError):
    """What this person may not see or do."""


class SettingsError(UserError):
    """A setting is missing or malformed; the sentence lists every problem found."""


class UnreachableError(UserError):
    """A database can't be reached; the same may work a little later.

    The sentence is for whoever runs CareKPI. Whoever takes a ``UserError`` for an answer lets this
    one pass.
    """


class NotNowError(Exception):
    """What another system should do can't be done now; the same may work a little later."""
