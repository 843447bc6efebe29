"""How the memory that CareKPI may use is shared: most for the store, the rest for reading files."""

from __future__ import annotations

import re
from fractions import Fraction

from storage.errors import SettingsError

STORE_SHARE = Fraction(2, 3)
LEAST_FOR_READING = 150 * 1000**2
UNITS = {
    "": 1,
    "b": 1,
    "kb": 1000,
    "mb": 1000**2,
    "gb": 1000**3,
    "kib": 1024,
    "mib": 1024**2,
    "gib": 1024**3,
}


def store_bytes(memory_limit: str) -> int:
    """What the store may take of a limit such as ``600MB``."""
    return int(parse_bytes(memory_limit) * STORE_SHARE)


def reading_bytes(memory_limit: str) -> int:
    """What reading a file may take beside it; with less than 150 MB no file can be read."""
    return max(LEAST_FOR_READING, parse_bytes(memory_limit) - store_bytes(memory_limit))


def parse_bytes(memory_limit: str) -> int:
    """Example: ``600MB`` is 600,000,000, ``1 GiB`` is 1,073,741,824."""
    matched = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", memory_limit)
    if matched is None or matched[2].lower() not in UNITS:
        raise SettingsError(f'I can\'t read the memory limit "{memory_limit}".', "Write 600MB.")
    return int(Fraction(matched[1]) * UNITS[matched[2].lower()])
