"""How an answer is computed, and the rows behind it for who may see them."""

from __future__ import annotations

from slack_bolt import App
from slack_sdk import WebClient

from bot.behind import Behind, page_of_rows, provenance_of, shows_rows
from bot.blocks.actions import DEFINE, ROWS, pattern
from bot.blocks.behind import OUTDATED, page_message, read_page_value
from bot.blocks.explaining import define_message
from bot.blocks.message import Message
from bot.blocks.provenance import provenance_message
from bot.listeners.acknowledged import Payload, acknowledged, is_private, tell, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.request import parse, words
from storage.metrics.answer import Question
from storage.operations.audit import By, record
from storage.operations.engine import appending
from storage.operations.looks import ROWS as ROWS_SEEN
from storage.roles import Member


def register(app: App, desk: Desk) -> None:
    """Listens to the button under an answer, and to those that leaf through its rows."""

    def wants_provenance(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        question = _question(desk, body["actions"][0]["value"])
        tell(body, client, _explained(desk, member, question))

    def wants_rows(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        wanted = read_page_value(body["actions"][0]["value"])
        question = _question(desk, wanted.words)
        behind = page_of_rows(desk.answering, member, question, wanted.after)
        _note_look(desk, member, behind)
        shown = page_message(
            behind.query,
            behind.page,
            desk.clock(),
            is_first=wanted.after is None,
            narrowed=behind.narrowed,
        )
        tell(body, client, shown, replace=is_private(body) and wanted.after is not None)

    app.action(pattern(DEFINE))(acknowledged(wants_provenance))
    app.action(pattern(ROWS))(acknowledged(wants_rows))


def _explained(desk: Desk, member: Member, question: Question) -> Message:
    """Whoever gets no answer still hears what the metric means."""
    if found := provenance_of(desk.answering, member, question):
        return provenance_message(found, shows_rows=shows_rows(member, question))
    return define_message(question.metric, desk.answering.settings)


def _note_look(desk: Desk, member: Member, behind: Behind) -> None:
    """Written before anything is shown, so that no look goes unwritten."""
    places = [row.place for row in behind.page.rows]
    seen = f"{places[0].row_id} to {places[-1].row_id}" if places else "nothing"
    by = By(member.slack_user_id, desk.clock())
    with appending(desk.operations) as session:
        record(session, by, ROWS_SEEN, words(behind.question), f"{len(places)} rows: {seen}")


def _question(desk: Desk, asked: str) -> Question:
    request = parse(asked, desk.answering.today)
    if not isinstance(request, Question):
        raise OUTDATED
    return request
