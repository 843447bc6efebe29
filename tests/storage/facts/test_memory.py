"""A limit on memory, as people write it, and its shares."""

from __future__ import annotations

import pytest

from storage.errors import SettingsError
from storage.facts.memory import parse_bytes, reading_bytes, store_bytes


@pytest.mark.parametrize(
    ("limit", "size"),
    [("600MB", 600_000_000), ("1 GiB", 1_073_741_824), ("1.5gb", 1_500_000_000), ("1000", 1000)],
)
def test_limit_as_it_is_written(limit: str, size: int) -> None:
    assert parse_bytes(limit) == size


@pytest.mark.parametrize("limit", ["", "much", "600 monkeys", "-1MB", "MB"])
def test_limit_that_cannot_be_read(limit: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse_bytes(limit)
    assert raised.value.sentence == f'I can\'t read the memory limit "{limit}".'


def test_shares_make_up_the_limit() -> None:
    assert (store_bytes("600MB"), reading_bytes("600MB")) == (400_000_000, 200_000_000)


def test_reading_has_what_it_needs_at_least() -> None:
    assert reading_bytes("100MB") == 150_000_000
