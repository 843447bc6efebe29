"""The Bolt app: listeners, and the one place where an error becomes a sentence."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from sqlalchemy import Engine

from bot.answering import Answering
from bot.blocks.errors import fault_message, problem_message
from bot.channels import Channels
from bot.listeners import administration, home, kpi, sharing
from bot.listeners.desk import Desk
from bot.members import Members
from bot.replying import post_message, reply
from storage.errors import UserError
from storage.periods import Clock
from storage.settings import Settings

logger = logging.getLogger(__name__)

THREADS = 20
LISTENERS = (kpi, sharing, administration, home)


@dataclass(frozen=True, slots=True)
class Stores:
    """The two databases, and what the organisation decided."""

    facts: Engine
    operations: Engine
    settings: Settings
    admins: frozenset[str] = frozenset()


def build_app(
    client: WebClient, stores: Stores, clock: Clock, *, signing_secret: str | None = None
) -> App:
    """The app, for Socket Mode or, with a signing secret, for signed HTTP.

    Raises:
        slack_sdk.errors.SlackApiError: Slack does not know the client's token.
    """
    own_team_id = str(client.auth_test()["team_id"])
    app = App(
        client=client,
        signing_secret=signing_secret or "",
        request_verification_enabled=signing_secret is not None,
        token_verification_enabled=False,
        listener_executor=ThreadPoolExecutor(THREADS, thread_name_prefix="listener"),
    )
    desk = _desk(client, stores, clock, own_team_id)
    for surface in LISTENERS:
        surface.register(app, desk)
    app.error(_say_what_went_wrong)
    return app


def _desk(client: WebClient, stores: Stores, clock: Clock, own_team_id: str) -> Desk:
    members = Members(
        client,
        own_team_id,
        facts=stores.facts,
        operations=stores.operations,
        admins=stores.admins,
        clock=clock,
    )
    return Desk(
        members=members,
        answering=Answering(stores.facts, stores.settings, clock),
        channels=Channels(client, stores.operations),
        operations=stores.operations,
        clock=clock,
    )


def _say_what_went_wrong(error: Exception, body: Mapping[str, Any], client: WebClient) -> None:
    """A person's mistake as a sentence; all else is logged under a reference that is shown too."""
    if isinstance(error, UserError):
        message = problem_message(error)
    else:
        reference = token_hex(3)
        logger.error("Fault %s", reference, exc_info=error)
        message = fault_message(reference)
    if url := _response_url(body):
        reply(url, message)
    elif user_id := _user_id(body):
        post_message(client, user_id, message)


def _response_url(body: Mapping[str, Any]) -> str:
    return str(body.get("response_url") or "")


def _user_id(body: Mapping[str, Any]) -> str:
    event = body.get("event") or {}
    return str((body.get("user") or {}).get("id") or event.get("user") or "")
