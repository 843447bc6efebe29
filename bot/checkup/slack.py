"""What Slack says of the app's tokens, rights and admins, and of this machine's clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.checkup.finding import Finding, fine, note, problem
from bot.environment import (
    APP_PAGES,
    DEFAULT_API_URL,
    WHERE,
    admin_problems,
    read_admins,
    shape_problems,
    slack_problems,
)
from bot.manifest import wanted_scopes
from storage.periods import Clock

TIMEOUT_SECONDS = 10
LARGEST_SKEW = timedelta(seconds=60)
"""Slack's requests are refused at five minutes; some time before that is worth knowing."""
SLACK = "Slack"
BOT, APP, SECRET = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"
UNREACHABLE = (URLError, SlackClientError, OSError)
MANIFEST = (
    "On your app's page App Manifest, paste manifest.yml and save; then install the app to your"
    " workspace again."
)


def check_slack(environ: Mapping[str, str], clock: Clock, *, over_http: bool) -> Iterator[Finding]:
    """Everything that Slack can be asked; without a usable bot token only what is left."""
    api_url = environ.get("SLACK_API_URL") or DEFAULT_API_URL
    for each in slack_problems(environ, over_http=over_http):
        sentence, _, next_step = each.partition(". ")
        yield problem(SLACK, f"{sentence}.", f"{next_step or APP_PAGES}.".replace("..", "."))
    client = WebClient(base_url=api_url.rstrip("/") + "/", timeout=TIMEOUT_SECONDS)
    if not shape_problems(BOT, environ):
        client.token = environ[BOT].strip()
        yield from _check_bot(client, environ, clock)
    if over_http and not shape_problems(SECRET, environ):
        yield note(SECRET, "looks like one; Slack's first request shows if it is the app's.")
    if not over_http and not shape_problems(APP, environ):
        yield check_app_token(client, environ[APP].strip())


def check_bot_token(client: WebClient) -> tuple[Finding, SlackResponse | None]:
    """Whether Slack takes the client's token, and its answer if it does."""
    try:
        own = client.auth_test()
    except SlackApiError as error:
        return _refused(BOT, error), None
    except UNREACHABLE:
        return _unreachable(client), None
    if not own.get("bot_id"):
        return problem(BOT, "belongs to a person, not to the bot.", f"{WHERE[BOT]}."), None
    return fine(BOT, f"is {own.get('user')}'s, in the workspace {own.get('team')}."), own


def check_app_token(client: WebClient, token: str) -> Finding:
    """Whether a connection may be opened; none is."""
    try:
        client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        return _refused(APP, error)
    except UNREACHABLE:
        return _unreachable(client)
    return fine(APP, "may open connections for Socket Mode.")


def check_admin(client: WebClient, person: str) -> Finding:
    """Whether Slack knows an admin by user id or e-mail address, as a full member."""
    try:
        answer = (
            client.users_lookupByEmail(email=person)
            if "@" in person
            else client.users_info(user=person)
        )
    except SlackApiError as error:
        reason = str(error.response.get("error"))
        known = {"users_not_found": "nobody in the workspace", "user_not_found": "nobody there"}
        words = f"{person} is {known[reason]}." if reason in known else f"{person}: {reason}."
        return problem("CAREKPI_ADMINS", words, "Write the user id, or the address as in Slack.")
    except UNREACHABLE:
        return _unreachable(client)
    user = answer["user"]
    if user.get("deleted") or user.get("is_bot") or user.get("is_restricted"):
        words = f"{person} is deactivated, a guest or an app."
        return problem("CAREKPI_ADMINS", words, "Name a full member of the workspace.")
    return fine("CAREKPI_ADMINS", f"{person} is {user.get('real_name') or user.get('name')}.")


def _check_bot(client: WebClient, environ: Mapping[str, str], clock: Clock) -> Iterator[Finding]:
    token, own = check_bot_token(client)
    yield token
    if own is None:
        return
    headers = {str(name).lower(): str(value) for name, value in own.headers.items()}
    yield _scopes(headers)
    yield note(
        "Commands and events",
        "what the app's own manifest says can't be read with these tokens.",
        "After an update, compare the page App Manifest with manifest.yml.",
    )
    yield _clock(headers, clock)
    for each in admin_problems(environ):
        yield problem("CAREKPI_ADMINS", f"{each.removeprefix('CAREKPI_ADMINS ')}.", "Mend it.")
    for person in sorted(read_admins(environ)):
        yield check_admin(client, person)


def _scopes(headers: Mapping[str, str]) -> Finding:
    granted = {each.strip() for each in headers.get("x-oauth-scopes", "").split(",")} - {""}
    if not granted:
        return note("Rights", "Slack did not say which were granted.")
    wanted = wanted_scopes()
    if missing := sorted(wanted - granted):
        return problem("Rights", f"not granted: {', '.join(missing)}.", MANIFEST)
    more = sorted(granted - wanted)
    beyond = f"; not needed: {', '.join(more)}" if more else ""
    return fine("Rights", f"all {len(wanted)} of manifest.yml are granted{beyond}.")


def _clock(headers: Mapping[str, str], clock: Clock) -> Finding:
    try:
        told = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return note("Clock", "Slack did not say what time it has.")
    skew = clock() - told
    seconds = round(abs(skew.total_seconds()))
    if abs(skew) <= LARGEST_SKEW:
        return fine("Clock", "as Slack's.")
    side = "ahead of" if skew > timedelta() else "behind"
    words = f"{seconds:,} seconds {side} Slack's."
    return problem("Clock", words, "Have it set by NTP, such as with timedatectl set-ntp true.")


def _refused(name: str, error: SlackApiError) -> Finding:
    reason = error.response.get("error", "no reason given")
    return problem(name, f"Slack does not accept it: {reason}.", f"{WHERE[name]}. {APP_PAGES}")


def _unreachable(client: WebClient) -> Finding:
    words = f"can't be reached at {client.base_url}."
    return problem(SLACK, words, "Check the network, a proxy, and SLACK_API_URL.")
