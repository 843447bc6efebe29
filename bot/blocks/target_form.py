"""The form for a target, and what was filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from slackblocks import (
    Block,
    DatePicker,
    InputBlock,
    ModalView,
    Option,
    OptionGroup,
    PlainText,
    PlainTextInput,
    StaticSelectMenu,
)

from bot.blocks.actions import TARGET_SAVED
from bot.blocks.explaining import KINDS
from bot.blocks.message import FIELD, Json, Message, paragraph, view
from bot.blocks.rich import Line, line
from bot.blocks.untrusted import name
from storage.metrics.catalog import METRICS, find
from storage.metrics.definition import Metric

METRIC, BOUNDS, SCOPE, STARTS = (
    f"{FIELD}metric",
    f"{FIELD}bounds",
    f"{FIELD}scope",
    f"{FIELD}starts",
)
_TITLE = "Set a target"
_LONGEST_TYPED = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form; ``seen`` is the newest entry when it was opened."""

    metric: Metric | None
    bounds: str
    scope: str
    starts_on: date | None
    seen: int


def target_form(draft: Draft, notice: Line = ()) -> Json:
    """The modal; ``notice`` is what the person should know before saving again."""
    told = [line(*notice)] if notice else []
    return view(
        ModalView(
            title=_TITLE,
            submit="Save",
            close="Cancel",
            callback_id=TARGET_SAVED,
            private_metadata=json.dumps({"seen": draft.seen}),
            blocks=[*told, *_fields(draft)],
        )
    )


def saved_view(message: Message, title: str = _TITLE) -> Json:
    """What takes the form's place once it is saved: the message, without its buttons."""
    blocks = [block for block in message.blocks if block["type"] != "actions"]
    plain = view(ModalView(title=title, close="Done", blocks=[paragraph("-")]))
    return plain | {"blocks": blocks}


def draft_of(submitted: Mapping[str, Json]) -> Draft:
    """What was filled in, of a submitted view."""
    values = submitted["state"]["values"]
    chosen = _field(values, METRIC).get("selected_option") or {}
    day = _field(values, STARTS).get("selected_date")
    return Draft(
        metric=find(str(chosen["value"])) if chosen else None,
        bounds=str(_field(values, BOUNDS).get("value") or ""),
        scope=str(_field(values, SCOPE).get("value") or ""),
        starts_on=date.fromisoformat(day) if day else None,
        seen=int(json.loads(str(submitted["private_metadata"]))["seen"]),
    )


def _fields(draft: Draft) -> list[Block]:
    options = {
        metric.key: Option(PlainText(name(metric.name, 75)), metric.key) for metric in METRICS
    }
    chosen = options[draft.metric.key] if draft.metric else None
    return [
        InputBlock(
            "Metric",
            _menu(options, chosen),
            block_id=METRIC,
        ),
        InputBlock(
            "Value or band",
            _text("bounds", draft.bounds),
            block_id=BOUNDS,
            hint="75% or 75-85%; 4h or 2 h 30 min; 200, or 200 monthly.",
        ),
        InputBlock(
            "Only for",
            _text("scope", draft.scope),
            block_id=SCOPE,
            hint="Such as team:billing, channel:phone or both. Empty means all.",
            optional=True,
        ),
        InputBlock(
            "From",
            DatePicker(
                action_id="starts",
                initial_date=draft.starts_on.isoformat() if draft.starts_on else None,
            ),
            block_id=STARTS,
            hint="Empty: from the start of last month on.",
            optional=True,
        ),
    ]


def _menu(options: Mapping[str, Option], chosen: Option | None) -> StaticSelectMenu:
    menu = StaticSelectMenu("metric", None, _by_kind(options))
    # Set afterwards: slackblocks asks for a whole group here, Slack for one of its options.
    menu.initial_option = chosen
    return menu


def _by_kind(options: Mapping[str, Option]) -> list[OptionGroup]:
    """Leading and lagging metrics apart."""
    return [
        OptionGroup(heading, [options[each.key] for each in METRICS if each.kind is kind])
        for kind, heading in KINDS.items()
    ]


def _text(action_id: str, initial: str) -> PlainTextInput:
    return PlainTextInput(action_id, initial or None, max_length=_LONGEST_TYPED)


def _field(values: Mapping[str, Json], block_id: str) -> Json:
    """The only element of a block, whatever its action."""
    return next(iter(values.get(block_id, {}).values()), {})
