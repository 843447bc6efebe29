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

FOLLOW_UP_TAKE = "follow_up_take"
"""Open the form in which somebody takes a follow-up; the value is the invitation's id."""
FOLLOW_UP_TAKEN = "follow_up_taken"
"""The callback id of that form."""
FOLLOW_UP_CLOSE = "follow_up_close"
"""Close it; the value is ``invitation id|outcome``."""

SURVEY_RESULTS = "survey_results"
"""Show a page of a survey's results; the value is ``page|words``."""

OPEN_REVIEW = "coach_review_open"
"""Open the form to review the contact that the value names."""
CALIBRATION_OPEN = "coach_calibration_open"
"""Open the form of the calibration in the value."""
CALIBRATION_CLOSE = "coach_calibration_close"
"""Close it without those who have not answered."""
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

DIGESTS = "digests_list"
"""Show the list of digests."""
DIGEST_SHOW = "digest_show"
"""Show the digest of the id in the value; so do the next ones, each with what it does."""
DIGEST_PREVIEW = "digest_preview"
DIGEST_HISTORY = "digest_history"
DIGEST_CHANGE = "digest_change"
"""Open the form for it."""
DIGEST_RUN = "digest_run"
"""The value is the id and what makes the click one of its own, see ``digest_list.run_value``."""
DIGEST_STATE = "digest_state"
"""Pause, resume or delete: the value is that verb, the id and the version that was looked at."""
DIGEST_AGAIN = "digest_again"
"""Send the run of the id in the value to who did not get it."""
DIGEST_STOP = "digest_stop"
"""Stop the run of the id in the value."""
DIGEST_NEW = "digest_new"
"""Open the form for a new digest, for the audience in the value."""
DIGEST_START = "digest_start"
"""Make the set to start with."""
DIGEST_SAVED = "digest_saved"
"""The callback id of that form."""
DIGEST_REFRAMED = "digest_reframed"
"""Something was chosen in the form on which its other fields depend."""
DIGEST_DRAFT_PREVIEW = "digest_draft_preview"
"""Preview what is filled in."""
DIGEST_NEWEST = "digest_newest"
"""Fill the form with the digest of the id in the value as it stands now."""
ACKNOWLEDGE_ALERT = "kpi_alert_acknowledge"
"""Take care of the crossings that the value names."""
MUTE_ALERT = "kpi_alert_mute"
"""Tell nothing of a rule until the value says."""
CHANGE_ALERT = "kpi_alert_change"
"""Open the form of the rule in the value, or an empty one."""
ALERT_STATE = "kpi_alert_state"
"""Pause, resume, delete or unmute the rule in the value, see ``bot.blocks.alert_list``."""
ALERT_SAVED = "kpi_alert_saved"
"""The callback id of that form."""

HOME_OPEN = "kpi_home_open"
"""Open the answer behind the card that the value names, see ``bot.blocks.home_cards``."""
HOME_ASK = "kpi_home_ask"
"""In a modal, answer the words in the value in its place."""
HOME_SEND = "kpi_home_send"
"""Send the answer to the words in the value as a direct message."""
HOME_PERIOD = "kpi_home_period"
"""Show the Home for periods of the length in the value."""
HOME_TEAM = "kpi_home_team"
"""Show the Home for the team that is chosen."""
HOME_PIN = "kpi_home_pin"
"""Open the form to choose the metrics of the Home."""
PINS_SAVED = "kpi_home_pins_saved"
"""The callback id of that form."""
ROLES_OPEN = "kpi_roles_open"
"""Open the page of roles that the value names."""
ROLE_GIVE = "kpi_role_give"
"""Open the form to give or take a role."""
ROLE_SAVED = "kpi_role_saved"
"""The callback id of that form."""
ROLES_PASTE = "kpi_roles_paste"
"""Open the form to give many roles at once."""
ROLES_PASTED = "kpi_roles_pasted"
"""The callback id of that form."""
CHANNEL_OPEN = "kpi_channel_open"
"""Open the form for the teams whose totals a channel may get."""
CHANNEL_SAVED = "kpi_channel_saved"
"""The callback id of that form."""

SURVEY_ANSWER = "survey_answer"
"""Count the answer in the value, see ``bot.blocks.surveys``; the next ones are about an answer."""
SURVEY_CHANGE = "survey_change"
"""Show the question again."""
SURVEY_COMMENT = "survey_comment"
"""Open the form for a comment."""
SURVEY_COMMENTED = "survey_commented"
"""The callback id of that form."""
SURVEY_CALL = "survey_call"
"""Somebody may call about it."""
SURVEY_STOP = "survey_stop"
"""Ask this person no more."""
SURVEY_RESUME = "survey_resume"
"""Ask this person again after all."""

SURVEYS = "survey_list"
"""Show the list of surveys, or with ``rules`` in the value the rules alone."""
SURVEY_SHOW = "survey_show"
"""Show the survey of the id in the value."""
SURVEY_STATE = "survey_state"
"""Pause, resume or stop: the value is that verb, the id and the version that was looked at."""
SURVEY_NEW = "survey_new"
"""Open the form for a survey to a list, of the kind in the value."""
SURVEY_RULE_NEW = "survey_rule_new"
"""Open the form for a rule that asks after contacts."""
SURVEY_DRAFTED = "survey_drafted"
"""The callback id of the form for a list."""
SURVEY_STARTED = "survey_started"
"""The callback id of what shows who would be asked: it starts."""
SURVEY_RULE_SAVED = "survey_rule_saved"
"""The callback id of the form for a rule."""
SURVEY_PREVIEW = "survey_preview"
"""Send the question to oneself, of the survey of the id in the value."""

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
