"""A review: shown first, then posted with each point in its thread."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from slack_sdk.errors import SlackApiError

from bot.blocks.message import Message
from bot.blocks.review import Piece, opening_message, piece_message, pieces
from bot.blocks.review_posting import (
    Order,
    broken_off_message,
    posted_message,
    preview_message,
    private_message,
)
from bot.channels import DIRECT_MESSAGE
from bot.listeners.desk import Desk
from bot.replying import UnsureError, open_direct_message, post_message
from bot.request import Review, parse, review_words
from bot.reviewing import Reviewed, review_for
from storage.access import Destination, OnlyThem
from storage.errors import UnknownWordError, UserError
from storage.roles import Member

logger = logging.getLogger(__name__)

REASONS = {"ratelimited": "Slack asked for a pause. Wait a minute."}


def answer_review(desk: Desk, member: Member, request: Review, channel_id: str) -> Message:
    """What would be posted in the channel; in a direct message it is posted at once."""
    if channel_id.startswith(DIRECT_MESSAGE):
        reviewed = review_for(desk.answering, member, request, OnlyThem())
        order = Order(review_words(reviewed.request))
        return post_review(desk, member, order, _pieces(reviewed))
    try:
        return _preview(desk, member, request, channel_id)
    except UnknownWordError:
        raise
    except UserError as refusal:
        reviewed = review_for(desk.answering, member, request, OnlyThem())
        return private_message(_pieces(reviewed), refusal)


def _preview(desk: Desk, member: Member, request: Review, channel_id: str) -> Message:
    channel = desk.channels.find(channel_id)
    reviewed = review_for(desk.answering, member, request, channel.destination)
    order = Order(review_words(reviewed.request), channel_id)
    return preview_message(_pieces(reviewed), channel.place, order)


def pieces_of(desk: Desk, member: Member, order: Order) -> tuple[Piece, ...]:
    """What an order posts, worked out again under the rights of now."""
    request = parse(order.words, desk.answering.today)
    if not isinstance(request, Review):
        raise TypeError("only a review can be posted as one")
    to: Destination = OnlyThem()
    if order.channel_id:
        to = desk.channels.find(order.channel_id).destination
    return _pieces(review_for(desk.answering, member, request, to))


def post_review(desk: Desk, member: Member, order: Order, review: Sequence[Piece]) -> Message:
    """Posts what is not there yet, and tells how far that went."""
    try:
        to = order.channel_id or open_direct_message(desk.client, member.slack_user_id)
    except SlackApiError as error:
        return broken_off_message(review, order, _reason(error), unsure=False)
    for number in range(order.following, len(review)):
        left = replace(order, following=number)
        message = _message(member, left, review)
        try:
            ts = post_message(desk.client, to, message, thread_ts=order.thread_ts or None)
        except UnsureError as error:
            return broken_off_message(review, left, error.sentence, unsure=True)
        except SlackApiError as error:
            logger.warning("Slack took a review only in part: %s", error)
            return broken_off_message(review, left, _reason(error), unsure=False)
        order = replace(order, thread_ts=order.thread_ts or ts)
    return posted_message(review)


def _message(member: Member, order: Order, review: Sequence[Piece]) -> Message:
    """The next message of an order."""
    piece = review[order.following]
    if order.following:
        return piece_message(piece)
    return opening_message(piece, member.slack_user_id if order.channel_id else "")


def _reason(error: SlackApiError) -> str:
    code = str(error.response.get("error"))
    return REASONS.get(code, f"Slack did not take it ({code}).")


def _pieces(reviewed: Reviewed) -> tuple[Piece, ...]:
    return pieces(reviewed.review, reviewed.narrowed)
