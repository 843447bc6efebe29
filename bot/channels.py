"""What a Slack channel may get: who reads it, and the teams an admin named for it."""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import Engine

from bot.blocks.share import Place
from storage.access import InChannel
from storage.errors import NotNowError, UserError
from storage.operations.channels import teams_of
from storage.operations.engine import reading

DIRECT_MESSAGE = "D"
"""How the id of a conversation between two starts."""
MOST_MEMBERS_AT_ONCE = 1000
UNREACHABLE = {"channel_not_found", "not_in_channel", "missing_scope"}


class ArchivedChannelError(UserError):
    """Nothing can be posted there any more."""

    def __init__(self) -> None:
        super().__init__("This channel is archived.", "Ask in another one.")


class NotInvitedError(UserError):
    """CareKPI is not there, or it does not exist: Slack tells both alike."""

    def __init__(self) -> None:
        super().__init__(
            "I am not in this channel, so I can't post here.", "Type /invite @CareKPI."
        )


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as people know it, and as a destination of figures."""

    place: Place
    destination: InChannel


class Channels:
    """Looks channels up, by id: a rename changes nothing."""

    def __init__(self, client: WebClient, operations: Engine) -> None:
        self._client = client
        self._operations = operations

    def find(self, channel_id: str) -> Channel:
        """A channel that a message can be posted to.

        Raises:
            UserError: it is archived, a direct message, or CareKPI is not in it.
        """
        if channel_id.startswith(DIRECT_MESSAGE):
            raise UserError(
                "This is a direct message, not a channel.", "Ask in the channel to share there."
            )
        found = self._info(channel_id)
        if found.get("is_archived"):
            raise ArchivedChannelError
        if not found.get("is_member"):
            raise NotInvitedError
        with reading(self._operations) as session:
            teams = teams_of(session, channel_id)
        shared = bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared"))
        place = Place(
            channel_id,
            str(found.get("name", "")),
            _people(found),
            is_private=bool(found.get("is_private")),
        )
        return Channel(place, InChannel(teams, is_shared_with_others=shared))

    def destination(self, channel_id: str) -> InChannel:
        """What may be posted there, for who posts without being asked.

        Raises:
            UserError: nothing can be posted there until somebody mends that.
            NotNowError: Slack can't say now.
        """
        try:
            return self.find(channel_id).destination
        except (SlackApiError, SlackClientError, OSError, HTTPException) as error:
            raise NotNowError(f"Slack can't be asked about {channel_id}: {error}") from error

    def has_member(self, channel_id: str, user_id: str) -> bool:
        """Whether somebody is in a conversation."""
        cursor = ""
        while True:
            page = self._client.conversations_members(
                channel=channel_id, limit=MOST_MEMBERS_AT_ONCE, cursor=cursor
            )
            if user_id in page["members"]:
                return True
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return False

    def _info(self, channel_id: str) -> dict[str, Any]:
        try:
            response = self._client.conversations_info(channel=channel_id, include_num_members=True)
        except SlackApiError as error:
            if error.response.get("error") in UNREACHABLE:
                raise NotInvitedError from error
            raise
        channel: dict[str, Any] = response["channel"]
        return channel


def _people(found: dict[str, Any]) -> int | None:
    """How many read along; Slack counts CareKPI itself among the members."""
    members = found.get("num_members")
    return None if members is None else max(0, int(members) - 1)
