"""A value or a band as people type it, by a metric's unit: ``75 %``, ``2 h 30 min``, ``75-85%``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.request.tokens import printable
from storage.errors import UserError
from storage.metrics.definition import Direction, Metric, Unit
from storage.metrics.target import Target, single_bound

LARGEST = 1e12
_SECONDS = {
    "d": 86400, "day": 86400, "days": 86400,
    "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
}  # fmt: skip
_PERCENT = ("%", "percent", "pct")
_POINTS = ("points", "point", "pts", "pt")
_NUMBER = r"\d[\d,]{0,17}(?:\.\d{1,9})?"
_TIME = rf"(?:{'|'.join(sorted(_SECONDS, key=len, reverse=True))})(?![a-z])"
_UNIT = rf"(?:{_TIME}|{'|'.join(_PERCENT)}|(?:{'|'.join(_POINTS)})(?![a-z]))"
_AMOUNT = rf"[€$£]?-?{_NUMBER}(?:\s*{_UNIT})?(?:\s*{_NUMBER}\s*{_TIME})*"
_LEAST = ("at least", "over", "above", ">=", "≥", ">")
_MOST = ("at most", "under", "below", "<=", "≤", "<")
_SIDE = "|".join((*_LEAST, *_MOST, "between"))
_BOUNDS = re.compile(
    rf"(?<![\w.])(?:(?P<side>{_SIDE})\s*)?(?P<first>{_AMOUNT})"
    rf"(?:\s*(?:-|to|and)\s*(?P<second>{_AMOUNT}))?(?![\w%])"
)
_EXAMPLES = {
    Unit.RATE: ("75%", "75-85%"),
    Unit.SECONDS: ("4h", "2h-4h"),
    Unit.COUNT: ("200", "180-220"),
    Unit.SCORE: ("5.5", "5-6"),
    Unit.MONEY: ("4.50", "4-5"),
    Unit.PER_100_CUSTOMERS: ("12", "10-15"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """Bounds as typed; ``side`` is a word such as ``at most``, else empty."""

    first: str
    second: str | None
    side: str

    def target(self, metric: Metric) -> Target:
        """The target that is meant, by the metric's unit and by which way is better.

        Raises:
            UserError: a bound of another unit, or a single one where neither way is better.
        """
        target = self._unchecked(metric)
        lowest, highest = metric.bounds
        if min(target.bounds) < lowest or (highest is not None and max(target.bounds) > highest):
            most = "" if highest is None else f" and at most {written_amount(highest, metric.unit)}"
            raise UserError(
                f"{metric.name} is at least {written_amount(lowest, metric.unit)}{most}.",
                _like(metric),
            )
        return target

    def _unchecked(self, metric: Metric) -> Target:
        if self.second is not None:
            return _band(_lent_unit(self.first, self.second), self.second, metric)
        number = amount(self.first, metric)
        found = single_bound(metric, number)
        if found is None:
            band = examples(metric)[1]
            raise UserError(
                f"{metric.name} is better neither higher nor lower, so one bound is no target.",
                f"Give a band, such as {band}.",
            )
        self._check_side(metric)
        return found

    def _check_side(self, metric: Metric) -> None:
        """A word for the opposite of what is better here is a slip or a misunderstanding."""
        sides = {Direction.HIGHER: _MOST, Direction.LOWER: _LEAST}
        if self.side in sides.get(metric.better, ()):
            raise UserError(
                f'{metric.name}: {metric.better.value} is better, so "{self.side}" is no target.',
                f"Leave the word out, or give a band, such as {examples(metric)[1]}.",
            )


def bounds_in(text: str) -> tuple[Typed | None, str]:
    """The first bounds in a text, in lower case, and the text without them."""
    match = _BOUNDS.search(text)
    if match is None:
        return None, text
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    return Typed(match["first"], match["second"], match["side"] or ""), rest


def amount(typed: str, metric: Metric) -> float:
    """A number in the unit of the metric: ``75%`` of a rate is 0.75, ``4h`` 14,400 seconds."""
    match metric.unit:
        case Unit.RATE:
            return _rate(typed, metric)
        case Unit.SECONDS:
            return _seconds(typed, metric)
        case _:
            return _number(_without(typed, _POINTS), typed, metric)


def written_amount(number: float, unit: Unit) -> str:
    """A number as ``amount`` reads it again."""
    match unit:
        case Unit.RATE:
            return f"{100 * number:.10g}%"
        case Unit.SECONDS:
            return f"{number:.10g}s"
        case _:
            return f"{number:.10g}"


def written_target(target: Target, unit: Unit) -> str:
    """Bounds as ``bounds_in`` reads them again: ``75%``, ``14400s-18000s``."""
    return "-".join(written_amount(bound, unit) for bound in target.bounds)


def examples(metric: Metric) -> tuple[str, str]:
    """A bound and a band as one would type them."""
    return _EXAMPLES.get(metric.unit, ("40", "30-40"))


def _band(first: str, second: str, metric: Metric) -> Target:
    low, high = amount(first, metric), amount(second, metric)
    if low >= high:
        raise UserError(
            "A band goes from its lower to its higher bound.",
            f"Write it like {examples(metric)[1]}.",
        )
    return Target(low, high)


def _lent_unit(first: str, second: str) -> str:
    """``2-4h`` is from 2 hours."""
    unit = re.search(rf"{_UNIT}$", second)
    return f"{first}{unit[0]}" if unit and not re.search(rf"{_UNIT}$", first) else first


def _rate(typed: str, metric: Metric) -> float:
    bare = _without(typed, _PERCENT)
    percent = _number(bare, typed, metric)
    if bare == typed and 0 < percent < 1:
        raise UserError(
            f'"{printable(typed)}" could be a share or a percentage.',
            f"Write it as {100 * percent:g}%.",
        )
    return percent / 100


def _seconds(typed: str, metric: Metric) -> float:
    parts = re.findall(rf"({_NUMBER})\s*({_TIME})", typed)
    if not parts or re.sub(rf"{_NUMBER}\s*{_TIME}", "", typed).strip():
        raise UserError(f'I don\'t know how long "{printable(typed)}" is.', _like(metric))
    return sum(_as_number(number) * _SECONDS[unit] for number, unit in parts)


def _number(bare: str, typed: str, metric: Metric) -> float:
    if not re.fullmatch(rf"[€$£]?-?{_NUMBER}", bare):
        raise UserError(f'"{printable(typed)}" is no value of {metric.name}.', _like(metric))
    return _as_number(bare.strip("€$£"))


def _as_number(typed: str) -> float:
    """``1,284`` is a thousand and more, ``2,5`` two and a half."""
    is_decimal = re.fullmatch(r"-?\d+,\d{1,2}", typed)
    number = float(typed.replace(",", "." if is_decimal else ""))
    if abs(number) > LARGEST:
        raise UserError(f'"{printable(typed)}" is too large for a target.', "Give a smaller one.")
    return number


def _without(typed: str, units: tuple[str, ...]) -> str:
    found = next((unit for unit in units if typed.endswith(unit)), "")
    return typed.removesuffix(found).strip()


def _like(metric: Metric) -> str:
    bound, band = examples(metric)
    return (
        f"Write it like {band}."
        if metric.better is Direction.NEITHER
        else f"Write it like {bound} or {band}."
    )
