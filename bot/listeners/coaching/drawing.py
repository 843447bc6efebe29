"""The open form drawn anew, though its reviewer may be quicker than Slack draws it."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk import WebClient

from bot.blocks.coaching.filling import Filling
from bot.blocks.coaching.form import review_form
from bot.blocks.coaching.window import Window
from bot.listeners.acknowledged import Afterwards
from bot.listeners.desk import Desk
from bot.replying import update_view
from storage.operations.reviews import DraftGoneError
from storage.roles import Member


@dataclass(frozen=True, slots=True)
class Form:
    """A draft in the window that one of its reviewer's clicks came from.

    One that ``gives_way`` is drawn with a click that was kept later.
    """

    desk: Desk
    member: Member
    client: WebClient
    window: Window
    gives_way: bool = False

    def due(self) -> Filling | None:
        """What is to be drawn; nobody is taken back from a page that was turned to meanwhile."""
        filling = self.read()
        if filling is None or filling.draft.page != self.window.page:
            return None
        return None if self.gives_way and self.window.is_overtaken(filling.draft) else filling

    def read(self) -> Filling | None:
        """The draft as it stands; None once it was sent or thrown away."""
        try:
            return self.desk.coaching.filling(self.member, self.window.draft_id)
        except DraftGoneError:
            return None

    def show(self, filling: Filling, notice: str, view_hash: str | None) -> str:
        """The hash of what is shown then; empty where the form is closed or was drawn since."""
        view = review_form(filling, filling.draft.page, self.window, notice)
        return update_view(self.client, self.window.view_id, view, view_hash)


def drawn_anew(form: Form, notice: str = "") -> Afterwards:
    """The form as the draft stands when it is drawn: quick clicks overtake each other."""

    def draw() -> None:
        due = form.due()
        if due is None or form.show(due, notice, form.window.view_hash) or form.due() is None:
            return
        _draw_until_it_stands(form, notice)

    return draw


def _draw_until_it_stands(form: Form, notice: str) -> None:
    """Over whatever was drawn since the click; what was kept meanwhile may be among that."""
    drawn, view_hash = None, None
    while (now := form.read()) is not None and _outline(now) != drawn:
        view_hash = form.show(now, notice, view_hash)
        if not view_hash:
            return
        drawn = _outline(now)


def _outline(filling: Filling) -> tuple[object, ...]:
    """What is drawn beside the fields that the reviewer fills in."""
    draft = filling.draft
    return draft.page, draft.scorecard_id, draft.answers
