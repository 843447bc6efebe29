from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.untrusted import escape, name, unique_names


def test_markup_is_escaped_once() -> None:
    assert escape("<!channel> R&D") == "&lt;!channel&gt; R&amp;D"


def test_name_is_one_visible_line() -> None:
    assert name("a\tb\n\u202ec") == "a b c"
    assert name("\u200b") == "(no name)"
    assert name("x" * 60, 10) == "x" * 9 + "…"


def test_names_cut_alike_are_told_apart() -> None:
    assert unique_names(["Billing north", "Billing south", "Billing"], 9) == [
        "Billing…",
        "Billin… 2",
        "Billing",
    ]


@given(st.lists(st.text(max_size=60), max_size=12), st.integers(12, 40))
@settings(deadline=None)
def test_names_are_unique_and_short(texts: list[str], longest: int) -> None:
    found = unique_names(texts, longest)
    assert len(set(found)) == len(texts)
    assert [each for each in found if not 1 <= len(each) <= longest] == []
