"""A digest's runs as people see them: what became of each, by destination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from slackblocks import RichTextElement, RichTextLink

from bot.blocks import numbers
from bot.blocks.dates import instant_name
from bot.blocks.names import listed
from bot.blocks.rich import Line, conversation, is_conversation_id, person, text
from bot.blocks.targets import Reader
from storage.operations.digest_models import OccurrenceState
from storage.operations.occurrences import Run
from storage.operations.outbox import UNDELIVERED, Receipt
from storage.operations.outbox_models import DeliveryState

ON_THE_WAY = (DeliveryState.PENDING, DeliveryState.CLAIMED)
MOST_RECEIPTS = 5
"""As many destinations are told one by one; more are counted, and those that failed named."""
_COUNTED: dict[DeliveryState, str] = {
    DeliveryState.SENT: "sent",
    DeliveryState.PENDING: "waiting",
    DeliveryState.CLAIMED: "being sent",
    DeliveryState.FAILED: "failed",
    DeliveryState.MISSED: "missed",
    DeliveryState.STOPPED: "stopped",
}


@dataclass(frozen=True, slots=True)
class KnownRun:
    """A run, and what became of each of its messages, or of the first that did not arrive."""

    run: Run
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads, when, in which zone, and where links into the workspace start."""

    slack_user_id: str
    reader: Reader
    workspace_url: str = ""


def is_under_way(run: Run) -> bool:
    """Whether there is anything left to stop."""
    is_due = run.state is OccurrenceState.DUE
    return is_due or any(run.deliveries.get(state) for state in ON_THE_WAY)


def lacks_some(run: Run) -> bool:
    """Whether somebody did not get it."""
    return any(run.deliveries.get(state) for state in UNDELIVERED)


def place(recipient: str, viewer_id: str = "") -> RichTextElement:
    """Where a message goes: a conversation or a person; the viewer is ``you``."""
    if recipient == viewer_id:
        return text("you")
    return conversation(recipient) if is_conversation_id(recipient) else person(recipient)


def run_line(known: KnownRun, viewer: Viewer) -> Line:
    """``today 09:00: sent to #care (open it)``; what failed with its reason."""
    run, reader = known.run, viewer.reader
    when = instant_name(run.due_at, reader.now, reader.timezone)
    asked = [text(" by "), place(run.asked_by, viewer.slack_user_id)] if run.asked_by else []
    return [text(when), *asked, text(": "), *_outcome(known, viewer)]


def _outcome(known: KnownRun, viewer: Viewer) -> list[RichTextElement]:
    run = known.run
    match run.state:
        case OccurrenceState.DUE:
            return [text(f"waiting: {run.reason}" if run.reason else "being prepared")]
        case OccurrenceState.SKIPPED:
            return [text(_with_reason("skipped", run.reason))]
        case OccurrenceState.MISSED:
            return [text(_with_reason("missed", run.reason or "CareKPI was not running"))]
        case OccurrenceState.FAILED:
            return [text(_with_reason("failed", run.reason))]
        case OccurrenceState.STOPPED | OccurrenceState.PLANNED:
            return _delivered(known, viewer)
        case _:
            assert_never(run.state)


def _delivered(known: KnownRun, viewer: Viewer) -> list[RichTextElement]:
    run = known.run
    late = "late, " if run.is_late else ""
    if not run.deliveries:
        stopped = run.state is OccurrenceState.STOPPED
        return [text("stopped before it was sent" if stopped else f"{late}sent to nobody")]
    is_whole = len(known.receipts) == sum(run.deliveries.values())
    parts: list[RichTextElement] = [text(late)] if late else []
    parts += [] if is_whole else [text(counted(run.deliveries))]
    for position, receipt in enumerate(known.receipts):
        parts += [text("; ")] if position or not is_whole else []
        parts += _received(receipt, viewer)
    return parts


def counted(deliveries: Mapping[DeliveryState, int]) -> str:
    """``4,980 sent, 12 waiting and 8 failed``."""
    found = [
        f"{numbers.count(number)} {_COUNTED[state]}"
        for state in DeliveryState
        if (number := deliveries.get(state))
    ]
    return listed(found) if found else "nothing"


def _received(receipt: Receipt, viewer: Viewer) -> list[RichTextElement]:
    to = [text(" to "), place(receipt.recipient, viewer.slack_user_id)]
    match receipt.state:
        case DeliveryState.SENT:
            return [text("sent"), *to, *_link(receipt, viewer)]
        case DeliveryState.PENDING | DeliveryState.CLAIMED:
            why = f" ({receipt.reason})" if receipt.reason else ""
            return [text("on its way"), *to, text(why)] if why else [text("on its way"), *to]
        case DeliveryState.FAILED | DeliveryState.MISSED | DeliveryState.STOPPED:
            named = _COUNTED[receipt.state]
            return [text(named), *to, text(_with_reason("", receipt.reason or ""))]
        case _:
            assert_never(receipt.state)


def _link(receipt: Receipt, viewer: Viewer) -> Sequence[RichTextElement]:
    """To the message, for who can open it: somebody else's direct message can't be."""
    is_others = is_conversation_id(receipt.recipient) is False
    if is_others and receipt.recipient != viewer.slack_user_id:
        return []
    if not (viewer.workspace_url and receipt.channel_id and receipt.ts):
        return []
    address = f"{viewer.workspace_url.rstrip('/')}/archives/{receipt.channel_id}/p"
    return [text(" ("), RichTextLink(address + receipt.ts.replace(".", ""), "open it"), text(")")]


def _with_reason(said: str, reason: str) -> str:
    """The reason is a sentence or several; the line's own full stop is left to it."""
    return f"{said}: {reason}" if reason else said
