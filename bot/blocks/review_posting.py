"""A review before it is posted, once it is, and where Slack broke off half way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from slackblocks import Block, HeaderBlock

from bot.blocks.actions import POST_REVIEW, buttons
from bot.blocks.message import Message, message, paragraph
from bot.blocks.review import Piece
from bot.blocks.rich import bold, line, text
from bot.blocks.share import Place, readers
from storage.errors import UserError

LONGEST_VALUE = 2000


@dataclass(frozen=True, slots=True)
class Order:
    """What a button posts: the words of a review, where, and from which message on.

    Without a ``channel_id`` it goes to the person's own direct message. ``thread_ts`` is the
    opening's, once that is there. ``attempt`` tells one button from the one before.
    """

    words: str
    channel_id: str = ""
    thread_ts: str = ""
    following: int = 0
    attempt: int = 0


def order_of(value: str) -> Order:
    """The order in a button's value."""
    return Order(**json.loads(value))


def preview_message(pieces: Sequence[Piece], place: Place, order: Order) -> Message:
    """All that will be posted and who will see it, for the person who asked alone."""
    blocks, said = _shown(pieces)
    posted = f"It is posted as one message with {_replies(len(pieces) - 1)} in its thread,"
    seen = f"{readers(place)} {posted} under your name, with totals only."
    offered = buttons([("Post in this channel", POST_REVIEW, _value(order))])
    return message([*said, seen], [*blocks, paragraph(seen), *offered])


def private_message(pieces: Sequence[Piece], refusal: UserError) -> Message:
    """The same where it can't be posted, and why not."""
    blocks, said = _shown(pieces)
    why = f"Only you see this; it can't be posted here. {refusal}"
    return message([*said, why], [*blocks, paragraph(why)])


def posted_message(pieces: Sequence[Piece]) -> Message:
    said = f"{pieces[0].title}: posted, with {_replies(len(pieces) - 1)} in its thread."
    return message([said], [paragraph(said)])


def broken_off_message(
    pieces: Sequence[Piece], order: Order, reason: str, *, unsure: bool
) -> Message:
    """Which messages are there, and buttons for the rest; ``order`` is of what was not posted.

    Where it is unsure whether one is there, the person looks and says.
    """
    there = order.following
    are = "is" if there == 1 else "are"
    done = f"{there} of {len(pieces)} messages {are} there." if there else "Nothing is there yet."
    title = pieces[there].title
    said = [f"{pieces[0].title} is not posted in full: {reason}"]
    again = replace(order, attempt=order.attempt + 1)
    offered = [("Post the rest" if there else "Post it", POST_REVIEW, _value(again))]
    if unsure:
        said.append(f"{done} Whether “{title}” is there too is not known: look before you go on.")
        offered = [("It is not there: post it", POST_REVIEW, _value(again))]
        if there and there + 1 < len(pieces):
            behind = replace(again, following=there + 1)
            offered.append(("It is there: post the rest", POST_REVIEW, _value(behind)))
    else:
        said.append(f"{done} The next is “{title}”.")
    return message(said, [paragraph(" ".join(said)), *buttons(offered)])


def under_way_message() -> Message:
    said = "This is being posted already, or has been."
    return message([said], [paragraph(said)])


def _shown(pieces: Sequence[Piece]) -> tuple[list[Block], list[str]]:
    opening, *others = pieces
    blocks: list[Block] = [HeaderBlock(opening.title), paragraph("\n".join(opening.lines))]
    blocks += [line(bold(each.title), text("\n" + "\n".join(each.lines))) for each in others]
    said = [f"{opening.title}.", *opening.lines]
    return blocks, said


def _replies(number: int) -> str:
    return f"{number} {'reply' if number == 1 else 'replies'}"


def _value(order: Order) -> str:
    value = json.dumps(asdict(order))
    if len(value) > LONGEST_VALUE:
        raise UserError("This review is of too much at once.", "Ask for fewer values.")
    return value
