"""Answers in a modal, opened from Home, and the form to choose what Home shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from slackblocks import InputBlock, ModalView, Option, OptionGroup, PlainText, StaticMultiSelectMenu

from bot.blocks.actions import ASK, HOME_ASK, HOME_SEND, PINS_SAVED, buttons, pattern
from bot.blocks.degrade import without
from bot.blocks.explaining import KINDS
from bot.blocks.message import FIELD, Json, Message, paragraph, view
from bot.blocks.sparkline import chart_lines
from bot.blocks.untrusted import name
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Metric

PINS = f"{FIELD}pins"
CHART = "data_visualization"
NOT_IN_A_MODAL = frozenset({CHART, "table", "data_table", "container", "markdown"})
MOST_BUTTONS = 5
_TITLE = "CareKPI"
SEND = "Send it to me, with its chart"


def waiting_modal() -> Json:
    """What is opened at once: a trigger lives for 3 seconds, an answer may take longer."""
    return view(ModalView(title=_TITLE, close="Close", blocks=[paragraph("One moment.")]))


def answer_modal(message: Message, asked: str = "") -> Json:
    """A message as a modal: its table in lines, its buttons answered in its place.

    ``asked`` are the words to which it is the answer, to send it as a message too.
    """
    drawn = Message(message.text, tuple(map(_drawn, message.blocks)))
    kept = [block for block in without(drawn, NOT_IN_A_MODAL).blocks if _stands(block)]
    offered = list(_offers(message.blocks))[:MOST_BUTTONS]
    plain = view(ModalView(title=_TITLE, close="Close", blocks=[paragraph("-")]))
    sending = [(SEND, HOME_SEND, asked)] if asked else []
    rows = [*buttons(offered), *buttons(sending)]
    actions = view(ModalView(title=_TITLE, blocks=[*rows]))["blocks"] if rows else []
    return plain | {"blocks": [*kept, *actions]}


def sent_modal() -> Json:
    """What takes the answer's place once it was sent."""
    said = "It stands in your direct message with CareKPI: the Messages tab."
    return view(ModalView(title=_TITLE, close="Close", blocks=[paragraph(said)]))


def pins_form(chosen: Sequence[Metric]) -> Json:
    """The form with every metric, those chosen marked."""
    options = {each.key: Option(PlainText(name(each.name, 75)), each.key) for each in METRICS}
    groups = [
        OptionGroup(heading, [options[each.key] for each in METRICS if each.kind is kind])
        for kind, heading in KINDS.items()
    ]
    menu = StaticMultiSelectMenu("pins", list(options.values()))
    # Set afterwards: slackblocks wants options beside groups, and whole groups to begin with.
    menu.options, menu.option_groups = None, groups
    menu.initial_options = [options[each.key] for each in chosen]
    field = InputBlock(
        "Metrics on your Home",
        menu,
        block_id=PINS,
        hint="None: those that are usual for your role.",
        optional=True,
    )
    return view(
        ModalView(
            title="Choose metrics",
            submit="Save",
            close="Cancel",
            callback_id=PINS_SAVED,
            blocks=[field],
        )
    )


def pins_of(submitted: Mapping[str, Json]) -> tuple[str, ...]:
    """The keys chosen in the form."""
    (element,) = submitted["state"]["values"][PINS].values()
    return tuple(str(option["value"]) for option in element.get("selected_options") or ())


def _drawn(block: Json) -> Json:
    """A chart as lines of text; every other block as it is."""
    if block["type"] != CHART:
        return block
    text = "\n".join(chart_lines(block))
    return {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _stands(block: Json) -> bool:
    return bool(block["type"] != "actions")


def _offers(blocks: Iterable[Json]) -> Iterator[tuple[str, str, str]]:
    """What can be asked again; sharing needs a channel, so it is left to the message."""
    for block in blocks:
        for element in block.get("elements", ()) if block["type"] == "actions" else ():
            if pattern(ASK).match(str(element.get("action_id"))):
                yield element["text"]["text"], HOME_ASK, element["value"]
