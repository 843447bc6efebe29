"""The buttons and modals that listeners answer to, by their ids.

Slack wants every ``action_id`` of a message to be unique, so a button's id is one of these and a
number behind a dot, as in ``kpi_ask.2``: listen with ``pattern(ASK)``. A button's value is the
words that ask for what it shows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from slackblocks import ActionsBlock, Button

from bot.blocks.untrusted import name

ASK = "kpi_ask"
"""Answer the words in the button's value: a question, ``list``, ``help`` or ``define …``."""
SHARE = "kpi_share"
"""Open the confirmation to share the question in the value."""
DEFINE = "kpi_define"
"""Say how the answer to the question in the value is computed."""
ROWS = "kpi_rows"
"""Show a page of the rows behind the figure that the value names, see ``bot.blocks.behind``."""
SHARE_CONFIRMED = "kpi_share_confirmed"
"""The callback id of the confirmation's modal."""
SET_TARGET = "kpi_target_set"
"""Set the target in the value's words."""
OPEN_TARGET = "kpi_target_open"
"""Open the form for a target, of what the value's words name."""
TARGET_SAVED = "kpi_target_saved"
"""The callback id of that form."""

POST_REVIEW = "kpi_review_post"
"""Post the review that the value names, see ``bot.blocks.review_posting``."""

NOTE_READ, NOTE_TALK, NOTE_APPEAL, NOTE_SCORE = (
    "note_read",
    "note_talk",
    "note_appeal",
    "note_score",
)
"""What an agent does with a coaching note; the value is the note's id, as in all that follow."""
TALK_TIME, TALK_WRITE = "talk_time", "talk_write"
"""Propose the time in the value, ``note id|instant``, or ask the author to write."""
TALK_FITS, TALK_OTHER = "talk_fits", "talk_other"
"""The author's answer to a time, with the same value."""
NOTE_WITHDRAW = "note_withdraw"
APPEAL_ITEMS, APPEAL_MADE = "appeal_items", "appeal_made"
"""The callback ids of an appeal's two forms: which criteria, and what is proposed for them."""
APPEAL_DECIDE = "appeal_decide"
"""Open the second reviewer's form; the value is the appeal's id."""
APPEAL_DECIDED = "appeal_decided"
"""The callback id of that form."""

LONGEST_BUTTON = 75


def pattern(action: str) -> re.Pattern[str]:
    """What matches every button of an action."""
    return re.compile(rf"^{re.escape(action)}(?:\.\d+)?$")


def buttons(wanted: Sequence[tuple[str, str, str]]) -> list[ActionsBlock]:
    """A row of buttons from (label, action, value); none where nothing is wanted."""
    if not wanted:
        return []
    return [
        ActionsBlock(
            [
                Button(name(label, LONGEST_BUTTON), f"{action}.{number}", value=value)
                for number, (label, action, value) in enumerate(wanted)
            ]
        )
    ]
