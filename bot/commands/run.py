"""``carekpi run``: the bot itself, until it is told to stop."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Mapping

from bot.command_socket import find_bot
from bot.commands.command import DONE, Call, Command
from bot.environment import SlackEnvironment, read_slack_environment
from bot.workplace import Workplace, at_work
from storage.errors import SettingsError, UserError

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 3000
LARGEST_PORT = 65_535


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--http", action="store_true", help="take signed HTTP requests, not Socket Mode"
    )
    parser.add_argument("--port", type=_port, help=f"for --http (else {DEFAULT_PORT})")
    parser.add_argument(
        "--host", help=f"for --http (else {DEFAULT_HOST}); 0.0.0.0 is every network address"
    )
    parser.add_argument(
        "--metrics-port",
        type=_port,
        help="tell /healthz, /readyz and /metrics there; else beside Slack's path with --http",
    )
    parser.add_argument("--metrics-host", help=f"for --metrics-port (else {DEFAULT_HOST})")


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= LARGEST_PORT:
        return int(text)
    raise UserError(f'"{text}" is no port.', f"A port is a number up to {LARGEST_PORT}.")


def run(call: Call) -> int:
    given = call.arguments
    if not given.http and (given.port is not None or given.host):
        raise UserError("--port and --host are for --http.", "Add --http, or leave them out.")
    if given.metrics_host and given.metrics_port is None:
        raise UserError("--metrics-host is for --metrics-port.", "Add it, or leave both out.")
    slack = _checked(call.environ, call.workplace, over_http=given.http)
    with at_work(call.workplace.environment, find_bot) as other:
        if other:
            other.close()
            raise UserError(
                f"A bot already runs on the data folder {call.workplace.folder}.",
                "Stop it first, or choose another folder with --data.",
            )
        _be_the_bot(call, slack)
    return DONE


def _be_the_bot(call: Call, slack: SlackEnvironment) -> None:
    from bot.running import Address, Bot

    given = call.arguments
    port = DEFAULT_PORT if given.port is None else given.port
    address = Address(given.host or DEFAULT_HOST, port) if given.http else None
    is_watched = given.metrics_port is not None
    monitor_at = Address(given.metrics_host or DEFAULT_HOST, given.metrics_port)
    Bot(call.workplace, slack, address, call.carry_out, monitor_at if is_watched else None).run()


def _checked(
    environ: Mapping[str, str], workplace: Workplace, *, over_http: bool
) -> SlackEnvironment:
    """The addresses and secrets; what is wrong with them and with the settings is told at once."""
    found: list[SlackEnvironment] = []
    checks: list[Callable[[], object]] = [
        lambda: found.append(read_slack_environment(environ, over_http=over_http)),
        lambda: workplace.settings,
    ]
    problems: list[str] = []
    for check in checks:
        try:
            check()
        except SettingsError as error:
            problems.append(str(error))
    if problems:
        raise SettingsError("\n\n".join(problems))
    return found[0]


RUN = Command(
    name="run",
    help="answer in Slack, until stopped",
    examples=(
        "carekpi run                                  over Socket Mode, no public address needed\n"
        "carekpi run --http --host 0.0.0.0 --port 3000\n"
        "carekpi run --metrics-port 9464              /healthz, /readyz, /metrics on loopback\n"
        "\n"
        "environment, or carekpi.env in the data folder, which carekpi init writes:\n"
        "  SLACK_BOT_TOKEN         always\n"
        "  SLACK_APP_TOKEN         for Socket Mode\n"
        "  SLACK_SIGNING_SECRET    for --http; Slack's request address ends with /slack/events\n"
        "  SLACK_API_URL           another server that speaks as Slack does\n"
        "  CAREKPI_LOG_FORMAT      json: each line of the log a JSON object; else text\n"
        "  CAREKPI_ADMINS          Slack user ids or e-mail addresses of further admins\n"
        "  CAREKPI_FACTS_URL       a server in the place of a file: postgresql://USER:PASSWORD@HOST/DB,\n"
        "                          or clickhousedb://USER:PASSWORD@HOST/DB\n"
        "  CAREKPI_OPERATIONS_URL  PostgreSQL for roles and the history of imports"
    ),
    add_arguments=add_arguments,
    run=run,
    uses_data=lambda _arguments: False,
)
