"""Samples, drafts, and the form that asks for a contact."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ConfirmationDialogue,
    InputBlock,
    ModalView,
    PlainText,
    PlainTextInput,
    SectionBlock,
)

from bot.blocks.actions import CONTACT_NAMED, DRAW_SAMPLE, DROP_DRAFT, OPEN_REVIEW, buttons
from bot.blocks.coaching.filling import Filling, contact_name, score_text
from bot.blocks.coaching.form import TITLE
from bot.blocks.message import FIELD, Json, Message, message, paragraph, view
from bot.blocks.rich import bullets, code, text
from bot.blocks.targets import Reader
from storage.quality.drafts import ReviewedContact
from storage.quality.sampling import Drawn

CONTACT = f"{FIELD}contact"
LONGEST_ID = 200
MOST_LISTED = 15
Names = Mapping[str, str]
"""Names by the ids of agents."""

HELP = (
    ("/coach C-1042", "reviews that contact; what you fill in is kept as you go"),
    ("/coach sample", "draws contacts for you, each agent in turn, and says why each was drawn"),
    ("/coach drafts", "the reviews that you have begun"),
    ("/coach log @agent", "dates, themes and states of an agent's notes; never their text"),
    ("/coach themes team:billing monthly", "which criteria are weak over a team, as counts"),
    ("/coach calibrate C-1042 @ray @rob", "whether reviewers read the card alike"),
    ("/coach calibrations", "the open ones, and who is left"),
    ("/coach cards", "the scorecards; an admin changes them there"),
    ("Review this contact", "in the menu of a message that names one"),
)


def coach_help() -> Message:
    said = "Review contacts, and tell the agent alone what went well and one thing to work on."
    rows = [[code(typed), text(f"  {meaning}")] for typed, meaning in HELP]
    blocks: list[Block] = [paragraph(said), bullets(rows)]
    told = [said, *(f"{typed}: {meaning}." for typed, meaning in HELP)]
    return message(told, [*blocks, *buttons([("Draw a sample", DRAW_SAMPLE, "sample")])])


def find_view(contacts: Sequence[ReviewedContact], names: Names, reader: Reader) -> Json:
    """Asks for a contact; ``contacts`` are those that were found already."""
    typed = InputBlock(
        "Contact",
        PlainTextInput("contact", max_length=LONGEST_ID),
        block_id=CONTACT,
        hint="Its id, as your help desk or telephone system shows it.",
    )
    offered = [
        _offered(each, _name(each, names, reader), number) for number, each in enumerate(contacts)
    ]
    told = [paragraph("Which of these?")] if offered else []
    draw = ActionsBlock([Button("Draw a sample", f"{DRAW_SAMPLE}.0", value="sample")])
    return view(
        ModalView(
            title=TITLE,
            submit="Open",
            close="Cancel",
            callback_id=CONTACT_NAMED,
            blocks=[*told, *offered[:MOST_LISTED], typed, draw],
        )
    )


def which_message(contacts: Sequence[ReviewedContact], names: Names, reader: Reader) -> Message:
    """Several systems have a contact of that id."""
    said = "Several systems have a contact of that id. Which one?"
    offered = [
        _offered(each, _name(each, names, reader), number) for number, each in enumerate(contacts)
    ]
    return message([said], [paragraph(said), *offered[:MOST_LISTED]])


def sample_message(drawn: Sequence[Drawn], names: Names, reader: Reader) -> Message:
    """What was drawn, with why; for the reviewer alone."""
    if not drawn:
        said = "There is no contact of your teams in the last 30 days that nobody has reviewed."
        return message([said], [paragraph(said)])
    said = "Drawn for you, so that nobody is looked at more than others:"
    told = [_told(each, names, reader) for each in drawn]
    rows = [
        _offered(each.contact, words, number)
        for number, (each, words) in enumerate(zip(drawn, told, strict=True))
    ]
    return message([said, *told], [paragraph(said), *rows])


def sample_view(drawn: Sequence[Drawn], names: Names, reader: Reader) -> Json:
    shown = sample_message(drawn, names, reader)
    plain = view(ModalView(title=TITLE, close="Cancel", blocks=[paragraph("-")]))
    return plain | {"blocks": list(shown.blocks)}


def drafts_message(drafts: Sequence[Filling]) -> Message:
    if not drafts:
        said = "You have no review open. Draw a sample, or type /coach and the id of a contact."
        draw = buttons([("Draw a sample", DRAW_SAMPLE, "sample")])
        return message([said], [paragraph(said), *draw])
    said = f"{len(drafts)} begun:" if len(drafts) > 1 else "One begun:"
    blocks: list[Block] = [paragraph(said)]
    for number, filling in enumerate(drafts[:MOST_LISTED]):
        blocks += _draft(filling, number)
    told = [contact_name(each.draft.contact, each.agent, each.reader) for each in drafts]
    return message([said, *told], blocks)


def dropped_message() -> Message:
    said = "The draft was thrown away."
    return message([said], [paragraph(said)])


def _draft(filling: Filling, number: int) -> list[Block]:
    contact = filling.draft.contact
    sure = ConfirmationDialogue(
        title="Throw away?",
        text=PlainText("What you filled in is gone then."),
        confirm="Throw away",
        deny="Keep",
    )
    where = contact_name(contact, filling.agent, filling.reader)
    go_on = Button("Continue", f"{OPEN_REVIEW}.{number}", value=value_of_contact(contact))
    drop = Button("Throw away", f"{DROP_DRAFT}.{number}", value=filling.draft.id, confirm=sure)
    return [paragraph(f"{where}\n{score_text(filling)}"), ActionsBlock([go_on, drop])]


def _told(drawn: Drawn, names: Names, reader: Reader) -> str:
    why = ", ".join(reason.value for reason in drawn.reasons)
    return f"{_name(drawn.contact, names, reader)}\nDrawn for: {why}"


def _name(contact: ReviewedContact, names: Names, reader: Reader) -> str:
    return contact_name(contact, names.get(contact.agent_id, contact.agent_id), reader)


def _offered(contact: ReviewedContact, words: str, number: int) -> SectionBlock:
    button = Button("Review", f"{OPEN_REVIEW}.{number}", value=value_of_contact(contact))
    return SectionBlock(PlainText(words), accessory=button)


def value_of_contact(contact: ReviewedContact) -> str:
    return json.dumps({"source": contact.source, "contact": contact.contact_id})
