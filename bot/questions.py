"""Asking whoever typed a command, in the terminal or through a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable
from getpass import getpass
from typing import Protocol

from storage.errors import UserError

YES, NO = {"y", "yes"}, {"n", "no"}

Check = Callable[[str], str]
"""What is wrong with an answer, in words; empty where nothing is."""


class Asker(Protocol):
    """Somebody who answers."""

    def ask(self, question: str, *, hidden: bool = False) -> str:
        """The answer, without blanks around it; ``hidden`` ones are not shown while typed."""

    def tell(self, text: str) -> None:
        """Says something between two questions."""


class Typed:
    """Questions on standard output, answers from standard input, a line each."""

    def ask(self, question: str, *, hidden: bool = False) -> str:
        try:
            if hidden and sys.stdin.isatty():
                return getpass(f"{question}: ").strip()
            return self._line(question)
        except EOFError:
            raise UserError(
                f'The input ended at "{question}", so nothing was written.',
                "Give an answer for each question, a line each.",
            ) from None

    def tell(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def _line(self, question: str) -> str:
        sys.stdout.write(f"{question}: ")
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            self.tell("")
            raise EOFError
        if not sys.stdin.isatty():
            self.tell("")
        return line.strip()


def ask_until_fit(asker: Asker, question: str, check: Check, *, hidden: bool = False) -> str:
    """The first answer that nothing is wrong with."""
    while True:
        answer = asker.ask(question, hidden=hidden)
        wrong = check(answer)
        if not wrong:
            return answer
        asker.tell(wrong)


def ask_yes_or_no(asker: Asker, question: str, *, otherwise: bool) -> bool:
    """Enter alone means ``otherwise``."""
    choice = "Y/n" if otherwise else "y/N"
    answer = ask_until_fit(
        asker,
        f"{question} [{choice}]",
        lambda text: "" if text.lower() in {"", *YES, *NO} else "Answer y or n.",
    )
    return answer.lower() in YES if answer else otherwise
