"""Numbers as people read them, with no more digits than their sample carries."""

from __future__ import annotations

from storage.metrics.definition import Unit

MINUTE, HOUR, DAY = 60, 3600, 86400
MINUS = "−"  # noqa: RUF001 - as it is read out
NO_VALUE = "–"  # noqa: RUF001 - a dash, as an empty cell of a table
WHOLE_PERCENT_BELOW = 100
"""A share of fewer than this many moves by a whole point with a single one."""


def count(number: float) -> str:
    return f"{round(number):,}".replace("-", MINUS)


def mean(number: float) -> str:
    """A mean of counts, to a tenth while it is small: ``3.4``, ``118``."""
    return f"{number:.1f}".removesuffix(".0") if number < 99.95 else count(number)


def value(unit: Unit, number: float | None, n: int, currency: str = "") -> str:
    """A figure with its unit: ``78.4 %``, ``2 h 14 min``, ``1,284``; a dash where there is none."""
    if number is None:
        return NO_VALUE
    match unit:
        case Unit.RATE:
            return rate(number, n)
        case Unit.SECONDS:
            return duration(number)
        case Unit.COUNT:
            return count(number)
        case _:
            return f"{decimal(number, _decimals(unit, n))}{_behind(unit, currency)}"


def decimal(number: float, decimals: int) -> str:
    """A number with its sign as it is read, and never a zero with one: ``−3.4``, ``0.0``."""  # noqa: RUF002 - a minus
    shown = f"{number:,.{decimals}f}"
    return shown.lstrip("-") if not float(shown.replace(",", "")) else shown.replace("-", MINUS)


def _decimals(unit: Unit, n: int) -> int:
    """How many places a figure that is no count carries with so many rows behind it."""
    match unit:
        case Unit.POINTS:
            return 0 if n < WHOLE_PERCENT_BELOW else 1
        case Unit.SCORE:
            return 1 if n < WHOLE_PERCENT_BELOW else 2
        case Unit.MONEY:
            return 2
        case Unit.PER_100_CUSTOMERS | Unit.PER_HOUR | Unit.PER_AGENT:
            return 1
        case _:
            return 0


def _behind(unit: Unit, currency: str) -> str:
    match unit:
        case Unit.MONEY:
            return f" {currency}" if currency else ""
        case Unit.PER_100_CUSTOMERS:
            return " per 100"
        case Unit.PER_HOUR:
            return " an hour"
        case Unit.PER_AGENT:
            return " per agent"
        case _:
            return ""


def rate(share: float, n: int) -> str:
    """Percent; a share that is not quite all or none never reads as all or none."""
    decimals = 0 if n < WHOLE_PERCENT_BELOW else 1
    shown = f"{100 * share:.{decimals}f}"
    step = 10**-decimals
    if share < 1 and float(shown) == 100:
        return f"over {100 - step:.{decimals}f} %"
    if share > 0 and float(shown) == 0:
        return f"under {step:.{decimals}f} %"
    return f"{shown} %"


def duration(seconds: float) -> str:
    """Two units at most: ``8.2 s``, ``45 s``, ``4 min 12 s``, ``2 h 14 min``, ``3 days 4 h``."""
    if seconds < 0:
        return f"{MINUS}{duration(-seconds)}"
    if seconds < 9.95:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    if round(seconds) < MINUTE:
        return f"{round(seconds)} s"
    if round(seconds) < HOUR:
        return _two_units(round(seconds), MINUTE, "min", "s")
    if round(seconds / MINUTE) * MINUTE < 2 * DAY:
        return _two_units(round(seconds / MINUTE), 60, "h", "min")
    return _two_units(round(seconds / HOUR), 24, "days", "h")


def span(
    unit: Unit, low: float, high: float, currency: str = "", outside: float | None = None
) -> str:
    """A range: ``72 to 77 %``, ``2 h 3 min to 2 h 31 min``, ``900 to 1,250``.

    A value ``outside`` never reads as one of its ends where a decimal can tell them apart.
    """
    low = low if unit is Unit.POINTS else max(low, 0.0)
    match unit:
        case Unit.RATE:
            return _rate_span(low, min(high, 1.0), outside)
        case Unit.SECONDS:
            return _joined(_no_finer(low, high), duration(high))
        case Unit.COUNT:
            return _joined(count(low), count(high))
        case _:
            decimals = _span_decimals(unit, high - low)
            decimals += _blurs(outside, low, high, decimals)
            shown = _joined(decimal(low, decimals), decimal(high, decimals))
            return f"{shown}{_behind(unit, currency)}"


def bound(unit: Unit, number: float) -> str:
    """A bound as it was set, with all its digits: ``75 %``, ``75.5 %``, ``4 h``, ``1,200``."""
    match unit:
        case Unit.RATE:
            return f"{100 * number:.4g} %"
        case Unit.SECONDS:
            return duration(number)
        case _:
            return f"{number:,.10g}".replace("-", MINUS) + _behind(unit, "")


def _span_decimals(unit: Unit, width: float) -> int:
    if unit in {Unit.POINTS, Unit.PER_100_CUSTOMERS, Unit.PER_HOUR, Unit.PER_AGENT}:
        return 0 if width >= 2 else 1
    return 1 if width >= 2 else 2


def difference(unit: Unit, after: float, before: float, n: int, currency: str = "") -> str:
    """How far a value moved: ``+3.1 points``, ``+14 min``, ``+38``; a rate moves in points."""
    step = after - before
    size = _size(unit, abs(step), n, max(after, before), currency)
    if not any(digit in size for digit in "123456789"):
        return size
    return f"{'+' if step > 0 else MINUS}{size}"


def _no_finer(seconds: float, than: float) -> str:
    """A duration to the second, minute or hour that a longer one beside it is told to."""
    size = _step(than)
    whole = round(seconds / size) * size
    return duration(whole) if whole else "0"


def _step(seconds: float) -> float:
    if round(seconds) < MINUTE:
        return 0.1 if seconds < 9.95 else 1
    if round(seconds) < HOUR:
        return 1
    return MINUTE if round(seconds / MINUTE) * MINUTE < 2 * DAY else HOUR


def _size(unit: Unit, step: float, n: int, larger: float, currency: str) -> str:
    match unit:
        case Unit.RATE:
            decimals = 0 if n < WHOLE_PERCENT_BELOW else 1
            return f"{100 * step:.{decimals}f} points"
        case Unit.SECONDS:
            return _no_finer(step, larger)
        case Unit.COUNT:
            return count(step)
        case Unit.POINTS:
            return f"{decimal(step, _decimals(unit, n))} points"
        case _:
            return f"{decimal(step, _decimals(unit, n))}{_behind(unit, currency)}"


def _two_units(number: int, size: int, large: str, small: str) -> str:
    whole, rest = divmod(number, size)
    return f"{whole} {large} {rest} {small}" if rest else f"{whole} {large}"


def _blurs(outside: float | None, low: float, high: float, decimals: int) -> bool:
    """Whether a value outside would read as an end of the range."""
    if outside is None:
        return False
    return round(outside, decimals) in {round(low, decimals), round(high, decimals)}


def _rate_span(low: float, high: float, outside: float | None) -> str:
    decimals = 0 if high - low >= 0.02 else 1
    per_cent = None if outside is None else 100 * outside
    decimals += decimals == 0 and _blurs(per_cent, 100 * low, 100 * high, decimals)
    left, right = f"{100 * low:.{decimals}f}", f"{100 * high:.{decimals}f}"
    return f"{left} %" if left == right else f"{left} to {right} %"


def _joined(left: str, right: str) -> str:
    return left if left == right else f"{left} to {right}"
