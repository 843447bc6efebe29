"""What the environment must hold, and what is said where it does not."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest

from bot.environment import (
    Secret,
    person,
    read_data_environment,
    read_slack_environment,
)
from storage.errors import SettingsError

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1-bot",
    "SLACK_APP_TOKEN": "xapp-1-app",
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
}


def complaint(environ: dict[str, str], *, over_http: bool) -> str:
    with pytest.raises(SettingsError) as raised:
        read_slack_environment(environ, over_http=over_http)
    return str(raised.value)


def test_environment_missing_settings_are_told_together_for_socket_mode() -> None:
    assert complaint({"CAREKPI_ADMINS": "ann"}, over_http=False) == (
        "CareKPI can't start yet.\n"
        "  SLACK_BOT_TOKEN is missing. It is the Bot User OAuth Token on the page OAuth &"
        " Permissions.\n"
        "  SLACK_APP_TOKEN is missing. Make one with the scope connections:write under App-Level"
        " Tokens on the page Basic Information.\n"
        '  CAREKPI_ADMINS holds "ann", which is no Slack user id (U…) and no e-mail address.\n'
        "Your app's pages are at https://api.slack.com/apps."
    )


def test_environment_swapped_and_malformed_settings_are_told_without_their_values() -> None:
    told = complaint(
        {
            "SLACK_BOT_TOKEN": "xapp-1-hidden",
            "SLACK_SIGNING_SECRET": "xoxb-1-hidden",
            "SLACK_API_URL": "slack.com/hidden",
        },
        over_http=True,
    )
    assert told == (
        "CareKPI can't start yet.\n"
        "  SLACK_BOT_TOKEN must start with xoxb-, which this one does not. It is the Bot User"
        " OAuth Token on the page OAuth & Permissions.\n"
        "  SLACK_SIGNING_SECRET does not look like one. It is under App Credentials on the page"
        " Basic Information.\n"
        "  SLACK_API_URL must start with https:// or http://; leave it out for Slack.\n"
        "Your app's pages are at https://api.slack.com/apps."
    )


def test_environment_each_way_asks_only_for_what_it_needs() -> None:
    over_socket = read_slack_environment(
        {name: GOOD[name] for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")}, over_http=False
    )
    over_http = read_slack_environment(
        {name: GOOD[name] for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")}, over_http=True
    )
    assert over_socket.app_token == Secret("xapp-1-app")
    assert over_socket.signing_secret is None
    assert over_http.app_token is None
    assert over_http.signing_secret == Secret(GOOD["SLACK_SIGNING_SECRET"])
    assert over_http.api_url == "https://slack.com/api/"


@pytest.mark.parametrize(("value", "as_json"), [("", False), ("text", False), ("json", True)])
def test_environment_says_how_the_log_is_written(value: str, *, as_json: bool) -> None:
    read = read_slack_environment({**GOOD, "CAREKPI_LOG_FORMAT": value}, over_http=False)
    assert read.logs_as_json is as_json


def test_environment_unknown_form_of_the_log_is_refused() -> None:
    assert complaint({**GOOD, "CAREKPI_LOG_FORMAT": "xml"}, over_http=False) == (
        "CareKPI can't start yet.\n"
        "  CAREKPI_LOG_FORMAT is one of text and json; without it, text.\n"
        "Your app's pages are at https://api.slack.com/apps."
    )


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/api", "http://127.0.0.1:8080/api/"])
def test_environment_api_url_ends_with_a_slash(url: str) -> None:
    read = read_slack_environment({**GOOD, "SLACK_API_URL": url}, over_http=False)
    assert read.api_url == "http://127.0.0.1:8080/api/"


def test_environment_secrets_show_in_no_text() -> None:
    read = read_slack_environment(GOOD, over_http=False)
    data = read_data_environment({"CAREKPI_OPERATIONS_URL": "postgresql://ann:pass@db/x"}, None)
    shown = f"{read} {read!r} {data} {[read.bot_token]} {read.bot_token:}"
    assert [value for value in (*GOOD.values(), "pass@db") if value in shown] == []
    assert read.bot_token.reveal() == "xoxb-1-bot"


def test_secret_is_not_written_anywhere() -> None:
    with pytest.raises(TypeError, match="a secret is not written anywhere"):
        pickle.dumps(Secret("x"))
    with pytest.raises(TypeError, match="a secret is not written anywhere"):
        copy.deepcopy(Secret("x"))


def test_environment_folder_of_the_command_line_goes_first(tmp_path: Path) -> None:
    environ = {"CAREKPI_DATA": "/elsewhere", "CAREKPI_ADMINS": "U0ANN, Bob@Example.com W0CEM"}
    read = read_data_environment(environ, tmp_path)
    assert read.folder == tmp_path
    assert read.facts_url.reveal() == f"duckdb:///{tmp_path}/facts.duckdb"
    assert read.operations_url.reveal() == f"sqlite:///{tmp_path}/operations.sqlite"
    assert read.admins == {"U0ANN", "bob@example.com", "W0CEM"}
    assert read_data_environment(environ, None).folder == Path("/elsewhere")
    assert read_data_environment({}, None).folder == Path.cwd() / "data"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("U0ANN", "U0ANN"),
        ("Ann@Example.com", "ann@example.com"),
        ("u0ann", None),
        ("ann", None),
        ("@ann", None),
        ("", None),
        ("a@b, c@d", None),
    ],
)
def test_person_is_a_user_id_or_an_address(text: str, expected: str | None) -> None:
    assert person(text) == expected
