"""The open form drawn anew, though its reviewer may be quicker than Slack draws it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from slack_sdk import WebClient

from bot.blocks.coaching.filling import Filling
from bot.blocks.coaching.form import review_form
from bot.blocks.coaching.window import Window
from bot.listeners.acknowledged import Afterwards
from bot.listeners.desk import Desk
from bot.replying import update_view
from storage.operations.reviews import DraftGoneError
from storage.roles import Member

MOST_REMEMBERED = 1_000


class DrawnForms:
    """The hash that each form got when this process drew it last."""

    def __init__(self) -> None:
        self._hashes: OrderedDict[str, str] = OrderedDict()
        self._changing = Lock()

    def keep(self, view_id: str, view_hash: str) -> None:
        with self._changing:
            self._hashes[view_id] = view_hash
            self._hashes.move_to_end(view_id)
            if len(self._hashes) > MOST_REMEMBERED:
                self._hashes.popitem(last=False)

    def hash_of(self, view_id: str) -> str | None:
        return self._hashes.get(view_id)


@dataclass(frozen=True, slots=True)
class Form:
    """A draft in the window that one of its reviewer's clicks came from.

    One that ``gives_way`` is drawn with a click that was kept later, and never over what was drawn
    by somebody else meanwhile: that may be another page, already filled in.
    """

    desk: Desk
    drawn: DrawnForms
    member: Member
    client: WebClient
    window: Window
    gives_way: bool = False

    def due(self) -> Filling | None:
        """What is to be drawn for the click."""
        filling = self.read()
        is_left_to_another = filling and self.gives_way and self.window.is_overtaken(filling.draft)
        return None if is_left_to_another else filling

    def read(self) -> Filling | None:
        """The draft as it stands; None once it is gone, or another page was turned to."""
        try:
            filling = self.desk.coaching.filling(self.member, self.window.draft_id)
        except DraftGoneError:
            return None
        return filling if filling.draft.page == self.window.page else None

    def hashes(self) -> Iterator[str | None]:
        """What the form may have now: as it was clicked on, or as it was drawn here since."""
        yield self.window.view_hash
        if drawn_since := self.drawn.hash_of(self.window.view_id):
            yield drawn_since
        if not self.gives_way:
            yield None

    def show(self, filling: Filling, notice: str, view_hash: str | None) -> str:
        """The hash of what is shown then; empty where the form is closed or was drawn since."""
        view = review_form(filling, filling.draft.page, self.window, notice)
        shown = update_view(self.client, self.window.view_id, view, view_hash)
        if shown:
            self.drawn.keep(self.window.view_id, shown)
        return shown


def drawn_anew(form: Form, notice: str = "") -> Afterwards:
    """The form as the draft stands when it is drawn: quick clicks overtake each other."""

    def draw() -> None:
        for known_hash in form.hashes():
            filling = form.due()
            if filling is None:
                return
            if view_hash := form.show(filling, notice, known_hash):
                _follow(form, filling, notice, view_hash)
                return

    return draw


def _follow(form: Form, drawn: Filling, notice: str, view_hash: str) -> None:
    """Once more while answers arrive: who came too late to draw them left it to this one."""
    while view_hash and (now := form.read()) and _outline(now) != _outline(drawn):
        view_hash, drawn = form.show(now, notice, view_hash), now


def _outline(filling: Filling) -> tuple[object, ...]:
    """What is drawn beside the fields that the reviewer fills in."""
    return filling.draft.scorecard_id, filling.draft.answers
