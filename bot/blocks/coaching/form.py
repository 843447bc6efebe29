"""The form in which a contact is reviewed: pages of criteria, then the note."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from slackblocks import (
    ActionsBlock,
    AlertBlock,
    Block,
    Button,
    DispatchActionConfiguration,
    HeaderBlock,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    RadioButtonGroup,
    SectionBlock,
    StaticSelectMenu,
)

from bot.blocks.actions import (
    REVIEW_ANSWERED,
    REVIEW_CARD,
    REVIEW_INSISTED,
    REVIEW_PAGE,
    REVIEW_SUBMITTED,
    REVIEW_TYPED,
)
from bot.blocks.coaching.filling import Filling, contact_name, score_text
from bot.blocks.coaching.window import (
    ANSWER,
    DOES_NOT_APPLY,
    FOCUS_ON,
    LINKS,
    TEXT,
    Window,
    block_id_of,
    value_of,
)
from bot.blocks.dates import instant_name
from bot.blocks.message import Json, paragraph, view
from bot.blocks.rich import bold, line, text
from bot.blocks.untrusted import name
from storage.quality.drafts import CALIBRATION
from storage.quality.scorecards import Criterion, Scorecard, Section
from storage.quality.wording import Doubt, WordingQuestion

TITLE = "Review a contact"
MOST_ON_A_PAGE = 12
LONGEST_ALERT = 200
LONGEST_OPTION = 75
LONGEST_LABEL = 150
NOTE_FIELDS = (
    ("went_well", "What went well", "Say it first, and say what it did for the customer.", 1500),
    (FOCUS_ON, "One thing to work on", "The criterion that it is about.", 0),
    ("focus", "In your words", "One thing alone; what you saw, not what somebody is like.", 1500),
    ("moment", "The moment", "Such as: at 4:10, or: your second reply.", 200),
    (
        "next_step",
        "A suggested next step",
        "What to try or read, and when you talk about it.",
        1000,
    ),
    (LINKS, "Links", "To the contact or to articles, one a line.", 1000),
)
"""Name, label, hint, and how much fits."""
_SAYS = {
    Doubt.BLAME: 'This may read as blame: "{noticed}". What happened, and how could it go instead?',
    Doubt.NO_POSITIVE: "The note says nothing that went well.",
    Doubt.NO_NEXT_STEP: "There is something to work on, but no next step.",
}


def pages_of(card: Scorecard) -> list[tuple[Section, ...]]:
    """Whole sections together, as long as a thumb likes to scroll; a long one takes several."""
    parts = [
        Section(section.title, part)
        for section in card.sections
        for part in _batches(section.criteria)
    ]
    pages: list[tuple[Section, ...]] = []
    for part in parts:
        last = pages[-1] if pages else ()
        if last and sum(len(each.criteria) for each in (*last, part)) <= MOST_ON_A_PAGE:
            pages[-1] = (*last, part)
        else:
            pages.append((part,))
    return pages


def _batches(criteria: Sequence[Criterion]) -> Iterator[tuple[Criterion, ...]]:
    for start in range(0, len(criteria), MOST_ON_A_PAGE):
        yield tuple(criteria[start : start + MOST_ON_A_PAGE])


def note_page(card: Scorecard) -> int:
    """The number of the page with the note, which is the last."""
    return len(pages_of(card))


def last_page(filling: Filling) -> int:
    """The page that the form ends with: for a calibration there is no note."""
    return note_page(filling.card) - (filling.draft.purpose == CALIBRATION)


def review_form(
    filling: Filling, page: int, window: Window | None = None, notice: str = ""
) -> Json:
    """A page of the form; ``window`` shows it already, ``notice`` is to be known first."""
    last = last_page(filling)
    page = min(max(page, 0), last)
    told = [AlertBlock(PlainText(notice[:LONGEST_ALERT]), "warning")] if notice else []
    is_note = page == note_page(filling.card)
    fields = _note(filling, window) if is_note else _criteria(filling, page, window)
    return view(
        ModalView(
            title=TITLE,
            submit="Next" if page < last else "Send" if is_note else "Hand in",
            close="Close",
            callback_id=REVIEW_SUBMITTED,
            private_metadata=_metadata(filling, page),
            blocks=[
                *told,
                *_head(filling, page),
                *fields,
                _ways(filling, page),
            ],
        )
    )


def doubts_view(filling: Filling, asked: Sequence[WordingQuestion]) -> Json:
    """What is asked about the wording before the note is sent, with better examples."""
    blocks: list[Block] = [paragraph("Before it goes out: the decision is yours.")]
    for each in asked:
        question = _SAYS[each.doubt].format(noticed=name(each.noticed or "-"))
        blocks += [line(bold(question)), line(text(f"For example: {each.example}"))]
    page = note_page(filling.card)
    back = Button("Change it", f"{REVIEW_PAGE}.0", value=str(page), style="primary")
    return view(
        ModalView(
            title="Before you send",
            submit="Send anyway",
            close="Close",
            callback_id=REVIEW_INSISTED,
            private_metadata=_metadata(filling, page),
            blocks=[*blocks, ActionsBlock([back])],
        )
    )


def sent_view(filling: Filling, unreached: str) -> Json:
    """What takes the form's place; ``unreached`` is why nobody gets the note, where that is so."""
    agent = name(filling.agent)
    said = (
        f"The review is kept, but the note reaches nobody. {unreached} It is sent nowhere else:"
        f" tell {agent} yourself."
        if unreached
        else f"On its way to {agent}, in a direct message. You are told when it was read."
    )
    return view(ModalView(title=TITLE, close="Done", blocks=[paragraph(said)]))


def _metadata(filling: Filling, page: int) -> str:
    return json.dumps({"draft": filling.draft.id, "page": page})


def _head(filling: Filling, page: int) -> list[Block]:
    where = contact_name(filling.draft.contact, filling.agent, filling.reader)
    blocks: list[Block] = [paragraph(f"{where}\n{score_text(filling)}")]
    if page == 0 and filling.reviewed_at:
        when = instant_name(filling.reviewed_at, filling.reader.now, filling.reader.timezone)
        blocks.append(
            paragraph(f"You sent a note about this contact {when}. This one corrects it.")
        )
    if page == 0 and len(filling.cards) > 1:
        blocks.append(_cards(filling))
    return blocks


def _cards(filling: Filling) -> Block:
    offered = {each.id: each for each in (filling.card, *filling.cards)}
    options = {each.id: _option(each.title, str(each.id)) for each in offered.values()}
    menu = StaticSelectMenu(REVIEW_CARD, list(options.values()))
    menu.initial_option = options[filling.card.id]
    return SectionBlock(PlainText("Scorecard"), accessory=menu)


def _ways(filling: Filling, page: int) -> Block:
    last, is_calibration = last_page(filling), filling.draft.purpose == CALIBRATION
    back = [Button("Back", f"{REVIEW_PAGE}.0", value=str(page - 1))] if page else []
    save = Button("Save draft", f"{REVIEW_PAGE}.1", value=str(page))
    words = "To the last page" if is_calibration else "To the note"
    ahead = [Button(words, f"{REVIEW_PAGE}.2", value=str(last))] if page < last else []
    return ActionsBlock([*back, save, *ahead])


def _criteria(filling: Filling, page: int, window: Window | None) -> list[Block]:
    blocks: list[Block] = []
    for section in pages_of(filling.card)[page]:
        blocks += [HeaderBlock(name(section.title, LONGEST_LABEL))] if section.title else []
        blocks += [_criterion(each, filling, window) for each in section.criteria]
    return blocks


def _criterion(criterion: Criterion, filling: Filling, window: Window | None) -> Block:
    field = f"{ANSWER}{criterion.key}"
    value = value_of(filling.draft, field)
    block_id = block_id_of(field, filling.draft, window)
    options = _options(criterion)
    chosen = next((each for each in options if each.value == value), None)
    critical = " (critical)" if criterion.critical else ""
    if criterion.is_yes_or_no:
        element = RadioButtonGroup(REVIEW_ANSWERED, options, initial_option=chosen)
        return _input(f"{criterion.title}{critical}", element, block_id, criterion)
    menu = StaticSelectMenu(REVIEW_ANSWERED, options, placeholder="Points")
    menu.initial_option = chosen
    return _input(f"{criterion.title}{critical}", menu, block_id, criterion)


def _input(
    label: str,
    element: RadioButtonGroup | StaticSelectMenu,
    block_id: str,
    criterion: Criterion,
) -> Block:
    return InputBlock(
        PlainText(label),
        element,
        dispatch_action=True,
        block_id=block_id,
        hint=PlainText(criterion.guidance) if criterion.guidance else None,
    )


def _options(criterion: Criterion) -> list[Option]:
    if criterion.is_yes_or_no:
        found = [_option("Yes", f"{criterion.out_of:g}"), _option("No", "0")]
    else:
        most = int(criterion.out_of)
        found = [_option(f"{points} of {most}", str(points)) for points in range(most, -1, -1)]
    return found + ([_option("Not applicable", DOES_NOT_APPLY)] if criterion.may_not_apply else [])


def _note(filling: Filling, window: Window | None) -> Iterable[Block]:
    for field, label, hint, longest in NOTE_FIELDS:
        if field == FOCUS_ON:
            yield _focus(filling, label, hint, window)
            continue
        value = value_of(filling.draft, f"{TEXT}{field}")
        yield InputBlock(
            label,
            PlainTextInput(
                REVIEW_TYPED,
                value or None,
                multiline=field != "moment",
                max_length=longest,
                dispatch_action_config=DispatchActionConfiguration("on_character_entered"),
            ),
            dispatch_action=True,
            block_id=block_id_of(f"{TEXT}{field}", filling.draft, window),
            hint=hint,
            optional=True,
        )


def _focus(filling: Filling, label: str, hint: str, window: Window | None) -> Block:
    options = [_option(each.title, each.key) for each in filling.card.criteria]
    value = filling.draft.focus_on
    menu = StaticSelectMenu(REVIEW_TYPED, options, placeholder="Criterion")
    menu.initial_option = next((each for each in options if each.value == value), None)
    return InputBlock(
        label,
        menu,
        dispatch_action=True,
        block_id=block_id_of(FOCUS_ON, filling.draft, window),
        hint=hint,
        optional=True,
    )


def _option(label: str, value: str) -> Option:
    return Option(PlainText(name(label, LONGEST_OPTION)), value)
