from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.metrics.contributions import contributions, fold, settle
from storage.metrics.definition import Aggregation, Segment
from storage.metrics.explanation import Part
from storage.metrics.grouped import Group, Sums

ISSUE = (Segment.ISSUE_TYPE,)


def groups(**cells: tuple[tuple[float, float], tuple[float, float]]) -> list[Group]:
    """Groups by name: (n, total) before and after; each row is worth 0 or 1."""
    return [_group(name, *times) for name, times in cells.items()]


def _group(name: str, *times: tuple[float, float], agents: float = 9) -> Group:
    before, after = (
        Sums(n, total, n, abs(total), n, total, agents if n else 0) for n, total in times
    )
    return Group((name,), before, after)


def parts(table: list[Group], aggregation: Aggregation) -> dict[str | None, Part]:
    found = (each.part for each in contributions(table, ISSUE, aggregation))
    return {part.segment[0][1]: part for part in found}


def test_part_is_split_into_its_own_move_and_its_share() -> None:
    found = parts(groups(billing=((100, 80), (300, 150)), login=((100, 60), (100, 60))),
                  Aggregation.SHARE)  # fmt: skip
    billing, login = found["billing"], found["login"]
    assert (billing.before.value, billing.after.value, billing.shares) == (0.8, 0.5, (0.5, 0.75))
    assert billing.rate_part == pytest.approx((0.5 - 0.8) * 0.625)
    assert billing.mix_part == pytest.approx(0.25 * (0.65 - (0.7 + 0.525) / 2))
    assert login.rate_part == 0.0
    assert login.mix_part == pytest.approx(-0.25 * (0.6 - (0.7 + 0.525) / 2))


@pytest.mark.parametrize(
    ("times", "figures", "mix"),
    [
        (((0, 0), (100, 20)), (None, 0.2), 0.5 * (0.2 - (0.8 + 0.5) / 2)),
        (((100, 20), (0, 0)), (0.2, None), -0.5 * (0.2 - (0.8 + 0.5) / 2)),
    ],
)
def test_segment_that_was_there_only_once_is_all_mix(
    times: tuple[tuple[float, float], tuple[float, float]],
    figures: tuple[float | None, float | None],
    mix: float,
) -> None:
    part = parts(groups(once=times, always=((100, 80), (100, 80))), Aggregation.SHARE)["once"]
    assert (part.before.value, part.after.value, part.rate_part) == (*figures, 0.0)
    assert part.mix_part == pytest.approx(mix)


def test_part_of_a_count_is_the_difference() -> None:
    found = parts(groups(billing=((40, 40), (70, 70)), new=((0, 0), (5, 5))), Aggregation.COUNT)
    told = {name: (p.before.value, p.after.value, p.amount) for name, p in found.items()}
    assert told == {"billing": (40.0, 70.0, 30.0), "new": (0.0, 5.0, 5.0)}
    assert {part.mix_part for part in found.values()} == {0.0}


def test_net_promoters_are_in_points() -> None:
    found = parts(groups(a=((4, 1), (4, 3)), b=((4, 0), (4, 0))), Aggregation.NET_PROMOTER)
    assert (found["a"].before.value, found["a"].rate_part) == (25.0, 25.0)


number = st.integers(0, 50)
cell = st.tuples(number, st.floats(0, 1), st.floats(-1e3, 1e3)).map(
    lambda drawn: (float(drawn[0]), drawn[0] * drawn[2] * drawn[1])
)


@settings(max_examples=150, deadline=None)
@given(
    cells=st.lists(st.tuples(cell, cell), min_size=1, max_size=8),
    aggregation=st.sampled_from((Aggregation.MEAN, Aggregation.RATIO, Aggregation.COUNT,
                                 Aggregation.NET_PROMOTER)),
)  # fmt: skip
def test_parts_add_up_to_the_change(
    cells: list[tuple[tuple[float, float], tuple[float, float]]], aggregation: Aggregation
) -> None:
    table = groups(**{f"s{number}": each for number, each in enumerate(cells)})
    totals = [
        (sum(each.n for each in sums), sum(each.total for each in sums))
        for sums in ([group.before for group in table], [group.after for group in table])
    ]
    if not all(n for n, _ in totals):
        return
    scale = 100 if aggregation is Aggregation.NET_PROMOTER else 1
    before, after = (
        total if aggregation is Aggregation.COUNT else scale * total / n for n, total in totals
    )
    amounts = sum(part.amount for part in parts(table, aggregation).values())
    assert amounts == pytest.approx(after - before, abs=1e-9)


def test_last_digits_that_an_engine_loses_go_to_the_largest() -> None:
    table = groups(large=((5, 0.5), (5, 3.0)), small=((1, 0.1), (1, 1.0)))
    total = groups(all=((6, 0.75), (6, 4.0)))
    settled = settle(table, total)
    assert [each.before.total for each in settled] == [0.65, 0.1]
    assert sum(each.after.total for each in settled) == 4.0


def of_agents(*rows: tuple[str, int, int]) -> list[Group]:
    """Groups by name, number of contacts, and agents behind them, alike before and after."""
    return [_group(name, (n, n), (n, n), agents=a) for name, n, a in rows]


def test_groups_of_few_agents_are_folded_with_the_smallest_of_the_others() -> None:
    folded = fold(of_agents(("large", 50, 5), ("middle", 20, 3), ("one", 9, 1), ("two", 8, 2)))
    assert folded is not None
    assert [(each.values, each.before.n, each.is_folded) for each in folded] == [
        (("large",), 50.0, False),
        ((None,), 37.0, True),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [("large", 50, 5), ("one", 9, 1)],
        [("nobody", 50, 0), ("one", 9, 1), ("two", 9, 2)],
        [("one", 9, 1), ("two", 9, 2)],
    ],
)
def test_nothing_is_shown_where_what_is_folded_could_be_told(
    rows: list[tuple[str, int, int]],
) -> None:
    assert fold(of_agents(*rows)) is None


def test_nothing_is_folded_where_enough_agents_stand_behind_each() -> None:
    folded = fold(of_agents(("large", 50, 3), ("none known", 5, 0)))
    assert folded is not None
    assert [each.is_folded for each in folded] == [False, False]
