"""What a command of the command line is."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.console import Console
from bot.workplace import Workplace

DONE, NOT_AS_ASKED, MISTAKEN = 0, 1, 2
"""Exit statuses: done; done with something refused; a person's mistake."""

CarryOut = Callable[[Sequence[str], Console, Workplace], int]
"""Carries out a command on a folder that this process holds, and returns its exit status."""


@dataclass(frozen=True, slots=True)
class Call:
    """A command as it was typed, by whom, and what it works on."""

    arguments: Namespace
    console: Console
    workplace: Workplace
    environ: Mapping[str, str]
    carry_out: CarryOut


@dataclass(frozen=True, slots=True)
class Command:
    """One command; ``run`` returns the exit status.

    One that ``uses_data`` is carried out by the bot where one runs, else alone in the folder;
    where the facts are on a server, by itself.
    """

    name: str
    help: str
    examples: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Call], int]
    uses_data: Callable[[Namespace], bool] = lambda _arguments: True
