"""What a note's author is told of it: dates and states, never its text."""

from __future__ import annotations

from slackblocks import ActionsBlock, Button, ConfirmationDialogue, RichTextElement

from bot.blocks.actions import NOTE_WITHDRAW
from bot.blocks.message import Message, with_text
from bot.blocks.rich import line, line_text, person, text
from storage.operations.notes import HOW_TO_CORRECT


def arrived_message(note_id: str, agent: str, subject_name: str) -> Message:
    """It is with the agent, and may be withdrawn until it is read."""
    parts: list[RichTextElement] = [
        text("Your note on the "),
        text(f"{subject_name} is with "),
        person(agent),
        text(". You can withdraw it until it is read."),
    ]
    sure = ConfirmationDialogue(
        title="Withdraw the note?",
        text="Its text is taken away, and the review no longer counts.",
        confirm="Withdraw",
        deny="Keep it",
    )
    button = Button("Withdraw", f"{NOTE_WITHDRAW}.0", value=note_id, confirm=sure)
    return with_text(line_text(parts), [line(*parts), ActionsBlock([button])])


def read_message(agent: str, subject_name: str) -> Message:
    said = f" has read your note on the {subject_name}. {HOW_TO_CORRECT}"
    return _told([person(agent), text(said)])


def unreachable_message(agent: str, subject_name: str, reason: str) -> Message:
    """Nobody got it, and it went nowhere else. The review counts all the same."""
    who = [text(" to "), person(agent)] if agent else []
    ending = (
        f". {reason}" if reason else "."
    ) + " It was sent nowhere else; the review itself is kept."
    said = f"Your note on the {subject_name} could not be delivered"
    return _told([text(said), *who, text(ending)])


def withdrawn_answer(agent: str) -> Message:
    """The author's own click."""
    who = [person(agent)] if agent else [text("The agent")]
    told = " can't see the text any more, and the review no longer counts."
    return _told([text("Withdrawn. "), *who, text(told)])


def unassigned_message(team: str) -> Message:
    """For admins: an appeal waits for somebody to decide it."""
    return _told(
        [
            text(
                f"An appeal in team {team} waits for somebody to decide it: the team has no other"
                " reviewer and no other lead. Give somebody the role with"
                f" /kpi role @person reviewer team:{team}."
            )
        ]
    )


def _told(parts: list[RichTextElement]) -> Message:
    return with_text(line_text(parts), [line(*parts)])
