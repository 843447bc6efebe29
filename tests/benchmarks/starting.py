"""How long the command line takes to start, against Python itself."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.measured import Measured

ROOT = Path(__file__).parents[2]
REPEATS = 5


def measure() -> list[Measured]:
    """``carekpi metrics --json`` as a whole process, beside a Python that does nothing."""
    seconds = _fastest("-m", "bot", "metrics", "--json")
    nothing = _fastest("-c", "pass")
    return [Measured("carekpi metrics --json", seconds, nothing, 0, "under 1 s")]


def _fastest(*arguments: str) -> float:
    return min(_seconds(arguments) for _ in range(REPEATS))


def _seconds(arguments: tuple[str, ...]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - started
