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

OPEN_REVIEW = "coach_review_open"
"""Open the form to review the contact that the value names."""
DRAW_SAMPLE = "coach_sample"
"""Show contacts drawn for the reviewer."""
DROP_DRAFT = "coach_draft_drop"
"""Throw the draft in the value away."""
REVIEW_ANSWERED = "coach_answer"
"""A criterion was answered in the form."""
REVIEW_TYPED = "coach_typed"
"""Something was typed or chosen in the form's note."""
REVIEW_CARD = "coach_review_card"
"""Another scorecard was chosen in the form."""
REVIEW_PAGE = "coach_page"
"""Save the draft, and show the form's page in the value."""
REVIEW_SUBMITTED = "coach_review"
"""The callback id of the form."""
REVIEW_INSISTED = "coach_review_anyway"
"""The callback id of the questions that are asked before a note is sent."""
CONTACT_NAMED = "coach_contact"
"""The callback id of the form that asks for a contact, and of the message shortcut."""
CARD_SHOWN = "coach_card_show"
"""Show the criteria of the scorecard in the value."""
CARD_CHANGED = "coach_card_change"
"""Open the form for the scorecard's title and channels."""
CARD_TAKEN_AWAY = "coach_card_away"
"""Take the scorecard out of use."""
CRITERION_ADDED = "coach_criterion_add"
"""Open the form for another criterion."""
CRITERION_CHANGED = "coach_criterion"
"""Do with a criterion what was chosen in its menu."""
CARD_SAVED = "coach_card_saved"
CRITERION_SAVED = "coach_criterion_saved"
"""The callback ids of those forms."""

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
