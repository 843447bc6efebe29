"""The open form drawn anew, though its reviewer may be quicker than Slack draws it."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk import WebClient

from bot.blocks.coaching.filling import Filling
from bot.blocks.coaching.form import review_form
from bot.blocks.coaching.window import Window
from bot.blocks.message import Json
from bot.listeners.acknowledged import Afterwards
from bot.listeners.desk import Desk
from bot.replying import update_view, update_view_unless_drawn
from storage.operations.reviews import DraftGoneError
from storage.roles import Member


@dataclass(frozen=True, slots=True)
class Form:
    """A draft in the window that one of its reviewer's clicks came from."""

    desk: Desk
    member: Member
    client: WebClient
    window: Window

    def read(self) -> Filling | None:
        """The draft as it stands; None once it was sent or thrown away."""
        try:
            return self.desk.coaching.filling(self.member, self.window.draft_id)
        except DraftGoneError:
            return None

    def show(self, filling: Filling, notice: str = "") -> None:
        update_view(self.client, self.window.view_id, self._view(filling, notice))

    def show_unless_drawn(self, filling: Filling, notice: str) -> bool:
        """Whether nothing was drawn since the click; then it is shown."""
        view, window = self._view(filling, notice), self.window
        return update_view_unless_drawn(self.client, window.view_id, view, window.view_hash)

    def _view(self, filling: Filling, notice: str) -> Json:
        return review_form(filling, filling.draft.page, self.window, notice)


def drawn_anew(form: Form, notice: str = "") -> Afterwards:
    """The form as the draft stands when it is drawn: quick clicks overtake each other.

    Nobody is taken back from a page that was turned to meanwhile, and who was gets there again.
    What was answered while this was on its way may be shown already, and is shown again then.
    """

    def draw() -> None:
        drawn = form.read()
        if drawn is None or drawn.draft.page != form.window.page:
            return
        is_shown = form.show_unless_drawn(drawn, notice)
        now = form.read()
        if now is not None and not is_shown:
            form.show(now, notice)
            drawn, now = now, form.read()
        while now is not None and _outline(now) != _outline(drawn):
            form.show(now)
            drawn, now = now, form.read()

    return draw


def _outline(filling: Filling) -> tuple[object, ...]:
    """What is drawn beside the fields that the reviewer fills in."""
    draft = filling.draft
    return draft.page, draft.scorecard_id, draft.answers
