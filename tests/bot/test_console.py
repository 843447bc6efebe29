"""What a terminal shows."""

from __future__ import annotations

from io import StringIO

from bot.console import Terminal


class Screen(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_terminal_shows_a_bar_and_takes_it_away_before_other_text() -> None:
    screen = Screen()
    terminal = Terminal(StringIO(), screen)
    terminal.show_progress("tickets.csv", 0.25)
    terminal.complain("That is no CSV file.")
    drawn = screen.getvalue()
    assert "tickets.csv:" in drawn
    assert "%" in drawn
    assert drawn.rpartition("\r")[2] == "That is no CSV file.\n"


def test_terminal_bar_that_is_full_is_taken_away() -> None:
    screen = Screen()
    terminal = Terminal(StringIO(), screen)
    terminal.show_progress("tickets.csv", 0.5)
    terminal.show_progress("tickets.csv", 1.0)
    assert screen.getvalue().rpartition("\r")[2] == ""


def test_file_gets_no_bar() -> None:
    out, err = StringIO(), StringIO()
    terminal = Terminal(out, err)
    terminal.show_progress("tickets.csv", 0.5)
    terminal.write("3 loaded.")
    assert (out.getvalue(), err.getvalue()) == ("3 loaded.\n", "")
