"""The running bot: what it is made of, how it starts, and how it stops."""

from __future__ import annotations

import gc
import logging
import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from threading import Event, Thread
from types import FrameType
from typing import Protocol, TypeVar
from urllib.error import URLError

import numpy as np  # noqa: F401 - answers need it, and the first one shouldn't wait for it
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.app import build_app
from bot.channels import Channels
from bot.command_socket import CommandSocket
from bot.commands.command import CarryOut
from bot.environment import APP_PAGES, WHERE, Secret, SlackEnvironment
from bot.home import showing_homes
from bot.logs import start_logging
from bot.memory import share_arenas
from bot.monitor import Monitor
from bot.rate_limits import RateLimitCount
from bot.server import HttpLink
from bot.serving import HttpServer
from bot.socket_mode import SocketModeLink
from bot.stores import Stores
from bot.version import version
from bot.workplace import Workplace
from jobs.calls import client_for_jobs
from jobs.clockwork import Parts, running_clockwork
from storage.errors import UserError
from storage.monitoring.ledger import Ledger
from storage.monitoring.measures import Measures
from storage.monitoring.standing import TokenStanding

logger = logging.getLogger("carekpi")

FINISH_WITHIN_SECONDS = 20.0
CUT_OFF = 1
CALL_TIMEOUT_SECONDS = 15
STOPPING = (signal.SIGTERM, signal.SIGINT)


class Link(Protocol):
    """A way on which Slack's requests come."""

    def start(self) -> str:
        """Takes requests from now on, and returns how."""

    def stop(self) -> None:
        """Takes no more, and returns when those under way are acknowledged."""

    @property
    def is_connected(self) -> bool:
        """Whether requests can come on it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the bot listens."""

    host: str
    port: int


Result = TypeVar("Result")


class Bot:
    """All that runs in the bot's process. Only for who holds the data folder."""

    def __init__(
        self,
        workplace: Workplace,
        slack: SlackEnvironment,
        address: Address | None,
        carry_out: CarryOut,
        monitor_at: Address | None = None,
    ) -> None:
        self._workplace = workplace
        self._slack = slack
        self._address = address
        self._carry_out = carry_out
        self._monitor_at = monitor_at
        self._link: Link | None = None
        self._token = TokenStanding()
        self._measures = Measures()
        self._measures.name_build(version())
        self._measures.watch(self._is_up)
        self._measures.registry.register(Ledger(lambda: workplace.operations, workplace.clock))
        self._told_to_stop = Event()

    def run(self) -> None:
        """Answers until SIGTERM or SIGINT; then what is under way is finished, within bounds."""
        share_arenas()
        start_logging(self._secrets(), self._measures, as_json=self._slack.logs_as_json)
        before = {number: signal.signal(number, self._stop) for number in STOPPING}
        try:
            with ExitStack() as stack:
                self._start(self._build_app(), stack)
                # It lives as long as the bot: no collection need go through it again.
                gc.freeze()
                self._told_to_stop.wait()
                logger.info("Stopping: what is under way is finished")
                _within_bounds(stack.pop_all().close)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        logger.info("Stopped")

    def _start(self, app: App, stack: ExitStack) -> None:
        """Starts one part after the other; they are stopped the other way round."""
        self._serve_monitor(stack)
        stack.enter_context(running_clockwork(self._parts()))
        if not self._workplace.environment.facts_on_server:
            self._take_commands(stack)
        stack.callback(app.listener_runner.listener_executor.shutdown)
        self._link = link = self._make_link(app)
        how = _asking_slack("SLACK_APP_TOKEN", self._slack.api_url, link.start)
        stack.callback(link.stop)
        logger.info("CareKPI answers in Slack, over %s", how)

    def _parts(self) -> Parts:
        workplace = self._workplace
        slack = client_for_jobs(self._slack.bot_token.reveal(), self._slack.api_url)
        slack.retry_handlers.append(RateLimitCount(self._measures))
        return Parts(
            facts=workplace.facts,
            operations=workplace.operations,
            settings=workplace.settings,
            folder=workplace.folder,
            clock=workplace.clock,
            slack=slack,
            destination_of=Channels(slack, workplace.operations).destination,
            admins=workplace.environment.admins,
            sealer=workplace.sealer,
            measures=self._measures,
            token=self._token,
            show_home=showing_homes(slack, self._stores(), workplace.clock),
        )

    def _stores(self) -> Stores:
        return Stores(
            self._workplace.facts,
            self._workplace.operations,
            self._workplace.settings,
            self._workplace.environment.admins,
            self._workplace.sealer,
            self._measures,
        )

    def _take_commands(self, stack: ExitStack) -> None:
        """Commands can't open a file of facts that the bot has open; the bot does it for them."""
        commands = CommandSocket(
            self._workplace.folder,
            lambda argv, console: self._carry_out(argv, console, self._workplace),
        )
        commands.start()
        stack.callback(commands.stop)

    def _build_app(self) -> App:
        client = WebClient(
            token=self._slack.bot_token.reveal(),
            base_url=self._slack.api_url,
            timeout=CALL_TIMEOUT_SECONDS,
        )
        secret = self._slack.signing_secret
        return _asking_slack(
            "SLACK_BOT_TOKEN",
            self._slack.api_url,
            lambda: build_app(
                client,
                self._stores(),
                self._workplace.clock,
                signing_secret=secret.reveal() if secret else None,
            ),
        )

    def _serve_monitor(self, stack: ExitStack) -> None:
        """At an address of its own, before all else: what starts slowly is seen to be not ready."""
        if at := self._monitor_at:
            face = self._monitor(tells_measures=True).face()
            server = HttpServer(face, at.host, at.port, "--metrics-host and --metrics-port")
            logger.info("Health and measures are told at %s", server.start())
            stack.callback(server.stop)

    def _monitor(self, *, tells_measures: bool) -> Monitor:
        return Monitor(self._is_up, self._measures, tells_measures)

    def _make_link(self, app: App) -> Link:
        if self._address:
            monitor = self._monitor(tells_measures=self._monitor_at is None)
            return HttpLink(app, self._address.host, self._address.port, monitor)
        if self._slack.app_token is None:
            raise ValueError("Socket Mode needs the app token, which was checked before")
        return SocketModeLink(app, self._slack.app_token.reveal())

    def _is_up(self) -> dict[str, bool]:
        """By our own words for it, whether each part is there that answers depend on."""
        return {
            "bot": self._link is not None and not self._told_to_stop.is_set(),
            "facts": _answers(self._workplace.facts),
            "operations": _answers(self._workplace.operations),
            "token": self._token.is_accepted,
            "slack": self._link is not None and self._link.is_connected,
        }

    def _secrets(self) -> list[Secret]:
        slack, data = self._slack, self._workplace.environment
        given = [slack.bot_token, slack.app_token, slack.signing_secret]
        return [secret for secret in given if secret] + [
            data.facts_url,
            data.operations_url,
            *data.keys,
        ]

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        """Whoever says it twice means now: transactions under way are rolled back when reopened."""
        if self._told_to_stop.is_set():
            os._exit(CUT_OFF)
        self._told_to_stop.set()


def _answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            return bool(connection.scalar(text("SELECT 1")) == 1)
    except (SQLAlchemyError, UserError):
        return False


def _within_bounds(finish: Callable[[], object]) -> None:
    """Finishes, or ends the process where that takes too long; nothing is left half written."""
    finishing = Thread(target=finish, name="finishing", daemon=True)
    finishing.start()
    finishing.join(FINISH_WITHIN_SECONDS)
    if finishing.is_alive():
        logger.warning("Not all was finished within %s seconds", FINISH_WITHIN_SECONDS)
        os._exit(CUT_OFF)


def _asking_slack(token: str, api_url: str, ask: Callable[[], Result]) -> Result:
    """Does what needs Slack; that it can't be reached or refuses the token is a sentence."""
    try:
        return ask()
    except SlackApiError as error:
        reason = error.response.get("error", "no reason given")
        if error.response.status_code != HTTPStatus.OK:
            raise UserError(
                f"Slack is out of order ({reason}).", "Start CareKPI again in a moment."
            ) from error
        raise UserError(
            f"Slack does not accept {token}: {reason}.", f"{WHERE[token]}. {APP_PAGES}"
        ) from error
    except (URLError, SlackClientError, OSError) as error:
        raise UserError(
            f"Slack can't be reached at {api_url}.", "Check the network and SLACK_API_URL."
        ) from error
