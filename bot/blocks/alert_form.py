"""The form for an alert, and what was filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from slackblocks import (
    Block,
    ConversationFilter,
    ConversationSelectMenu,
    Element,
    InputBlock,
    ModalView,
    Option,
    OptionGroup,
    PlainText,
    PlainTextInput,
    StaticMultiSelectMenu,
    StaticSelectMenu,
)

from bot.blocks.actions import ALERT_SAVED
from bot.blocks.explaining import KINDS as METRIC_KINDS
from bot.blocks.message import FIELD, Json, Message, paragraph, view
from bot.blocks.summary import upper
from bot.blocks.untrusted import name
from bot.request.alerts import WATCHED_BY
from bot.request.periods import ADVERBS
from bot.request.segments import label
from bot.request.writing import written_filter
from storage.alerts.kinds import KINDS, PERIODS, find_kind
from storage.alerts.rule import RuleKind
from storage.alerts.timing import USUAL_QUIET
from storage.metrics.catalog import METRICS, find
from storage.metrics.definition import Metric, Segment
from storage.operations.alerts import Alert
from storage.periods import Grain

KIND, METRIC, NUMBER, SCOPE, BY, GRAIN, CHANNEL, QUIET, ZONE = (
    f"{FIELD}{each}"
    for each in ("kind", "metric", "number", "scope", "by", "grain", "channel", "quiet", "zone")
)
_LONGEST_TYPED = 200
_MOST_SPLITS = 2


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form; ``alert_id`` is 0 for a new alert, ``version`` the one changed."""

    alert_id: int = 0
    version: int = 0
    kind: RuleKind | None = None
    metric: Metric | None = None
    number: str = ""
    scope: str = ""
    by: tuple[Segment, ...] = ()
    grain: Grain | None = None
    channel_id: str = ""
    quiet: str = USUAL_QUIET
    timezone: str = ""


def draft_of_alert(alert: Alert) -> Draft:
    """The form of an alert as it stands; what it can't watch any more is left empty."""
    watch = alert.watch
    kept = Draft(
        alert.id,
        alert.version,
        channel_id=alert.channel_id,
        quiet=alert.told.quiet,
        timezone=alert.told.timezone,
    )
    if watch is None:
        return kept
    return Draft(
        alert.id,
        alert.version,
        watch.kind,
        watch.metric if watch.kind.chooses_metric else None,
        "" if watch.number is None else str(watch.number),
        " ".join(written_filter(each) for each in watch.filters),
        watch.by,
        watch.grain if watch.kind.chooses_metric else None,
        alert.channel_id,
        alert.told.quiet,
        alert.told.timezone,
    )


def alert_form(draft: Draft) -> Json:
    return view(
        ModalView(
            title=_title(draft),
            submit="Save",
            close="Cancel",
            callback_id=ALERT_SAVED,
            private_metadata=json.dumps({"alert": draft.alert_id, "version": draft.version}),
            blocks=_fields(draft),
        )
    )


def saved_alert_view(message: Message, draft: Draft) -> Json:
    """What takes the form's place once it is saved: the message, without its buttons."""
    blocks = [block for block in message.blocks if block["type"] != "actions"]
    plain = view(ModalView(title=_title(draft), close="Done", blocks=[paragraph("-")]))
    return plain | {"blocks": blocks}


def alert_draft_of(submitted: Mapping[str, Json]) -> Draft:
    """What was filled in, of a submitted view."""
    values = submitted["state"]["values"]
    kept = json.loads(str(submitted["private_metadata"]))
    metric, grain = _chosen(values, METRIC), _chosen(values, GRAIN)
    return Draft(
        alert_id=int(kept["alert"]),
        version=int(kept["version"]),
        kind=find_kind(_chosen(values, KIND)),
        metric=find(metric) if metric else None,
        number=_typed(values, NUMBER),
        scope=_typed(values, SCOPE),
        by=tuple(
            Segment(each["value"]) for each in _field(values, BY).get("selected_options") or ()
        ),
        grain=Grain(grain) if grain else None,
        channel_id=str(_field(values, CHANNEL).get("selected_conversation") or ""),
        quiet=_typed(values, QUIET),
        timezone=_typed(values, ZONE),
    )


def _title(draft: Draft) -> str:
    return "Change an alert" if draft.alert_id else "New alert"


def _fields(draft: Draft) -> list[Block]:
    return [*_what(draft), *_whose(draft), *_where(draft)]


def _what(draft: Draft) -> list[Block]:
    kinds = {kind.key: Option(PlainText(kind.label), kind.key) for kind in KINDS}
    grains = {each.value: Option(PlainText(ADVERBS[each]), each.value) for each in PERIODS}
    numbers = "; ".join(
        f"{kind.number.noun}: {kind.number.default}" for kind in KINDS if kind.number
    )
    return [
        InputBlock(
            "Alert when",
            _menu("kind", kinds, draft.kind.key if draft.kind else ""),
            block_id=KIND,
        ),
        _optional("Figure", _metrics(draft.metric), METRIC, "For a target or a usual range."),
        _optional(
            "Periods",
            _menu("grain", grains, draft.grain.value if draft.grain else ""),
            GRAIN,
            "For a target or a usual range. Empty: weekly.",
        ),
        _optional(
            "How many",
            _text("number", draft.number),
            NUMBER,
            f"Days that a backlog grows, calls lost in an hour. Empty: {numbers}.",
        ),
    ]


def _whose(draft: Draft) -> list[Block]:
    splits = {each.value: Option(PlainText(upper(label(each))), each.value) for each in WATCHED_BY}
    menu = StaticMultiSelectMenu(
        "by",
        list(splits.values()),
        initial_options=[splits[each.value] for each in draft.by] or None,
        max_selected_items=_MOST_SPLITS,
    )
    scope = "Such as team:billing, channel:phone or source:helpdesk. Empty means all."
    return [
        _optional("Only for", _text("scope", draft.scope), SCOPE, scope),
        _optional("Each by itself", menu, BY, "Watches every team, or every channel, alone."),
    ]


def _where(draft: Draft) -> list[Block]:
    kept = ConversationFilter(
        include=["public", "private"], exclude_external_shared_channels=True, exclude_bot_users=True
    )
    channels = ConversationSelectMenu("channel", draft.channel_id or None, filter=kept)
    quiet = f"Such as {USUAL_QUIET}. What crosses then is told afterwards. Empty means none."
    return [
        InputBlock("Post in", channels, block_id=CHANNEL, hint="I have to be in this channel."),
        _optional("Quiet hours", _text("quiet", draft.quiet), QUIET, quiet),
        InputBlock("Time zone", _text("zone", draft.timezone), block_id=ZONE),
    ]


def _optional(title: str, element: Element, block_id: str, hint: str) -> InputBlock:
    return InputBlock(title, element, block_id=block_id, hint=hint, optional=True)


def _metrics(chosen: Metric | None) -> StaticSelectMenu:
    options = {each.key: Option(PlainText(name(each.name, 75)), each.key) for each in METRICS}
    groups = [
        OptionGroup(heading, [options[each.key] for each in METRICS if each.kind is kind])
        for kind, heading in METRIC_KINDS.items()
    ]
    menu = StaticSelectMenu("metric", None, groups)
    # Set afterwards: slackblocks asks for a whole group here, Slack for one of its options.
    menu.initial_option = options[chosen.key] if chosen else None
    return menu


def _menu(action_id: str, options: Mapping[str, Option], chosen: str) -> StaticSelectMenu:
    return StaticSelectMenu(action_id, list(options.values()), initial_option=options.get(chosen))


def _text(action_id: str, initial: str) -> PlainTextInput:
    return PlainTextInput(action_id, initial or None, max_length=_LONGEST_TYPED)


def _chosen(values: Mapping[str, Json], block_id: str) -> str:
    return str((_field(values, block_id).get("selected_option") or {}).get("value", ""))


def _typed(values: Mapping[str, Json], block_id: str) -> str:
    return str(_field(values, block_id).get("value") or "").strip()


def _field(values: Mapping[str, Json], block_id: str) -> Json:
    """The only element of a block, whatever its action."""
    return next(iter(values.get(block_id, {}).values()), {})
