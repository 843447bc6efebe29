"""Threads share the C library's arenas, unless whoever starts the process says otherwise."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from bot.memory import ARENAS

ROOT = Path(__file__).parents[2]
THREADS = 12
COUNT = f"""
import ctypes, re, tempfile, threading
{{before}}
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
libc.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
libc.fclose.argtypes = [ctypes.c_void_p]
together = threading.Barrier({THREADS})
def work():
    libc.malloc(5000)
    together.wait()
    libc.malloc(5000)
threads = [threading.Thread(target=work) for _ in range({THREADS})]
[each.start() for each in threads]
[each.join() for each in threads]
with tempfile.NamedTemporaryFile() as told:
    file = libc.fopen(told.name.encode(), b"w")
    libc.malloc_info(0, file)
    libc.fclose(file)
    print(len(re.findall("<heap nr=", told.read().decode())))
"""
SHARED = "from bot.memory import share_arenas; share_arenas()"

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="has no arenas")


def arenas(before: str, **environ: str) -> int:
    """How many a process has whose threads have all asked for memory."""
    inherited = {k: v for k, v in os.environ.items() if k != "MALLOC_ARENA_MAX"}
    done = subprocess.run(
        [sys.executable, "-c", COUNT.format(before=before)],
        cwd=ROOT,
        env=inherited | environ,
        check=True,
        capture_output=True,
        text=True,
    )
    return int(done.stdout)


def test_threads_by_themselves_have_more_arenas() -> None:
    assert arenas("") > ARENAS


def test_threads_share_arenas_once_they_are_told_to() -> None:
    assert arenas(SHARED) == ARENAS


def test_arenas_are_as_many_as_the_environment_says() -> None:
    assert arenas(SHARED, MALLOC_ARENA_MAX="4") == 4
