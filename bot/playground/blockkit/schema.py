"""Rules that a JSON value is held against; the tables of Block Kit are made of them.

A rule's ``problems(value, pointer)`` yields what is wrong and where, in Slack's words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and a JSON pointer to where."""

    pointer: str
    reason: str

    def __str__(self) -> str:
        return f"{self.reason} [json-pointer:{self.pointer}]"


Problems = Iterator[Problem]
Check = Callable[[dict[str, Any], str], Problems]
"""A rule across the fields of one object."""


class Rule(Protocol):
    """What every kind of rule can do."""

    def problems(self, value: Any, pointer: str) -> Problems:
        """What is wrong with the value."""


@dataclass(frozen=True, slots=True)
class String:
    """Text of ``least`` to ``most`` characters, or one of ``choices``."""

    most: int | None = None
    least: int = 1
    choices: Collection[str] = ()

    def problems(self, value: Any, pointer: str) -> Problems:
        if not isinstance(value, str):
            yield Problem(pointer, "must provide a string")
        elif self.choices and value not in self.choices:
            yield Problem(pointer, f"value must be one of: {', '.join(sorted(self.choices))}")
        elif len(value) < self.least:
            yield Problem(pointer, f"must be more than {self.least - 1} characters")
        elif self.most is not None and len(value) > self.most:
            yield Problem(pointer, f"must be less than {self.most + 1} characters")


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number within bounds; ``above`` is a bound that is itself outside."""

    least: float = -math.inf
    most: float = math.inf
    above: float = -math.inf
    is_whole: bool = False

    def problems(self, value: Any, pointer: str) -> Problems:
        kinds = (int,) if self.is_whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            yield Problem(pointer, f"must provide {'an integer' if self.is_whole else 'a number'}")
        elif isinstance(value, float) and not math.isfinite(value):
            yield Problem(pointer, "must be a finite number")
        elif not (self.least <= value <= self.most and value > self.above):
            yield Problem(pointer, "value is out of range")


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def problems(self, value: Any, pointer: str) -> Problems:
        if not isinstance(value, bool):
            yield Problem(pointer, "must provide a boolean")


@dataclass(frozen=True, slots=True)
class ListOf:
    """``least`` to ``most`` values of one rule."""

    item: Rule
    most: int | None = None
    least: int = 1

    def problems(self, value: Any, pointer: str) -> Problems:
        if not isinstance(value, list):
            yield Problem(pointer, "must provide an array")
            return
        if len(value) < self.least:
            yield Problem(pointer, f"no fewer than {self.least} items allowed")
        if self.most is not None and len(value) > self.most:
            yield Problem(pointer, f"no more than {self.most} items allowed")
        for position, item in enumerate(value):
            yield from self.item.problems(item, f"{pointer}/{position}")


@dataclass(frozen=True, slots=True)
class Shape:
    """An object of known fields.

    Of each group in ``any_of`` at least one field is there, of each in ``only_one`` not two.
    """

    fields: Mapping[str, Rule]
    required: Collection[str] = ()
    any_of: Collection[Collection[str]] = ()
    only_one: Collection[Collection[str]] = ()
    checks: tuple[Check, ...] = ()

    def problems(self, value: Any, pointer: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem(pointer, "must provide an object")
            return
        found = [*self._field_problems(value, pointer), *self._presence_problems(value, pointer)]
        yield from found
        if not found:
            for check in self.checks:
                yield from check(value, pointer)

    def _field_problems(self, value: dict[str, Any], pointer: str) -> Problems:
        for name, content in value.items():
            rule = self.fields.get(name)
            if rule is None:
                yield Problem(pointer, f"no additional properties allowed: {name}")
            else:
                yield from rule.problems(content, f"{pointer}/{name}")

    def _presence_problems(self, value: dict[str, Any], pointer: str) -> Problems:
        for name in self.required:
            if name not in value:
                yield Problem(pointer, f"missing required field: {name}")
        for group in self.any_of:
            if not any(name in value for name in group):
                yield Problem(pointer, f"must define one of: {', '.join(group)}")
        for group in self.only_one:
            if sum(name in value for name in group) > 1:
                yield Problem(pointer, f"must define only one of: {', '.join(group)}")


@dataclass(frozen=True, slots=True)
class OneOf:
    """An object whose ``type`` says which shape it has."""

    shapes: Mapping[str, Shape] = field(default_factory=dict)

    def problems(self, value: Any, pointer: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem(pointer, "must provide an object")
            return
        kind = value.get("type")
        if kind is None:
            yield Problem(pointer, "missing required field: type")
        elif not isinstance(kind, str) or kind not in self.shapes:
            yield Problem(f"{pointer}/type", f"unsupported type: {kind}")
        else:
            yield from self.shapes[kind].problems(value, pointer)


def typed(kind: str, fields: Mapping[str, Rule], required: Collection[str] = ()) -> Shape:
    """A shape with its ``type``, for ``OneOf``."""
    return Shape({"type": String(choices=(kind,)), **fields}, required=("type", *required))
