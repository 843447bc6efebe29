"""Scorecards in Slack: the list, one card, and the forms in which an admin changes it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    CheckboxGroup,
    ConfirmationDialogue,
    HeaderBlock,
    InputBlock,
    ModalView,
    Option,
    OverflowMenu,
    PlainText,
    PlainTextInput,
    SectionBlock,
    StaticMultiSelectMenu,
    StaticSelectMenu,
)

from bot.blocks.actions import (
    CARD_CHANGED,
    CARD_SAVED,
    CARD_SHOWN,
    CARD_TAKEN_AWAY,
    CRITERION_ADDED,
    CRITERION_CHANGED,
    CRITERION_SAVED,
    buttons,
)
from bot.blocks.message import FIELD, Json, Message, message, paragraph, view
from bot.blocks.names import value_name
from bot.blocks.untrusted import name
from storage.facts.tables import CHANNELS
from storage.metrics.definition import Segment
from storage.quality.card_settings import (
    LONGEST_GUIDANCE,
    LONGEST_TITLE,
    MOST_POINTS,
    YES_OR_NO,
)
from storage.quality.scorecards import Criterion, Scorecard

NEW = 0
"""The id of a card that is still to be made."""
TITLE, CHOSEN_CHANNELS = f"{FIELD}title", f"{FIELD}channels"
SECTION, POINTS, WEIGHT, GUIDANCE, FLAGS = (
    f"{FIELD}section",
    f"{FIELD}points",
    f"{FIELD}weight",
    f"{FIELD}guidance",
    f"{FIELD}flags",
)
CHANGE, UP, DOWN, REMOVE = "change", "up", "down", "remove"
CRITICAL, MAY_NOT_APPLY = "critical", "may_not_apply"
_DOES = {CHANGE: "Change", UP: "Move up", DOWN: "Move down", REMOVE: "Remove"}
_FLAGS = {CRITICAL: "No points here fail the whole review", MAY_NOT_APPLY: "May be not applicable"}
_MODAL = "Scorecard"


def cards_message(cards: Sequence[Scorecard], *, may_change: bool) -> Message:
    """What is in use, with a button for who may change it."""
    said = "Scorecards in use:" if cards else "There is no scorecard in use."
    rows: list[Block] = []
    for number, card in enumerate(cards):
        change = Button("Change", f"{CARD_SHOWN}.{number}", value=str(card.id))
        rows.append(SectionBlock(PlainText(_told(card)), accessory=change if may_change else None))
    new = buttons([("New scorecard", CARD_CHANGED, str(NEW))] if may_change else [])
    return message([said, *map(_told, cards)], [paragraph(said), *rows, *new])


def card_view(card: Scorecard) -> Json:
    """Every criterion of a card, each with what can be done with it."""
    blocks: list[Block] = [paragraph(_told(card)), _ways(card)]
    for section in card.sections:
        blocks += [HeaderBlock(name(section.title, LONGEST_TITLE))] if section.title else []
        blocks += [_criterion(each) for each in section.criteria]
    metadata = json.dumps({"card": card.id})
    return view(ModalView(title=_MODAL, close="Done", private_metadata=metadata, blocks=blocks))


def gone_view(card: Scorecard) -> Json:
    """What takes the place of a card that was taken out of use."""
    said = f"{name(card.title, LONGEST_TITLE)} is no longer in use. Old reviews keep it."
    return view(ModalView(title=_MODAL, close="Done", blocks=[paragraph(said)]))


def card_form(card: Scorecard | None) -> Json:
    """Title and channels of a card, or of a new one."""
    chosen = card.channels if card else ()
    options = {each: _option(value_name(Segment.CHANNEL, each, {}), each) for each in CHANNELS}
    menu = StaticMultiSelectMenu(
        "channels",
        list(options.values()),
        initial_options=[options[each] for each in chosen] or None,
    )
    return view(
        ModalView(
            title=_MODAL,
            submit="Save",
            close="Cancel",
            callback_id=CARD_SAVED,
            private_metadata=json.dumps({"card": card.id if card else NEW}),
            blocks=[
                _text("Title", TITLE, card.title if card else "", LONGEST_TITLE),
                InputBlock(
                    "For contacts by",
                    menu,
                    block_id=CHOSEN_CHANNELS,
                    hint="Empty: for whatever no other card is for.",
                    optional=True,
                ),
            ],
        )
    )


def criterion_form(card: Scorecard, key: str = "") -> Json:
    """A criterion of a card, or a new one."""
    given = card.criterion(key) or Criterion("", "")
    section = next((s.title for s in card.sections if given in s.criteria), "")
    last = card.sections[-1].title if card.sections and not key else ""
    return view(
        ModalView(
            title="Criterion",
            submit="Save",
            close="Cancel",
            callback_id=CRITERION_SAVED,
            private_metadata=json.dumps({"card": card.id, "criterion": key}),
            blocks=[
                _text("Section", SECTION, section or last, LONGEST_TITLE),
                _text("Criterion", TITLE, given.title, LONGEST_TITLE),
                _points(given),
                _text("Weight", WEIGHT, f"{given.weight:g}", 6, "2 counts twice as much as 1."),
                _flags(given),
                InputBlock(
                    "Guidance",
                    PlainTextInput(
                        "typed", given.guidance or None, multiline=True, max_length=LONGEST_GUIDANCE
                    ),
                    block_id=GUIDANCE,
                    hint="What the reviewer looks for, and what how many points mean.",
                    optional=True,
                ),
            ],
        )
    )


def filled_in(submitted: Mapping[str, Any]) -> dict[str, Any]:
    """What a form of a card or a criterion holds, by block: a text, a value, or several."""
    found: dict[str, Any] = {}
    for block_id, by_action in submitted["state"]["values"].items():
        value: Mapping[str, Any] = next(iter(by_action.values()), {})
        if "selected_options" in value:
            found[block_id] = [each["value"] for each in value["selected_options"] or []]
        else:
            chosen = value.get("selected_option") or {}
            found[block_id] = str(chosen.get("value") or value.get("value") or "").strip()
    return found


def _told(card: Scorecard) -> str:
    channels = ", ".join(value_name(Segment.CHANNEL, each, {}) for each in card.channels)
    criteria = len(card.criteria)
    many = "1 criterion" if criteria == 1 else f"{criteria} criteria"
    where = channels or "all other contacts"
    return f"{name(card.title, LONGEST_TITLE)}\nFor {where}. {many}, version {card.version}."


def _ways(card: Scorecard) -> Block:
    sure = ConfirmationDialogue(
        title="Take out of use?",
        text=PlainText("Old reviews keep it; new ones can't choose it any more."),
        confirm="Take out of use",
        deny="Keep",
    )
    return ActionsBlock(
        [
            Button("Add a criterion", f"{CRITERION_ADDED}.0", value=str(card.id)),
            Button("Title and channels", f"{CARD_CHANGED}.0", value=str(card.id)),
            Button("Take out of use", f"{CARD_TAKEN_AWAY}.0", value=str(card.id), confirm=sure),
        ]
    )


def _criterion(criterion: Criterion) -> Block:
    points = "yes or no" if criterion.is_yes_or_no else f"0 to {criterion.out_of:g} points"
    parts = [points, f"weight {criterion.weight:g}", *(["critical"] if criterion.critical else [])]
    options = [_option(label, f"{what}:{criterion.key}") for what, label in _DOES.items()]
    return SectionBlock(
        PlainText(f"{criterion.title}\n{', '.join(parts)}"),
        accessory=OverflowMenu(f"{CRITERION_CHANGED}.{criterion.key}", options),
    )


def _text(label: str, block_id: str, initial: str, longest: int, hint: str = "") -> Block:
    typed = PlainTextInput("typed", initial or None, max_length=longest)
    return InputBlock(label, typed, block_id=block_id, hint=hint or None)


def _points(criterion: Criterion) -> Block:
    labels = {YES_OR_NO: "Yes or no"}
    labels |= {str(most): f"0 to {most} points" for most in range(2, MOST_POINTS + 1)}
    options = {value: _option(label, value) for value, label in labels.items()}
    menu = StaticSelectMenu("points", list(options.values()))
    given = YES_OR_NO if criterion.is_yes_or_no else f"{criterion.out_of:g}"
    menu.initial_option = options.get(given)
    return InputBlock("Answered by", menu, block_id=POINTS)


def _flags(criterion: Criterion) -> Block:
    options = {value: _option(label, value) for value, label in _FLAGS.items()}
    given = {CRITICAL: criterion.critical, MAY_NOT_APPLY: criterion.may_not_apply}
    initial = [options[value] for value, is_so in given.items() if is_so]
    boxes = CheckboxGroup("flags", list(options.values()), initial_options=initial or None)
    return InputBlock("What holds for it", boxes, block_id=FLAGS, optional=True)


def _option(label: str, value: str) -> Option:
    return Option(PlainText(label), value)
