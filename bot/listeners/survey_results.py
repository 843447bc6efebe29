"""``/survey results``: what a kind of survey brought, and the comments page by page."""

from __future__ import annotations

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.actions import SURVEY_RESULTS, pattern
from bot.blocks.message import Message
from bot.blocks.survey_results import results_message
from bot.listeners.acknowledged import Payload, acknowledged, is_private, tell, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from storage.roles import Member


def register(app: App, desk: Desk) -> None:
    """Listens to the buttons that turn pages; their value is ``page|words``."""

    def turns(body: Payload, client: WebClient) -> None:
        page, _, words = str(body["actions"][0]["value"]).partition("|")
        shown = answer_results(desk, insider(desk, user_id(body)), words, page=int(page))
        tell(body, client, shown, replace=is_private(body))

    app.action(pattern(SURVEY_RESULTS))(acknowledged(turns))


def answer_results(desk: Desk, member: Member, words: str, *, page: int = 0) -> Message:
    """What stands after ``/survey results``, answered."""
    shown = desk.survey_results.show(member, words, page)
    return results_message(shown, desk.reader)
