"""How the C library keeps the memory of a process with many threads."""

from __future__ import annotations

import ctypes
import os

ARENAS = 2
_M_ARENA_MAX = -8
"""Of glibc's ``mallopt``, as its ``malloc.h`` has it."""


def share_arenas() -> None:
    """Lets all threads of this process, those that are to come, share two arenas of glibc.

    By itself it makes up to eight for each core, and each keeps what was freed in it: the bot's 60
    threads then hold more from day to day. Who sets ``MALLOC_ARENA_MAX`` decides otherwise; other C
    libraries have no such setting and are left alone.
    """
    if "MALLOC_ARENA_MAX" in os.environ:
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, ARENAS)
