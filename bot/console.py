"""Where a command writes: the terminal it was typed in, however it is carried out."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import NoReturn, Protocol, TextIO

from tqdm import tqdm

BAR_FORMAT = "{desc}: {percentage:3.0f} % {bar} {elapsed}, about {remaining} to go"


class Console(Protocol):
    """What a command knows of whoever typed it."""

    @property
    def cwd(self) -> Path:
        """The folder that relative paths are meant from."""

    @property
    def who(self) -> str:
        """The person's name on this machine."""

    @property
    def is_gone(self) -> bool:
        """Whether nobody is there any more, so that nothing new need be begun."""

    def write(self, text: str) -> None:
        """Puts a text on standard output."""

    def complain(self, text: str) -> None:
        """Puts a text on standard error."""

    def show_progress(self, label: str, part: float) -> None:
        """Moves the bar of what is going on, from 0 to 1; at 1 it is taken away."""


class Terminal:
    """The console of this very process."""

    is_gone = False

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._bar: tqdm[NoReturn] | None = None

    @property
    def cwd(self) -> Path:
        return Path.cwd()

    @property
    def who(self) -> str:
        return user_name()

    def write(self, text: str) -> None:
        self._take_bar_away()
        self._out.write(f"{text}\n")
        self._out.flush()

    def complain(self, text: str) -> None:
        self._take_bar_away()
        self._err.write(f"{text}\n")
        self._err.flush()

    def show_progress(self, label: str, part: float) -> None:
        if not self._err.isatty():
            return
        if self._bar is None:
            self._bar = tqdm(
                total=100, desc=label, file=self._err, leave=False, bar_format=BAR_FORMAT
            )
        self._bar.update(100 * part - self._bar.n)
        if part >= 1:
            self._take_bar_away()

    def _take_bar_away(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def user_name() -> str:
    """The name that the machine has for whoever runs this; a container may have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
