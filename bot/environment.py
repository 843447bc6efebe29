"""Addresses and secrets, from the environment; checked all together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from storage.addresses import is_server
from storage.errors import SettingsError

KEYS = "CAREKPI_KEYS"
LOG_FORMAT = "CAREKPI_LOG_FORMAT"
LOG_FORMATS = ("text", "json")
DEFAULT_FOLDER = "data"
SLACK_USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")
EMAIL_ADDRESS = re.compile(r"[^@\s,<>]+@[^@\s,<>]+")
DEFAULT_API_URL = "https://slack.com/api/"

WHERE = {
    "SLACK_BOT_TOKEN": "It is the Bot User OAuth Token on the page OAuth & Permissions",
    "SLACK_APP_TOKEN": (
        "Make one with the scope connections:write under App-Level Tokens on the page Basic"
        " Information"
    ),
    "SLACK_SIGNING_SECRET": "It is under App Credentials on the page Basic Information",
}
PREFIXES = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}
APP_PAGES = "Your app's pages are at https://api.slack.com/apps."


class Secret:
    """A value that no log, traceback or print shows; ``reveal`` gives it to who needs it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


@dataclass(frozen=True, slots=True)
class DataEnvironment:
    """Where the data lies, and the keys that confidential text is sealed with, newest first.

    The addresses of databases may hold a password.
    """

    folder: Path
    facts_url: Secret
    operations_url: Secret
    admins: frozenset[str]
    keys: tuple[Secret, ...] = ()

    @property
    def facts_on_server(self) -> bool:
        """A file of facts is for one process alone, a server is not."""
        return is_server(self.facts_url.reveal())

    @property
    def is_shared(self) -> bool:
        """Whether other processes may be at work on the same data."""
        return self.facts_on_server or is_server(self.operations_url.reveal())


@dataclass(frozen=True, slots=True)
class SlackEnvironment:
    """How Slack is reached: by Socket Mode with an app token, or over HTTP, signed."""

    bot_token: Secret
    app_token: Secret | None
    signing_secret: Secret | None
    api_url: str
    logs_as_json: bool = False


def find_data_folder(environ: Mapping[str, str], folder: Path | None) -> Path:
    """The data folder; ``folder`` is what the command line says, and goes first."""
    return (folder or Path(environ.get("CAREKPI_DATA") or DEFAULT_FOLDER)).absolute()


def read_data_environment(environ: Mapping[str, str], folder: Path | None) -> DataEnvironment:
    """Where the data lies; ``folder`` as for ``find_data_folder``."""
    place = find_data_folder(environ, folder)
    return DataEnvironment(
        folder=place,
        facts_url=_database(environ, "CAREKPI_FACTS_URL", "duckdb", place / "facts.duckdb"),
        operations_url=_database(
            environ, "CAREKPI_OPERATIONS_URL", "sqlite", place / "operations.sqlite"
        ),
        admins=_admins(environ)[0],
        keys=tuple(map(Secret, read_keys(environ.get(KEYS, "")))),
    )


def read_slack_environment(environ: Mapping[str, str], *, over_http: bool) -> SlackEnvironment:
    """What is needed to reach Slack in that way.

    Raises:
        SettingsError: all problems together, those of ``CAREKPI_ADMINS`` too.
    """
    _refuse(slack_problems(environ, over_http=over_http) + _admins(environ)[1])
    api_url = environ.get("SLACK_API_URL") or DEFAULT_API_URL
    return SlackEnvironment(
        bot_token=Secret(environ["SLACK_BOT_TOKEN"].strip()),
        app_token=None if over_http else Secret(environ["SLACK_APP_TOKEN"].strip()),
        signing_secret=Secret(environ["SLACK_SIGNING_SECRET"].strip()) if over_http else None,
        api_url=api_url.rstrip("/") + "/",
        logs_as_json=environ.get(LOG_FORMAT) == "json",
    )


def slack_problems(environ: Mapping[str, str], *, over_http: bool) -> list[str]:
    """What is missing or malformed of what Slack is reached with; shows no value."""
    second = "SLACK_SIGNING_SECRET" if over_http else "SLACK_APP_TOKEN"
    problems = [*shape_problems("SLACK_BOT_TOKEN", environ), *shape_problems(second, environ)]
    api_url = environ.get("SLACK_API_URL") or DEFAULT_API_URL
    if not re.fullmatch(r"https?://[^\s/]+\S*", api_url):
        problems.append("SLACK_API_URL must start with https:// or http://; leave it out for Slack")
    if environ.get(LOG_FORMAT, "") not in ("", *LOG_FORMATS):
        problems.append(f"{LOG_FORMAT} is one of {' and '.join(LOG_FORMATS)}; without it, text")
    return problems


def shape_problems(name: str, environ: Mapping[str, str]) -> list[str]:
    """What is wrong with one of the secrets that Slack gives, as far as can be seen."""
    if name == "SLACK_SIGNING_SECRET":
        return _signing_secret_problems(environ)
    return _token_problems(environ, name, PREFIXES[name])


def read_admins(environ: Mapping[str, str]) -> frozenset[str]:
    """Slack user ids, and e-mail addresses in lower case."""
    return _admins(environ)[0]


def admin_problems(environ: Mapping[str, str]) -> list[str]:
    """What ``CAREKPI_ADMINS`` holds that names nobody."""
    return _admins(environ)[1]


def _database(environ: Mapping[str, str], name: str, dialect: str, default: Path) -> Secret:
    return Secret(environ.get(name) or f"{dialect}:///{default}")


def _token_problems(environ: Mapping[str, str], name: str, prefix: str) -> list[str]:
    value, where = environ.get(name, "").strip(), WHERE[name]
    if not value:
        return [f"{name} is missing. {where}"]
    if not value.startswith(prefix) or len(value) == len(prefix) or re.search(r"\s", value):
        return [f"{name} must start with {prefix}, which this one does not. {where}"]
    return []


def _signing_secret_problems(environ: Mapping[str, str]) -> list[str]:
    name = "SLACK_SIGNING_SECRET"
    value, where = environ.get(name, "").strip(), WHERE[name]
    if not value:
        return [f"{name} is missing. {where}"]
    if re.search(r"\s", value) or value.startswith(("xox", "xapp-")):
        return [f"{name} does not look like one. {where}"]
    return []


def read_keys(text: str) -> list[str]:
    """Keys divided by commas or blanks."""
    return text.replace(",", " ").split()


def _admins(environ: Mapping[str, str]) -> tuple[frozenset[str], list[str]]:
    """Slack user ids and e-mail addresses, the latter in lower case; and what is neither."""
    given = [part for part in re.split(r"[,\s]+", environ.get("CAREKPI_ADMINS", "")) if part]
    people = {part: person(part) for part in given}
    problems = [
        f'CAREKPI_ADMINS holds "{part}", which is no Slack user id (U…) and no e-mail address'
        for part, known in people.items()
        if known is None
    ]
    return frozenset(known for known in people.values() if known), problems


def person(text: str) -> str | None:
    """A Slack user id, or an e-mail address in lower case; None for anything else."""
    if SLACK_USER_ID.fullmatch(text):
        return text
    return text.lower() if EMAIL_ADDRESS.fullmatch(text) else None


def _refuse(problems: list[str]) -> None:
    if problems:
        listed = "".join(f"\n  {problem}." for problem in problems)
        raise SettingsError(f"CareKPI can't start yet.{listed}\n{APP_PAGES}")
