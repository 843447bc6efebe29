"""Who asks about digests, and where: what every answer about them is made with."""

from __future__ import annotations

from dataclasses import dataclass

from bot.blocks.digest_list import digest_message, near_message
from bot.blocks.digest_runs import Viewer
from bot.blocks.message import Message
from bot.blocks.rich import Line
from bot.digests import UnknownDigestError
from bot.listeners.acknowledged import Payload, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from storage.operations.digests import Digest
from storage.roles import Member


@dataclass(frozen=True, slots=True)
class Asking:
    """``here`` is the conversation in which it is asked; empty in a dialog."""

    desk: Desk
    member: Member
    here: str

    @property
    def viewer(self) -> Viewer:
        desk = self.desk
        return Viewer(self.member.slack_user_id, desk.reader, desk.workspace_url)

    @property
    def timezone(self) -> str:
        """The person's own."""
        return self.desk.members.timezone(self.member.slack_user_id)

    def find(self, name: str) -> Digest:
        return self.desk.digests.named(self.member, name, self.here)

    def shown(self, digest_id: int, notice: Line = ()) -> Message:
        """A digest as it stands, with what was just done."""
        known = self.desk.digests.known(self.member, digest_id, self.here)
        return digest_message(known, self.viewer, notice)


def asking(desk: Desk, body: Payload) -> Asking:
    """Raises ``NotAllowedError`` for an outsider."""
    member = insider(desk, user_id(body))
    here = body.get("channel_id") or body.get("channel", {}).get("id", "")
    return Asking(desk, member, str(here))


def unknown_message(error: UnknownDigestError) -> Message:
    return near_message(error.sentence, error.near)
