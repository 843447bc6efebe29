"""The alerts that somebody may change: how they stand, and what can be done with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ConfirmationDialogue,
    HeaderBlock,
    RichTextChannel,
)

from bot.blocks.actions import ALERT_STATE, ASK, CHANGE_ALERT, buttons
from bot.blocks.alert_names import kept_name
from bot.blocks.dates import instant_name
from bot.blocks.message import Message, message, paragraph, with_text
from bot.blocks.numbers import duration
from bot.blocks.rich import Line, bold, line, line_text, text
from bot.blocks.targets import Reader
from bot.request.alerts import EXAMPLES
from storage.alerts.rule import Watch
from storage.errors import UserError
from storage.operations.alerts import Alert
from storage.operations.crossings import KeptCrossing
from storage.operations.digest_models import PlanState

ON_A_PAGE = 10
PAUSE, RESUME, DELETE, UNMUTE = "pause", "resume", "delete", "unmute"
STATES = {PAUSE: PlanState.PAUSED, RESUME: PlanState.ACTIVE, DELETE: PlanState.DELETED}
_DONE = {PAUSE: "Paused", RESUME: "Watched again", DELETE: "Deleted", UNMUTE: "Unmuted"}
NEW = "new"
"""What opens an empty form."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to be warned of, where, and when not."""

    watch: Watch
    channel_id: str
    timezone: str
    quiet: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An alert with its newest crossing; what that said is for who ``sees_figures`` of it."""

    alert: Alert
    newest: KeptCrossing | None
    sees_figures: bool


@dataclass(frozen=True, slots=True)
class Click:
    """What a button does to which version of an alert."""

    alert_id: int
    version: int
    what: str


def click_of(value: str) -> Click:
    alert_id, version, what = value.split(" ")
    if what not in _DONE:
        raise UserError("This button is too old.", "See how it stands now: /kpi alert.")
    return Click(int(alert_id), int(version), what)


def alerts_message(listed: Sequence[Listed], page: int, reader: Reader) -> Message:
    """A page of alerts, and how one is made."""
    making = ("New alert", CHANGE_ALERT, NEW)
    if not listed:
        said = f"There is no alert yet. Make one with the button, or with {EXAMPLES[0]}."
        return message([said], [paragraph(said), *buttons([making])])
    start = min((page - 1) * ON_A_PAGE, (len(listed) - 1) // ON_A_PAGE * ON_A_PAGE)
    shown = listed[start : start + ON_A_PAGE]
    blocks: list[Block] = [HeaderBlock("Alerts")]
    twins = []
    for number, each in enumerate(shown):
        parts = _line(each, reader)
        twins.append(_twin(parts, each.alert))
        blocks += [line(*parts), _row(each, number, reader)]
    rest = len(listed) - start - len(shown)
    more = [(f"{rest} more", ASK, f"alert list {start // ON_A_PAGE + 2}")] if rest else []
    return with_text(f"Alerts. {' '.join(twins)}", [*blocks, *buttons([making, *more])])


def made_message(alert: Alert, *, is_new: bool, hint: str, was_there: bool) -> Message:
    """What is watched from now on, where it is posted, and what it needs."""
    name = kept_name(alert.watch, alert.name)
    done = "Alert made" if is_new else "This alert is there already" if was_there else "Alert saved"
    start = [text(f"{done}: {name}. It is posted in ")]
    rest = f". {hint} {_terms(alert)}".replace("  ", " ")
    parts: Line = [*start, RichTextChannel(alert.channel_id), text(rest)]
    offered = buttons([("Change", CHANGE_ALERT, str(alert.id)), ("All alerts", ASK, "alert")])
    return with_text(_twin(parts, alert), [line(*parts), *offered])


def state_message(alert: Alert, what: str) -> Message:
    """What was done with it."""
    said = f"{_DONE[what]}: {kept_name(alert.watch, alert.name)}."
    return message([said], [paragraph(said), *buttons([("All alerts", ASK, "alert")])])


def _terms(alert: Alert) -> str:
    """How often it is looked at, what it needs, and when it keeps quiet."""
    if alert.watch is None:
        return ""
    kind = alert.watch.kind
    every = duration(kind.every.total_seconds())
    looked = "hour" if kind.every == timedelta(hours=1) else every
    quiet = alert.told.quiet.replace("-", " to ")
    told = f"quiet from {quiet} in {alert.told.timezone}" if quiet else "at any hour"
    return f"Looked at every {looked}; told at most once a day, {told}. It needs {kind.needs}."


def _line(each: Listed, reader: Reader) -> Line:
    alert = each.alert
    return [
        bold(kept_name(alert.watch, alert.name)),
        text(" in "),
        RichTextChannel(alert.channel_id),
        text(f"\n{_state(alert, reader)}. {_newest(each, reader)}"),
    ]


def _twin(parts: Line, alert: Alert) -> str:
    """The line with its conversation as a link, which ``line_text`` leaves out."""
    before = [part for part in parts if not isinstance(part, RichTextChannel)]
    at = next(i for i, part in enumerate(parts) if isinstance(part, RichTextChannel))
    return f"{line_text(before[:at])}<#{alert.channel_id}>{line_text(before[at:])}"


def _state(alert: Alert, reader: Reader) -> str:
    if alert.watch is None:
        return "Paused: what it watched is measured no more"
    if alert.state is PlanState.PAUSED:
        return "Paused"
    until = alert.told.muted_until
    if until is not None and until > reader.now:
        return f"Muted until {instant_name(until, reader.now, alert.told.timezone)}"
    return "Active"


def _newest(each: Listed, reader: Reader) -> str:
    """When it last crossed, what was said of it, and whether it came back."""
    crossing = each.newest
    if crossing is None:
        return "Nothing has crossed yet."
    zone = each.alert.told.timezone
    since = instant_name(crossing.opened_at, reader.now, zone)
    said = f" {crossing.about['said']}" if each.sees_figures else ""
    if crossing.closed_at is None:
        return f"Crossed since {since}.{said}"
    back = instant_name(crossing.closed_at, reader.now, zone)
    return f"Last crossed {since}, back within {back}.{said}"


def _row(each: Listed, number: int, reader: Reader) -> ActionsBlock:
    alert = each.alert
    until = alert.told.muted_until
    is_muted = until is not None and until > reader.now
    switch = ("Pause", PAUSE) if alert.state is PlanState.ACTIVE else ("Resume", RESUME)
    wanted = [switch] + ([("Unmute", UNMUTE)] if is_muted else [])
    changing = Button("Change", f"{CHANGE_ALERT}.{number}", value=str(alert.id))
    states = [
        Button(label, f"{ALERT_STATE}.{3 * number + place}", value=_value(alert, what))
        for place, (label, what) in enumerate(wanted)
    ]
    asked = ConfirmationDialogue(
        "Delete this alert?", "It is watched no more.", "Delete", "Keep it"
    )
    delete = Button(
        "Delete",
        f"{ALERT_STATE}.{3 * number + 2}",
        value=_value(alert, DELETE),
        confirm=asked,
    )
    return ActionsBlock([changing, *states, delete])


def _value(alert: Alert, what: str) -> str:
    return f"{alert.id} {alert.version} {what}"
