"""What an agent and a note's author are told some weeks later, and a reminder to the author."""

from __future__ import annotations

from bot.blocks.message import Message, with_text
from bot.blocks.numbers import rate
from bot.blocks.rich import Line, bold, line, line_text, person, text
from bot.blocks.untrusted import name
from storage.metrics.answer import Change
from storage.metrics.sample import Sample
from storage.quality.progress import Moved

LONGEST_TITLE = 75
_SAYS = {
    Change.FLAT: "No clear change yet.",
    Change.UNCLEAR: "Too few reviews to say whether it has changed.",
    Change.DOWN: "It has gone down since.",
}
_PRAISE = "It has gone up. What you tried shows in your contacts: well done."
_NOTHING = "There was no review of it since, or none before, so there is nothing to compare."


def unread_message(agent: str, subject_name: str, days: int) -> Message:
    """For the author: a note that nobody opened may have been missed."""
    return _told(
        [
            text("Your note on the "),
            text(f"{subject_name} has not been read for {days} working days. A word to "),
            person(agent),
            text(" in person may help. You are reminded of it this once."),
        ]
    )


def follow_up_message(moved: Moved, read_on: str) -> Message:
    """For the agent: how the focus has moved since the note, and praise where it has risen."""
    said = _PRAISE if moved.change is Change.UP else _verdict(moved)
    if moved.change is Change.DOWN:
        said += " Ask your reviewer for a talk: two pairs of eyes see more."
    heading: Line = [text("About "), bold(_title(moved)), text(f", since {read_on}. {said}")]
    return _told(heading, [text(_figures(moved))])


def authors_follow_up_message(moved: Moved, agent: str, subject_name: str) -> Message:
    """For the note's author."""
    said = "It has gone up: a word of praise is due." if moved.change is Change.UP else None
    heading: Line = [
        text("Your note to "),
        person(agent),
        text(f" on the {subject_name} was about "),
        bold(_title(moved)),
        text(f". {said or _verdict(moved)}"),
    ]
    return _told(heading, [text(_figures(moved))])


def _verdict(moved: Moved) -> str:
    return _NOTHING if moved.change is None else _SAYS[moved.change]


def _title(moved: Moved) -> str:
    return name(moved.criterion.title, LONGEST_TITLE)


def _figures(moved: Moved) -> str:
    """As in ``before 50 % (n = 12), since 78 % (n = 9)``."""
    return f"Points reached: before {_share(moved.before)}, since {_share(moved.since)}."


def _share(sample: Sample) -> str:
    if sample.mean is None:
        return "no review"
    return f"{rate(sample.mean, sample.n)} (n = {sample.n})"


def _told(*lines: Line) -> Message:
    said = "\n".join(line_text(each) for each in lines)
    return with_text(said, [line(*each) for each in lines])
