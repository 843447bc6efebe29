"""The Bolt app: its listeners, by Slack surface."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.answering import Answering
from bot.channels import Channels
from bot.coaching import Coaching
from bot.listeners import coaching as coaching_listeners
from bot.listeners import home, kpi, mentions, outdated, provenance, review, sharing, targets
from bot.listeners.desk import Desk
from bot.members import Members
from bot.replying import RETRIES
from bot.shapes import answer_fault
from bot.stores import Stores
from bot.targets import Targets
from storage.periods import Clock

THREADS = 20
LISTENERS = (
    kpi,
    coaching_listeners,
    provenance,
    sharing,
    targets,
    review,
    mentions,
    home,
    outdated,
)
"""In this order: ``outdated`` takes what none of the others does."""


def build_app(
    client: WebClient, stores: Stores, clock: Clock, *, signing_secret: str | None = None
) -> App:
    """The app, for Socket Mode or, with a signing secret, for signed HTTP.

    Raises:
        slack_sdk.errors.SlackApiError: Slack does not know the client's token.
    """
    own = client.auth_test()
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=RETRIES))
    app = App(
        client=client,
        signing_secret=signing_secret or "",
        request_verification_enabled=signing_secret is not None,
        token_verification_enabled=False,
        listener_executor=ThreadPoolExecutor(THREADS, thread_name_prefix="listener"),
    )
    answering = Answering(stores.facts, stores.operations, stores.settings, clock)
    coaching = Coaching(stores, clock)
    coaching.keep_file_cards()
    desk = Desk(
        members=Members(client, str(own["team_id"]), stores, clock),
        answering=answering,
        channels=Channels(client, stores.operations),
        targets=Targets(stores.operations, answering, clock),
        coaching=coaching,
        operations=stores.operations,
        clock=clock,
        bot_user_id=str(own["user_id"]),
        client=client,
    )
    app.error(answer_fault)
    for surface in LISTENERS:
        surface.register(app, desk)
    return app
