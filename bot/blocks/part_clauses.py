"""What one part of a change did: ``billing on chat fell from 78 % to 51 %``."""

from __future__ import annotations

from bot.blocks import numbers
from bot.blocks.names import value_name
from bot.blocks.summary import sentence
from bot.request.segments import label
from storage.metrics.definition import Segment, Unit
from storage.metrics.explanation import ADDS_UP, Explanation, Figure, Part

OWN_WORDS = {Segment.CHANNEL, Segment.ISSUE_TYPE, Segment.WEEKDAY, Segment.HOUR}
"""Segments whose values say by themselves what they are."""
POINTS = " points"


def part_sentence(part: Part, found: Explanation) -> str:
    """``Billing on chat fell from 78 % to 51 %; that is 3.1 of the 3.4 points.``."""
    did = _added(part, found) if _is_sum(found) else _did(part, found)
    return sentence(f"{segment_name(part, found)} {did}{_few(part, found)}; {_worth(part, found)}")


def segment_name(part: Part, found: Explanation) -> str:
    """``chat``, ``team Billing``, ``billing on chat``."""
    named = [_named(segment, value, found) for segment, value in part.segment]
    return named[0] if len(named) == 1 else f"{', '.join(named[1:])} on {named[0]}"


def _named(segment: Segment, value: str | None, found: Explanation) -> str:
    shown = value_name(segment, value, found.agent_names)
    return shown if segment in OWN_WORDS or value is None else f"{label(segment)} {shown}"


def amount_text(amount: float, found: Explanation) -> str:
    """How much a part added: ``−2.9 points``."""  # noqa: RUF002 - as it is shown
    return numbers.difference(found.total.query.metric.unit, amount, 0.0, _sample(found))


def _added(part: Part, found: Explanation) -> str:
    verb = "rose" if part.amount > 0 else "fell"
    return f"{verb} from {_value(part.before, found)} to {_value(part.after, found)}"


def _did(part: Part, found: Explanation) -> str:
    """Its figure's move where that weighs more, else its share's."""
    before, after = part.before.value, part.after.value
    noun = found.total.query.metric.noun
    if before is None or after is None:
        known, share = (
            (part.after, part.shares[1]) if before is None else (part.before, part.shares[0])
        )
        what = "is new" if before is None else "is gone"
        return f"{what}, {numbers.rate(share, known.n)} of all {noun} at {_value(known, found)}"
    if abs(part.rate_part) >= abs(part.mix_part):
        verb = "rose" if after > before else "fell"
        return f"{verb} from {_value(part.before, found)} to {_value(part.after, found)}"
    first, second = part.shares
    verb = "grew" if second > first else "shrank"
    shares = f"from {_share(first, found)} to {_share(second, found)}"
    return f"{verb} {shares} of all {noun} and lies, at {_level(part, found)} the total"


def _level(part: Part, found: Explanation) -> str:
    """Above or below: a share that grew adds where the figure is above."""
    grew = part.shares[1] > part.shares[0]
    side = "above" if (part.mix_part > 0) is grew else "below"
    return f"{_value(part.after, found)}, {side}"


def _few(part: Part, found: Explanation) -> str:
    """Small samples are named as such; a count has none."""
    metric = found.total.query.metric
    n = min(each.n for each in (part.before, part.after) if each.n)
    if _is_sum(found) or n >= found.total.settings.smallest_sample(metric.key):
        return ""
    return f" (few {metric.noun}, n = {numbers.count(n)})"


NEARLY_ALL = 0.03
"""How far a part may be off the whole change, either way, to be told as all of it."""


def _worth(part: Part, found: Explanation) -> str:
    whole, own = found.change or 0.0, part.amount
    shown, all_of_it = (
        amount_text(each, found).lstrip(f"+{numbers.MINUS}") for each in (own, whole)
    )
    if shown == all_of_it:
        return "that is the whole change"
    if own * whole > 0 and abs(own - whole) <= NEARLY_ALL * abs(whole):
        return "that is nearly the whole change"
    if abs(own) > abs(whole):
        made_up = amount_text(own - whole, found).lstrip(f"+{numbers.MINUS}")
        return f"that is {shown}, of which other parts made up for {made_up.removesuffix(POINTS)}"
    return f"that is {shown.removesuffix(POINTS)} of the {all_of_it}"


def contrary(found: Explanation) -> list[str]:
    """Simpson's paradox, where the parts contradict the total."""
    if found.paradox is None or not found.change:
        return []
    parts = next(each.parts for each in found.dimensions if each.segment is found.paradox)
    mixed = max(parts, key=lambda part: part.mix_part / (found.change or 1.0))
    noun, (total, each) = found.total.query.metric.noun, _directions(found)
    grew = "more" if mixed.shares[1] > mixed.shares[0] else "fewer"
    told = f"Every {label(found.paradox)} by itself {each}, yet the total {total}"
    why = f"the mix moved, with {grew} of the {noun} in {segment_name(mixed, found)}"
    return [f"{told}: {why}."]


def _directions(found: Explanation) -> tuple[str, str]:
    """What the total did and what each part did: better or worse, where the metric says which."""
    rose = (found.change or 0.0) > 0
    metric = found.total.query.metric
    if metric.better.value == "neither":
        return ("rose", "fell") if rose else ("fell", "rose")
    better = rose is (metric.better.value == "higher")
    return ("got better", "got worse") if better else ("got worse", "got better")


def _value(figure: Figure, found: Explanation) -> str:
    return numbers.value(found.total.query.metric.unit, figure.value, figure.n)


def _share(share: float, found: Explanation) -> str:
    return numbers.value(Unit.RATE, share, _sample(found))


def _sample(found: Explanation) -> int:
    return min(found.before.n, found.after.n)


def _is_sum(found: Explanation) -> bool:
    return found.total.query.metric.aggregation in ADDS_UP
