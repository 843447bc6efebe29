"""The button that posts a review, or what of it is not there yet."""

from __future__ import annotations

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.actions import POST_REVIEW, pattern
from bot.blocks.review_posting import Order, order_of, under_way_message
from bot.listeners.acknowledged import Payload, acknowledged, is_private, tell, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.listeners.reviewing import pieces_of, post_review
from storage.operations.engine import writing
from storage.operations.events import is_first


def register(app: App, desk: Desk) -> None:
    """Listens to the button."""

    def posts(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        order = order_of(body["actions"][0]["value"])
        review = pieces_of(desk, member, order)
        if not _is_first_click(desk, body, order):
            tell(body, client, under_way_message())
            return
        tell(body, client, post_review(desk, member, order, review), replace=is_private(body))

    app.action(pattern(POST_REVIEW))(acknowledged(posts))


def _is_first_click(desk: Desk, body: Payload, order: Order) -> bool:
    """Whoever clicks twice, on one button or on both of a message, means it once."""
    click = f"review.{body['container']['message_ts']}.{user_id(body)}.{order.attempt}"
    with writing(desk.operations) as session:
        return is_first(session, click, desk.clock())
