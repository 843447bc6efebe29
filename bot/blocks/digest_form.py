"""The form for a digest, and what was filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slackblocks import (
    ActionsBlock,
    AlertBlock,
    AlertLevel,
    Block,
    Button,
    CheckboxGroup,
    ConversationFilter,
    ConversationSelectMenu,
    InputBlock,
    ModalView,
    Option,
    OptionGroup,
    PlainText,
    PlainTextInput,
    StaticMultiSelectMenu,
    StaticSelectMenu,
    TimePicker,
)

from bot.blocks.actions import DIGEST_DRAFT_PREVIEW, DIGEST_REFRAMED, DIGEST_SAVED
from bot.blocks.digest_draft import (
    AT,
    AUDIENCE,
    CONDITION,
    CONVERSATION,
    DAYS,
    FIT,
    IN_WORDS,
    METRICS_CHOSEN,
    NAME,
    PASTED,
    PERIOD,
    SCOPE,
    TO,
    WORDS,
    ZONE,
    Draft,
    To,
    kept,
)
from bot.blocks.explaining import KINDS
from bot.blocks.message import FIELD, Json, view
from bot.blocks.untrusted import name
from storage.digests.audiences import AUDIENCES
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Audience
from storage.operations.digests import LONGEST_NAME
from storage.periods import Grain

MOST_METRICS = 12
"""More are not read on a phone."""
_LONGEST_TYPED = 200
_LONGEST_NOTICE = 200
_ONLY_IF_CHANGED = "changed"
_WEEKDAYS = ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays")
USUAL_DAYS: dict[str, str] = {
    "every day": "Every day",
    "every working day": "Every working day",
    **{day: day.capitalize() for day in _WEEKDAYS},
    "1st day of the month": "The 1st of each month",
    "1st working day of the month": "The 1st working day of each month",
    "3rd working day of the month": "The 3rd working day of each month",
    "last working day of the month": "The last working day of each month",
    "3rd working day of the quarter": "The 3rd working day of each quarter",
}
"""What ``storage.cadences.reading`` reads, and what is chosen."""
_PERIODS = {grain.value: f"The {grain.value}" for grain in Grain if grain is not Grain.RANGE}


def digest_form(draft: Draft, notice: str = "", level: AlertLevel = "warning") -> Json:
    """The modal; ``notice`` is what the person should know before saving."""
    told = [AlertBlock(PlainText(name(notice, _LONGEST_NOTICE)), level)] if notice else []
    return view(
        ModalView(
            title="Change the digest" if draft.digest_id else "New digest",
            submit="Save",
            close="Cancel",
            callback_id=DIGEST_SAVED,
            private_metadata=kept(draft),
            blocks=[*told, *_fields(draft)],
        )
    )


def _fields(draft: Draft) -> Iterator[Block]:
    """The fields that this audience, destination and cadence need, in the order of thinking."""
    audiences = {entry.audience.value: entry.title for entry in AUDIENCES}
    yield _menu(AUDIENCE, "What it tells", audiences, draft.audience.value, reframes=True)
    yield _name(draft)
    if draft.audience is Audience.OWN:
        yield _metrics(draft)
    yield _text(
        SCOPE,
        "Only for",
        draft.scope,
        hint="Such as team:billing, channel:phone or both. Empty means all.",
        optional=True,
    )
    yield from _destination(draft)
    yield from _timing(draft)
    if not draft.entry.is_personal:
        periods = {FIT: "As often as it is sent", **_PERIODS}
        chosen = draft.grain.value if draft.grain else FIT
        yield _menu(PERIOD, "Tells about", periods, chosen)
    yield _condition(draft)
    yield ActionsBlock([Button("Preview to me", DIGEST_DRAFT_PREVIEW, value="draft")])


def _name(draft: Draft) -> InputBlock:
    """Of each audience a field of its own: another one's usual name takes the place of the old."""
    element = PlainTextInput(
        f"name-{draft.audience.value}",
        draft.name or None,
        max_length=LONGEST_NAME,
        placeholder="Such as: Care this week",
    )
    return InputBlock("Name", element, block_id=NAME)


def _destination(draft: Draft) -> Iterator[Block]:
    places = {To.PERSON.value: "Me, directly" if draft.is_own else "Who gets it now, directly"}
    if not draft.entry.is_personal:
        places = {To.CONVERSATION.value: "A conversation", **places}
    if draft.audience is not Audience.OWN:
        places[To.EACH.value] = f"Directly to {draft.entry.of_each}"
    yield _menu(TO, "Goes to", places, draft.to.value, reframes=True)
    if draft.to is To.CONVERSATION:
        yield InputBlock(
            "Conversation",
            ConversationSelectMenu(
                "conversation",
                initial_conversation=draft.conversation or None,
                filter=ConversationFilter(
                    ["public", "private"], exclude_external_shared_channels=True
                ),
            ),
            block_id=CONVERSATION,
            optional=True,
        )
        yield _text(
            PASTED,
            "Or its link or id",
            draft.pasted,
            hint="A private one that I am not in: type /invite @CareKPI there first.",
            optional=True,
        )


def _timing(draft: Draft) -> Iterator[Block]:
    days = {**USUAL_DAYS, IN_WORDS: "In my own words"}
    yield _menu(DAYS, "Days", days, draft.days, reframes=True, of=draft.audience.value)
    if draft.days == IN_WORDS:
        yield _text(
            WORDS,
            "When",
            draft.words,
            example="tuesdays and thursdays 09:00",
            hint="Also: last working day of the month 16:00 holidays DE;"
            " every day 09:00 between 08:00 and 18:00.",
        )
    else:
        initial = f"{draft.at:%H:%M}" if draft.at else None
        picker = TimePicker(f"at-{draft.audience.value}", initial_time=initial)
        yield InputBlock("Time", picker, block_id=AT)
    zones = dict.fromkeys((draft.zone, *draft.zones))
    yield _menu(ZONE, "Time zone", {each: each for each in zones}, draft.zone)


def _metrics(draft: Draft) -> InputBlock:
    options = {
        metric.key: Option(PlainText(name(metric.name, 75)), metric.key) for metric in METRICS
    }
    groups = [
        OptionGroup(heading, [options[each.key] for each in METRICS if each.kind is kind])
        for kind, heading in KINDS.items()
    ]
    every = list(options.values())
    menu = StaticMultiSelectMenu("metrics", every, max_selected_items=MOST_METRICS)
    # Set afterwards: slackblocks wants options beside groups, and whole groups to start with.
    menu.options, menu.option_groups = None, groups
    menu.initial_options = [options[key] for key in draft.metrics if key in options]
    return InputBlock("Metrics", menu, block_id=METRICS_CHOSEN)


def _condition(draft: Draft) -> InputBlock:
    only = Option(PlainText("Only if something changed"), _ONLY_IF_CHANGED)
    boxes = CheckboxGroup("condition", [only], [only] if draft.only_if_changed else None)
    return InputBlock("Send", boxes, block_id=CONDITION, optional=True)


def _menu(
    block_id: str,
    label: str,
    offered: Mapping[str, str],
    chosen: str,
    *,
    reframes: bool = False,
    of: str = "",
) -> InputBlock:
    """``of`` is what its default depends on: a menu of another id forgets what was chosen."""
    options = {value: Option(PlainText(name(shown, 75)), value) for value, shown in offered.items()}
    action_id = f"{DIGEST_REFRAMED}.{_number(of)}" if reframes else block_id.removeprefix(FIELD)
    menu = StaticSelectMenu(action_id, _listed(options), initial_option=options.get(chosen))
    return InputBlock(label, menu, dispatch_action=reframes, block_id=block_id)


def _listed(options: Mapping[str, Option]) -> list[Option]:
    return list(options.values())


def _number(audience: str) -> int:
    return [entry.audience.value for entry in AUDIENCES].index(audience) if audience else 0


def _text(
    block_id: str,
    label: str,
    initial: str,
    *,
    hint: str = "",
    example: str = "",
    optional: bool = False,
) -> InputBlock:
    element = PlainTextInput(
        block_id.removeprefix(FIELD),
        initial or None,
        max_length=_LONGEST_TYPED,
        placeholder=example or None,
    )
    return InputBlock(label, element, block_id=block_id, hint=hint or None, optional=optional)
