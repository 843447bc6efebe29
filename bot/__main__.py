"""The command ``carekpi``."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from types import TracebackType

PRIVATE = 0o077
UNEXPECTED = 70


def main(argv: Sequence[str] | None = None) -> int:
    """Carries out what was typed; files are made for their owner's eyes alone."""
    os.umask(PRIVATE)
    sys.excepthook = _say_unexpected
    from bot.cli import main as carry_out

    return carry_out(sys.argv[1:] if argv is None else argv)


def _say_unexpected(
    kind: type[BaseException], _error: BaseException, trace: TracebackType | None
) -> None:
    """One sentence with the place in the code, which holds nothing of anybody's data."""
    frames = traceback.extract_tb(trace)
    place = f" at {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    sys.stderr.write(
        f"Something went wrong that CareKPI did not expect ({kind.__name__}{place})."
        " Please report it with the command you typed.\n"
    )
    raise SystemExit(UNEXPECTED)


if __name__ == "__main__":
    raise SystemExit(main())
