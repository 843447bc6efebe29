"""The forms for a survey: to a list, with who is left out before it starts, or a rule."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    StaticSelectMenu,
)

from bot.blocks.actions import (
    SURVEY_DRAFTED,
    SURVEY_PREVIEW,
    SURVEY_RULE_SAVED,
    SURVEY_STARTED,
)
from bot.blocks.message import FIELD, Json, paragraph, view
from bot.blocks.survey_campaigns import PLACES, what_is_asked
from bot.blocks.untrusted import name
from storage.errors import UserError
from storage.operations.campaigns import LONGEST_NAME, Campaign, CampaignOrder
from storage.surveys.kinds import KINDS
from storage.surveys.manners import CONTACT, RELATIONSHIP
from storage.surveys.rules import Place, Rule

NAME, KIND, PURPOSE, PLACE = (f"{FIELD}{each}" for each in ("name", "kind", "purpose", "place"))
WHO, WHEN, RATE = (f"{FIELD}{each}" for each in ("who", "when", "rate"))
CHANNELS, ISSUES, SEGMENTS, TEAMS = (
    f"{FIELD}{each}" for each in ("channels", "issues", "segments", "teams")
)
LONGEST_PASTED = 3000
LONGEST_TYPED = 200
MOST_LINES = 40
_KINDS = {"csat": "Satisfaction (CSAT)", "nps": "Recommendation (NPS)", "ces": "Effort (CES)"}
_PURPOSES = {RELATIONSHIP: "All of it: the relationship", CONTACT: "A contact they had"}


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in, as it stands in the form's fields."""

    values: Mapping[str, str]

    def __getitem__(self, block_id: str) -> str:
        return self.values.get(block_id, "")

    def listed(self, block_id: str) -> tuple[str, ...]:
        parts = (part.strip() for part in self[block_id].replace("\n", ",").split(","))
        return tuple(dict.fromkeys(part for part in parts if part))


def survey_form(kind: str) -> Json:
    """For a list or a segment."""
    places = {place.value: PLACES[place].capitalize() for place in (Place.DIRECT, Place.SHARED)}
    example = "C-1024, C-1031\nU0123ABCD\nhanna@example.com"
    pasted = PlainTextInput("who", multiline=True, max_length=LONGEST_PASTED, placeholder=example)
    who = InputBlock("Whom", pasted, block_id=WHO, optional=True)
    blocks = [
        _typed(NAME, "Name", "NPS spring", longest=LONGEST_NAME),
        _menu(KIND, "What is asked", _KINDS, kind),
        _menu(PURPOSE, "About", _PURPOSES, RELATIONSHIP),
        who,
        _typed(SEGMENTS, "Or all customers of", "enterprise", optional=True),
        _menu(PLACE, "Where", places, Place.DIRECT.value),
        _typed(WHEN, "From when on", "2026-03-02 10:00; empty means now", optional=True),
    ]
    return _form("New survey", "See who is asked", SURVEY_DRAFTED, blocks)


def rule_form(kind: str = "csat") -> Json:
    """For what is asked after contacts by itself."""
    places = {place.value: told.capitalize() for place, told in PLACES.items()}
    blocks = [
        _typed(NAME, "Name", "After e-mails", longest=LONGEST_NAME),
        _menu(KIND, "What is asked", _KINDS, kind),
        _typed(CHANNELS, "After contacts by", "email, chat; empty means all", optional=True),
        _typed(ISSUES, "About", "refund, delivery; empty means all", optional=True),
        _typed(SEGMENTS, "Of customers of", "enterprise; empty means all", optional=True),
        _typed(TEAMS, "Handled by", "billing; empty means all teams", optional=True),
        _typed(RATE, "How many of 100", "100", initial="100"),
        _menu(PLACE, "Where", places, Place.DIRECT.value),
    ]
    return _form("New rule", "Start", SURVEY_RULE_SAVED, blocks)


def outlook_view(campaign: Campaign, lines: Sequence[str], left_out: Sequence[str]) -> Json:
    """Who would be asked and who is left out; it starts when this is submitted."""
    shown = list(left_out[:MOST_LINES])
    if len(left_out) > MOST_LINES:
        shown.append(f"and {len(left_out) - MOST_LINES:,} more.")
    told = [f"{name(campaign.order.name)}: {what_is_asked(campaign)}", "\n".join(lines)]
    told += ["\n".join(shown)] if shown else []
    blocks: list[Block] = [paragraph(each) for each in told]
    preview = Button("Preview to me", SURVEY_PREVIEW, value=str(campaign.id))
    blocks.append(paragraph("Nobody is asked before you press Start; until then it is paused."))
    return view(
        ModalView(
            title="Who is asked",
            submit="Start",
            close="Later",
            callback_id=SURVEY_STARTED,
            private_metadata=json.dumps([campaign.id, campaign.version]),
            blocks=[*blocks, ActionsBlock([preview])],
        )
    )


def started_view(campaign: Campaign) -> Json:
    """What takes a form's place once it asks."""
    told = f"{name(campaign.order.name)}: {what_is_asked(campaign)}"
    blocks: list[Block] = [
        paragraph(told),
        paragraph("It is going on. Type /survey to watch or pause it."),
    ]
    return view(ModalView(title="Survey started", close="Done", blocks=blocks))


def filled_in(submitted: Mapping[str, Json]) -> Filled:
    return Filled(dict(_values(submitted["state"]["values"])))


def started_of(submitted: Mapping[str, Json]) -> tuple[int, int]:
    """The id and the version of what is started."""
    campaign_id, version = json.loads(str(submitted["private_metadata"]))
    return campaign_id, version


def rule_of_form(filled: Filled) -> CampaignOrder:
    """The rule that was filled in.

    Raises:
        UserError: the share is none.
    """
    rule = Rule(
        tuple(each.casefold() for each in filled.listed(CHANNELS)),
        filled.listed(ISSUES),
        filled.listed(SEGMENTS),
        filled.listed(TEAMS),
        _share(filled[RATE]),
    )
    kind = KINDS[filled[KIND]].key
    return CampaignOrder(filled[NAME], kind, CONTACT, Place(filled[PLACE]), rule)


def _share(typed: str) -> float:
    try:
        percent = float(typed.strip().removesuffix("%").replace(",", "."))
    except ValueError:
        percent = 0.0
    if not 0 < percent <= 100:
        raise UserError("The share must be a number above 0, up to 100.", "Write 100 for all.")
    return percent / 100


def _form(title: str, submit: str, callback_id: str, blocks: Sequence[Block]) -> Json:
    return view(
        ModalView(
            title=title,
            submit=submit,
            close="Cancel",
            callback_id=callback_id,
            blocks=list(blocks),
        )
    )


def _values(state: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for block_id, elements in state.items():
        for element in elements.values():
            chosen = element.get("selected_option") or {}
            yield block_id, str(element.get("value") or chosen.get("value") or "")


def _typed(
    block_id: str,
    label: str,
    example: str,
    *,
    initial: str | None = None,
    optional: bool = False,
    longest: int = LONGEST_TYPED,
) -> InputBlock:
    action_id = block_id.removeprefix(FIELD)
    element = PlainTextInput(action_id, initial, max_length=longest, placeholder=example)
    return InputBlock(label, element, block_id=block_id, optional=optional)


def _menu(block_id: str, label: str, offered: Mapping[str, str], chosen: str) -> InputBlock:
    options = {value: Option(PlainText(shown[:75]), value) for value, shown in offered.items()}
    menu = StaticSelectMenu(
        block_id.removeprefix(FIELD),
        list(options.values()),
        initial_option=options.get(chosen),
    )
    return InputBlock(label, menu, block_id=block_id)
