"""An alert as a channel reads it, and what happens to it when somebody clicks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slackblocks import Block, ContextBlock, PlainText, RichTextChannel

from bot.blocks.actions import (
    ACKNOWLEDGE_ALERT,
    ASK,
    CHANGE_ALERT,
    MUTE_ALERT,
    buttons,
)
from bot.blocks.alert_names import kept_name
from bot.blocks.dates import instant_name
from bot.blocks.message import Json, Message, message, paragraph, with_text
from bot.blocks.rich import bold, line, line_text, person, text
from bot.blocks.untrusted import escape
from storage.operations.alerts import Alert
from storage.operations.crossings import KeptCrossing, Telling

MOST_TOLD = 8
"""Segments of one message; more are counted."""
MOST_EXPLAINED = 2
"""Segments whose why is told, where several crossed."""
TOMORROW, NEXT_WEEK = "tomorrow", "next week"


@dataclass(frozen=True, slots=True)
class Muting:
    """What a mute button means: which rule, and until when in words."""

    alert_id: int
    until: str


def alert_message(telling: Telling) -> Message:
    """What crossed with its why, then what came back; buttons for what can be done."""
    said: list[str] = []
    blocks: list[Block] = []
    for number, each in enumerate(telling.opened[:MOST_TOLD]):
        why = _why(each, len(telling.opened), number)
        blocks.append(line(bold(str(each.about["said"])), *([text("\n" + why)] if why else [])))
        said += [str(each.about["said"]), why]
    if more := len(telling.opened) - MOST_TOLD:
        blocks += [paragraph(f"And {more} more.")] if more > 0 else []
    for each in telling.returned[:MOST_TOLD]:
        told = f"Back within: {each.about['back']}"
        blocks.append(paragraph(told))
        said.append(told)
    closing = _closing(telling.alert)
    blocks += [ContextBlock([PlainText(closing)]), *buttons(_offers(telling))]
    return message([*said, closing], blocks)


def _why(crossing: KeptCrossing, of: int, number: int) -> str:
    """Two lines of a single crossing, one of each where there are several."""
    lines = [str(each) for each in crossing.about.get("why", ())]
    if of == 1:
        return "\n".join(lines)
    return lines[0] if lines and number < MOST_EXPLAINED else ""


def _closing(alert: Alert) -> str:
    quiet = f", quiet {alert.told.quiet.replace('-', ' to ')}" if alert.told.quiet else ""
    name = kept_name(alert.watch, alert.name)
    return f"Alert: {name}. At most once a day{quiet}. Times in {alert.told.timezone}."


def _offers(telling: Telling) -> list[tuple[str, str, str]]:
    alert_id = str(telling.alert.id)
    ids = ",".join(str(each.id) for each in telling.opened)
    offered = [("Acknowledge", ACKNOWLEDGE_ALERT, ids)] if ids else []
    offered += _asking(telling.opened)
    if ids:
        offered += [
            ("Mute until tomorrow", MUTE_ALERT, f"{alert_id} {TOMORROW}"),
            ("Mute until Monday", MUTE_ALERT, f"{alert_id} {NEXT_WEEK}"),
        ]
    return [*offered, ("Change the alert", CHANGE_ALERT, alert_id)]


def _asking(opened: Sequence[KeptCrossing]) -> list[tuple[str, str, str]]:
    """What asks why of the first ones; by their names where there are several."""
    offered = []
    for each in opened[:MOST_EXPLAINED]:
        if words := str(each.about.get("ask", "")):
            what = "See why" if words.startswith("why ") else "See figures"
            place = f": {each.about['place']}" if len(opened) > 1 else ""
            offered.append((f"{what}{place}", ASK, words))
    return offered


def ids_of(value: str) -> list[int]:
    """The crossings that a button acknowledges."""
    return [int(each) for each in value.split(",")]


def muting_of(value: str) -> Muting:
    alert_id, _, until = value.partition(" ")
    return Muting(int(alert_id), until)


def acknowledged_message(shown: Json, who: str, now: datetime, timezone: str) -> Message:
    """The message as it stands, with who takes care of it in the place of the button."""
    blocks = [_without(block, ACKNOWLEDGE_ALERT) for block in shown.get("blocks", [])]
    note = [person(who), text(f" takes care of it since {instant_name(now, now, timezone)}.")]
    (added,) = with_text("", [line(*note)]).blocks
    place = next((at for at, block in enumerate(blocks) if block["type"] == "context"), len(blocks))
    kept = [*blocks[:place], added, *blocks[place:]]
    settled = [{key: value for key, value in block.items() if key != "block_id"} for block in kept]
    return Message(f"{shown.get('text', '')} {line_text(note)}", tuple(settled))


def _without(block: Json, action: str) -> Json:
    if block["type"] != "actions":
        return block
    kept = [each for each in block["elements"] if not each["action_id"].startswith(action)]
    return {**block, "elements": kept}


def acknowledged_before_message(crossings: Sequence[KeptCrossing]) -> Message:
    who = str(crossings[0].acknowledged_by)
    told = [person(who), text(" takes care of it already.")]
    return with_text(line_text(told), [line(*told)])


def muted_message(alert: Alert, until: datetime, now: datetime) -> Message:
    """That nothing is told for a while, and what happens then."""
    when = instant_name(until, now, alert.told.timezone)
    said = (
        f"Muted until {when}: {kept_name(alert.watch, alert.name)}."
        " What has not come back by then is told."
    )
    return message([said], [paragraph(said)])


def gone_message(alert: Alert, reason: str, next_step: str) -> Message:
    """For the owner: the rule is paused, why, and what to do."""
    said = f"Your alert is paused: {kept_name(alert.watch, alert.name)}. {reason} {next_step}"
    listed = buttons([("My alerts", ASK, "alert")])
    return message([said.strip()], [paragraph(said.strip()), *listed])


def undelivered_message(alert: Alert, reason: str) -> Message:
    """For the owner: Slack did not take an alert."""
    start, name = "Your alert could not be posted in ", kept_name(alert.watch, alert.name)
    place, rest = RichTextChannel(alert.channel_id), f": {name}. {reason}"
    twin = f"{start}<#{alert.channel_id}>{escape(rest)}"
    listed = buttons([("My alerts", ASK, "alert")])
    return with_text(twin, [line(text(start), place, text(rest)), *listed])


def as_content(told: Message) -> Json:
    """As the outbox keeps a message."""
    return {"message": {"text": told.text, "blocks": list(told.blocks)}}
