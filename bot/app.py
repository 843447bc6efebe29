"""The Bolt app: its listeners, by Slack surface."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.web import SlackResponse

from bot.alerts import Alerts
from bot.answering import Answering
from bot.calibrating import Calibrating
from bot.channels import Channels
from bot.coaching import Coaching
from bot.coaching_log import CoachingLog
from bot.digest_drafts import Drafts
from bot.digest_previews import Previews
from bot.digests import Digests
from bot.express import Express, FastApp
from bot.follow_ups import FollowUps
from bot.home import Homes
from bot.listeners import (
    alerts,
    appeals,
    coaching,
    digest_forms,
    digests,
    follow_ups,
    home,
    home_answers,
    kpi,
    mentions,
    notes,
    outdated,
    provenance,
    review,
    roles,
    sharing,
    survey_campaigns,
    survey_results,
    surveys,
    talks,
    targets,
)
from bot.listeners.desk import Desk
from bot.members import Members
from bot.notes import Notes
from bot.rate_limits import RateLimitCount
from bot.replying import RETRIES
from bot.shapes import answer_fault
from bot.stores import Stores
from bot.survey_campaigns import Campaigns
from bot.survey_results import SurveyResults
from bot.surveys import Surveys
from bot.targets import Targets
from storage.periods import Clock

THREADS = 20
LISTENERS = (
    surveys,
    kpi,
    provenance,
    sharing,
    targets,
    alerts,
    review,
    notes,
    talks,
    appeals,
    follow_ups,
    survey_results,
    digests,
    digest_forms,
    survey_campaigns,
    coaching,
    mentions,
    home,
    home_answers,
    roles,
    outdated,
)
"""In this order: Bolt asks one after the other, so what comes in masses goes first; ``outdated``
takes what none of the others does."""


def build_app(
    client: WebClient, stores: Stores, clock: Clock, *, signing_secret: str | None = None
) -> FastApp:
    """The app, for Socket Mode or, with a signing secret, for signed HTTP.

    Raises:
        slack_sdk.errors.SlackApiError: Slack does not know the client's token.
    """
    own = client.auth_test()
    client.retry_handlers.insert(0, RateLimitCount(stores.measures))
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=RETRIES))
    app = FastApp(
        # Nameless, it would read the sources of all that called it, to be named after one.
        name="carekpi",
        client=client,
        signing_secret=signing_secret or "",
        request_verification_enabled=signing_secret is not None,
        token_verification_enabled=False,
        listener_executor=ThreadPoolExecutor(THREADS, thread_name_prefix="listener"),
    )
    app.measures = stores.measures
    desk = _desk(client, own, stores, clock)
    desk.coaching.keep_file_cards()
    if signing_secret is not None:
        app.express = Express(desk.surveys, client, signing_secret)
    app.error(answer_fault)
    for surface in LISTENERS:
        surface.register(app, desk)
    return app


def _desk(client: WebClient, own: SlackResponse, stores: Stores, clock: Clock) -> Desk:
    """What every listener works with; ``own`` is what Slack says of the bot itself."""
    answering = Answering(stores.facts, stores.operations, stores.settings, clock, stores.measures)
    channels = Channels(client, stores.operations)
    members = Members(client, str(own["team_id"]), stores, clock)
    coaching_desk = Coaching(stores, clock)
    return Desk(
        members=members,
        answering=answering,
        channels=channels,
        targets=Targets(stores.operations, answering, clock),
        notes=Notes(stores, clock),
        coaching=coaching_desk,
        coaching_log=CoachingLog(stores, members, clock),
        calibrating=Calibrating(stores, members, coaching_desk, clock),
        follow_ups=FollowUps(stores, clock),
        survey_results=SurveyResults(answering, stores, clock),
        alerts=Alerts(stores.operations, answering, channels, clock),
        homes=Homes(client, members, stores, clock),
        operations=stores.operations,
        stores=stores,
        clock=clock,
        bot_user_id=str(own["user_id"]),
        client=client,
        digests=Digests(stores.operations, clock),
        drafts=Drafts(answering, channels),
        previews=Previews(stores.facts, stores.operations, stores.settings, clock),
        workspace_url=str(own.get("url") or ""),
        surveys=Surveys(stores.operations, stores.settings.survey_texts, clock),
        campaigns=Campaigns(stores, clock),
    )
