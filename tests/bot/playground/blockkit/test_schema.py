"""The rules answer anything with problems, never with an exception."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.blockkit.blocks import BLOCKS
from bot.playground.blockkit.schema import Number, Problem
from bot.playground.blockkit.surfaces import check_message_blocks, check_view
from tests.bot.playground.blockkit.built import BUILT

FIELDS = sorted({field for shape in BLOCKS.values() for field in shape.fields})
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
ANYTHING = st.recursive(
    LEAVES | st.sampled_from(sorted(BLOCKS)),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4)
    ),
    max_leaves=12,
)
KINDS = st.sampled_from(sorted(BLOCKS))


@settings(max_examples=150, deadline=None)
@given(content=st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=6), kind=KINDS)
def test_any_block_is_answered(content: dict[str, Any], kind: str) -> None:
    block = content | {"type": kind}
    assert all(isinstance(found, Problem) for found in check_message_blocks([block]))
    assert all(
        isinstance(found, Problem) for found in check_view({"type": "home", "blocks": [block]})
    )


@settings(max_examples=150, deadline=None)
@given(data=st.data(), junk=ANYTHING)
def test_good_block_with_one_bad_field_is_answered(data: st.DataObject, junk: Any) -> None:
    block = data.draw(st.sampled_from(BUILT))
    field = data.draw(st.sampled_from(sorted(block)))
    found = check_message_blocks([block | {field: junk}])
    assert all(isinstance(problem, Problem) for problem in found)


def test_number_of_any_size_is_compared() -> None:
    assert list(Number(most=5).problems(10**400, "/n")) == [Problem("/n", "value is out of range")]
    assert list(Number().problems(10**400, "/n")) == []
