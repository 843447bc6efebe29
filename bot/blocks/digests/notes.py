"""What the owner of a digest is told where something is in its way."""

from __future__ import annotations

from collections.abc import Sequence

from slackblocks import RichTextChannel, RichTextElement

from bot.blocks.digest_list import mending_buttons
from bot.blocks.message import Message, with_text
from bot.blocks.names import listed
from bot.blocks.rich import bold, line, line_text, person, text
from bot.blocks.untrusted import name
from storage.operations.digests import Digest

PERSON = ("U", "W")
LONGEST_KEY = 60
HOW_TO_CHANGE = "Change the digest, or run it again once it is mended, with /digest."


def undelivered_note(
    digest: Digest, recipient: str, reason: str, *, has_gone: bool = False
) -> Message:
    """It did not arrive somewhere; with ``has_gone`` its owner has left, and an admin is told."""
    told = f". {reason} {HOW_TO_CHANGE}{_left(has_gone=has_gone)}"
    return _note(digest, [text(" could not be delivered to "), *_to(recipient, told)])


def failed_note(digest: Digest, recipient: str, reason: str, *, has_gone: bool = False) -> Message:
    """It could not be made at all; without a recipient it is for several."""
    told = f". {reason} {HOW_TO_CHANGE}{_left(has_gone=has_gone)}"
    place = [text(" to "), *_to(recipient, told)] if recipient else [text(told)]
    return _note(digest, [text(" was not sent"), *place])


def retired_note(digest: Digest, metrics: Sequence[str], *, has_gone: bool = False) -> Message:
    """Some of its metrics are no more, and were left out."""
    kind, what = ("metric", "it") if len(metrics) == 1 else ("metrics", "them")
    names = listed([name(each, LONGEST_KEY) for each in metrics])
    told = f" was sent without the {kind} {names}, which CareKPI no longer has."
    step = f" Choose what takes the place of {what} with /digest.{_left(has_gone=has_gone)}"
    return _note(digest, [text(f"{told}{step}")])


def _left(*, has_gone: bool) -> str:
    return " You are told as an admin, for its owner has left the workspace." if has_gone else ""


def _to(recipient: str, behind: str) -> list[RichTextElement]:
    return [_place(recipient), text(behind)]


def _place(recipient: str) -> RichTextElement:
    return person(recipient) if recipient.startswith(PERSON) else RichTextChannel(recipient)


def _note(digest: Digest, behind: Sequence[RichTextElement]) -> Message:
    """What is said behind its name, and buttons to mend it at once."""
    parts = [bold(name(digest.order.name, 80)), *behind]
    return with_text(line_text(parts), [line(*parts), *mending_buttons(digest.id)])
