"""``carekpi init``: what it asks, what it refuses, and what it writes down."""

from __future__ import annotations

import stat
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.cli import carry_out
from bot.commands.command import Call
from bot.commands.init import initialise
from bot.environment import read_data_environment
from bot.environment_file import read_environment_file, with_file
from bot.playground import Workspace, serve
from bot.workplace import Workplace
from storage.sealing import Sealer
from tests.bot.command_line import NOW, Listener
from tests.storage.facts.conftest import ROOT

APP_QUESTION = (
    "How does Slack reach the bot? 1: Socket Mode, no public address needed; 2: signed HTTP [1]"
)
ZONE_QUESTION = "Time zone in which days and weeks begin, such as Europe/Berlin"
KEY_QUESTION = "Make a key, which coaching notes are sealed with? [Y/n]"
ADMIN_QUESTION = (
    "Admins: e-mail addresses or Slack user ids, with commas between them (Enter: the workspace's"
    " owners and admins)"
)


@dataclass
class Person:
    """Somebody who answers one question after the other."""

    answers: list[str]
    asked: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def ask(self, question: str, *, hidden: bool = False) -> str:
        self.asked.append(question)
        if hidden:
            self.hidden.append(question)
        return self.answers.pop(0)

    def tell(self, text: str) -> None:
        self.told.append(text)


@pytest.fixture(scope="module")
def slack() -> Iterator[Workspace]:
    with serve(ROOT / "manifest.yml", lambda: NOW) as running:
        running.add_person("ann", email="ann@example.com")
        yield running


def initialised(folder: Path, person: Person, environ: Mapping[str, str]) -> Path:
    """What a person who answers so gets; returns the environment file."""
    place = Workplace(read_data_environment(environ, folder), lambda: NOW)
    merged = with_file(environ, folder)
    arguments = Namespace(data=folder)
    assert initialise(Call(arguments, Listener(folder), place, merged, carry_out), person) == 0
    return folder / "carekpi.env"


def test_everything_missing_is_asked_for_checked_and_written(
    tmp_path: Path, slack: Workspace
) -> None:
    person = Person([slack.bot_token, "", slack.app_token, "Europe/Berlin", "", "ann@example.com"])
    folder = tmp_path / "data"
    path = initialised(folder, person, {"SLACK_API_URL": slack.api_url})
    written = read_environment_file(path)
    key = written.pop("CAREKPI_KEYS")
    assert written == {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "CAREKPI_ADMINS": "ann@example.com",
    }
    assert Sealer([key]).has_key
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (
        0o600,
        0o700,
    )
    assert (folder / "carekpi.toml").read_text() == 'timezone = "Europe/Berlin"\n'
    assert person.asked == [
        "SLACK_BOT_TOKEN",
        APP_QUESTION,
        "SLACK_APP_TOKEN",
        ZONE_QUESTION,
        KEY_QUESTION,
        ADMIN_QUESTION,
    ]
    assert person.hidden == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert person.told[-1].splitlines() == [
        f"Written to {path}: SLACK_BOT_TOKEN, SLACK_APP_TOKEN, CAREKPI_KEYS, CAREKPI_ADMINS.",
        f"The time zone Europe/Berlin is in {folder}/carekpi.toml.",
        (
            "Keep a copy of CAREKPI_KEYS in a safe place, apart from backups: what it seals can't"
            " be read without it."
        ),
        f"Next: carekpi --data {folder} doctor",
    ]
    assert [told for told in person.told if slack.bot_token in told or key in told] == []


def test_answers_that_are_wrong_are_refused_at_once(tmp_path: Path, slack: Workspace) -> None:
    person = Person(
        [
            "xapp-1-mistaken",
            "xoxb-unknown",
            slack.bot_token,
            "3",
            "2",
            "xoxb-mistaken",
            "8f742231b10e8888abcd99yyyzzz85a5",
            "Berlin",
            "Europe/Berlin",
            "perhaps",
            "n",
            "ann",
            "bob@example.com",
            "",
        ]
    )
    path = initialised(tmp_path, person, {"SLACK_API_URL": slack.api_url})
    assert set(read_environment_file(path)) == {"SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"}
    refusals = [told.partition(". ")[0] for told in person.told[:-1]]
    assert refusals == [
        "It is the Bot User OAuth Token on the page OAuth & Permissions",
        "SLACK_BOT_TOKEN must start with xoxb-, which this one does not",
        "Slack does not accept it: invalid_auth",
        f"✓ SLACK_BOT_TOKEN: is {slack.bot.name}'s, in the workspace {slack.team.name}.",
        "Answer 1 or 2.",
        "It is under App Credentials on the page Basic Information",
        "SLACK_SIGNING_SECRET does not look like one",
        'I don\'t know a time zone "Berlin"',
        "Answer y or n.",
        'There is "ann", which is no Slack user id (U…) and no e-mail address.',
        "bob@example.com is nobody in the workspace",
    ]


def test_what_is_there_is_kept_and_nothing_is_asked_twice(tmp_path: Path, slack: Workspace) -> None:
    (tmp_path / "carekpi.toml").write_text('timezone = "UTC"\n')
    text = (
        "# the bot of the care team\n"
        f"SLACK_BOT_TOKEN={slack.bot_token}\nSLACK_APP_TOKEN='{slack.app_token}'\n"
        "CAREKPI_ADMINS=ann@example.com\nOWN_SETTING=1\n"
    )
    (tmp_path / "carekpi.env").write_text(text)
    person = Person(["n"])
    path = initialised(tmp_path, person, {"SLACK_API_URL": slack.api_url})
    assert (path.read_text(), person.asked) == (text, [KEY_QUESTION])
    assert person.told[-1].splitlines() == [
        "Left as it was: SLACK_BOT_TOKEN, SLACK_APP_TOKEN, CAREKPI_ADMINS.",
        "Nothing was missing.",
        f"Next: carekpi --data {tmp_path} doctor",
    ]


@pytest.mark.parametrize(("answer", "is_replaced"), [("", False), ("y", True)])
def test_token_that_slack_refuses_is_replaced_only_when_asked(
    tmp_path: Path, slack: Workspace, answer: str, is_replaced: bool
) -> None:
    (tmp_path / "carekpi.toml").write_text('timezone = "UTC"\nsmall_sample = 20\n')
    (tmp_path / "carekpi.env").write_text(
        f"# mine\nSLACK_BOT_TOKEN=xoxb-expired\nSLACK_APP_TOKEN={slack.app_token}\n"
    )
    answers = [answer, *([slack.bot_token] if is_replaced else []), "n", ""]
    path = initialised(tmp_path, Person(answers), {"SLACK_API_URL": slack.api_url})
    token = slack.bot_token if is_replaced else "xoxb-expired"
    assert read_environment_file(path)["SLACK_BOT_TOKEN"] == token
    assert path.read_text().startswith("# mine\n")


def test_token_of_the_environment_is_not_written_down(tmp_path: Path, slack: Workspace) -> None:
    environ = {"SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": "xoxb-expired"}
    person = Person(["1", slack.app_token, "UTC", "n", "", ""])
    path = initialised(tmp_path, person, environ)
    assert set(read_environment_file(path)) == {"SLACK_APP_TOKEN"}
    assert "It comes from the environment, so change it there." in person.told


def test_slack_that_is_away_keeps_nobody_from_going_on(tmp_path: Path) -> None:
    person = Person(["xoxb-1", "1", "xapp-1", "UTC", "n", "U0ANN"])
    path = initialised(tmp_path, person, {"SLACK_API_URL": "http://127.0.0.1:9/api/"})
    assert read_environment_file(path) == {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "CAREKPI_ADMINS": "U0ANN",
    }
    away = "Not checked: Slack can't be reached at http://127.0.0.1:9/api/."
    assert person.told.count(away) == 3


def test_time_zone_goes_above_what_the_settings_hold(tmp_path: Path) -> None:
    (tmp_path / "carekpi.toml").write_text("small_sample = 20\n\n[small_samples]\n")
    person = Person(["xoxb-1", "1", "xapp-1", "Asia/Tokyo", "n", ""])
    initialised(tmp_path, person, {"SLACK_API_URL": "http://127.0.0.1:9/api/"})
    assert (tmp_path / "carekpi.toml").read_text() == (
        'timezone = "Asia/Tokyo"\nsmall_sample = 20\n\n[small_samples]\n'
    )


def typed(folder: Path, answers: str, api_url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "init"],
        input=answers,
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT), "SLACK_API_URL": api_url},
    )


def test_pipe_that_ends_early_is_a_sentence_and_writes_nothing(
    tmp_path: Path, slack: Workspace
) -> None:
    ended = typed(tmp_path, f"care\n{slack.bot_token}\n", slack.api_url)
    assert (ended.returncode, list(tmp_path.iterdir())) == (2, [])
    assert ended.stderr == (
        f'The input ended at "{APP_QUESTION}", so nothing was written. Give an answer for each'
        " question, a line each.\n"
    )
    assert slack.bot_token not in ended.stdout


def test_pipe_with_an_answer_for_each_question_sets_everything_up(
    tmp_path: Path, slack: Workspace
) -> None:
    lines = ["", slack.bot_token, "1", slack.app_token, "Europe/Berlin", "n", ""]
    ended = typed(tmp_path, "".join(f"{line}\n" for line in lines), slack.api_url)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith("Next: carekpi doctor\n")
    assert set(read_environment_file(tmp_path / "data" / "carekpi.env")) == {
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
    }
