"""``carekpi init``: asks for what is missing, checks each answer, and writes it down."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.command import DONE, Call, Command
from bot.environment import (
    APP_PAGES,
    DEFAULT_API_URL,
    DEFAULT_FOLDER,
    KEYS,
    WHERE,
    admin_problems,
    read_admins,
    shape_problems,
)
from bot.environment_file import FILE_NAME, read_environment_file, with_file, write_environment_file
from bot.questions import Asker, Typed, ask_until_fit, ask_yes_or_no
from bot.workplace import make_private_folder
from storage.errors import UserError

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from bot.checkup.finding import Finding

BOT, APP, SECRET, ADMINS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "CAREKPI_ADMINS",
)
SOCKET_MODE, HTTP = "1", "2"
HOW = "How does Slack reach the bot? 1: Socket Mode, no public address needed; 2: signed HTTP [1]"


def add_arguments(_parser: ArgumentParser) -> None:
    """It asks for everything."""


def run(call: Call) -> int:
    return initialise(call, Typed())


def initialise(call: Call, asker: Asker) -> int:
    """Nothing is written before the last question was answered."""
    setup = _Setup(call, asker)
    setup.ask()
    asker.tell(setup.write())
    return DONE


class _Setup:
    """What is known, and what was answered."""

    def __init__(self, call: Call, asker: Asker) -> None:
        self._asker = asker
        self._is_default, self.folder = _folder(call, asker)
        self._file = read_environment_file(self.folder / FILE_NAME)
        self._outside = _outside(call)
        self._known = with_file(self._outside, self.folder)
        self._answers: dict[str, str] = {}
        self._zone = ""

    def ask(self) -> None:
        self._secret(BOT)
        self._secret(self._other_secret())
        self._ask_zone()
        if KEYS not in self._known:
            self._ask_for_key()
        if ADMINS not in self._known:
            self._ask_for_admins()

    def write(self) -> str:
        """Writes the answers, and returns what to do next."""
        from bot.time_zone import write_zone

        make_private_folder(self.folder)
        path = self.folder / FILE_NAME
        if self._answers:
            write_environment_file(path, self._answers)
        if self._zone:
            write_zone(self.folder, self._zone)
        return "\n".join(self._summary(path))

    def _summary(self, path: Path) -> list[str]:
        names = [*self._answers, *(["the time zone"] if self._zone else [])]
        kept = [name for name in (BOT, APP, SECRET, KEYS, ADMINS) if name in self._kept]
        lines = [f"Written to {path}: {', '.join(self._answers)}."] if self._answers else []
        if self._zone:
            lines.append(f"The time zone {self._zone} is in {self.folder / 'carekpi.toml'}.")
        if kept:
            lines.append(f"Left as it was: {', '.join(kept)}.")
        if KEYS in self._answers:
            lines.append(
                f"Keep a copy of {KEYS} in a safe place, apart from backups: what it seals can't be"
                " read without it."
            )
        typed = "carekpi" if self._is_default else f"carekpi --data {self.folder}"
        lines += ["Nothing was missing."] if not names else []
        return [*lines, f"Next: {typed} doctor"]

    @property
    def _kept(self) -> set[str]:
        return set(self._known) - set(self._answers)

    def _secret(self, name: str) -> None:
        """Asked for until Slack takes it; what is there and good is kept."""
        if wrong := self._wrong_with_known(name):
            self._asker.tell(f"{name} is there already. {wrong}")
            if name not in self._file or name in self._outside:
                self._asker.tell("It comes from the environment, so change it there.")
                return
            if not ask_yes_or_no(self._asker, "Put another one in its place?", otherwise=False):
                return
        elif name in self._known:
            return
        self._asker.tell(f"{WHERE[name]}. {APP_PAGES}")
        self._answers[name] = ask_until_fit(
            self._asker, name, lambda text: self._wrong(name, text), hidden=True
        )

    def _wrong_with_known(self, name: str) -> str:
        return self._wrong(name, self._known[name]) if name in self._known else ""

    def _wrong(self, name: str, value: str) -> str:
        if problems := shape_problems(name, {name: value}):
            return f"{problems[0]}."
        if name == SECRET:
            return ""
        return self._refused(_asked_slack(self._client(value), name, value))

    def _refused(self, found: Finding) -> str:
        """Where Slack can't be reached, an answer of the right shape is taken as it is."""
        from bot.checkup.finding import Mark
        from bot.checkup.slack import SLACK

        if found.mark is not Mark.PROBLEM:
            self._asker.tell(found.lines[0])
            return ""
        if found.about == SLACK:
            self._asker.tell(f"Not checked: Slack {found.words}")
            return ""
        return f"{found.words} {found.next_step}"

    def _other_secret(self) -> str:
        if APP in self._known or SECRET in self._known:
            return APP if APP in self._known else SECRET
        how = ask_until_fit(
            self._asker,
            HOW,
            lambda text: "" if text in {"", SOCKET_MODE, HTTP} else "Answer 1 or 2.",
        )
        return SECRET if how == HTTP else APP

    def _ask_zone(self) -> None:
        from bot.time_zone import is_zone_set, wrong_with_zone

        if not is_zone_set(self.folder):
            self._zone = ask_until_fit(
                self._asker,
                "Time zone in which days and weeks begin, such as Europe/Berlin",
                wrong_with_zone,
            )

    def _ask_for_key(self) -> None:
        from storage.sealing import new_key

        question = "Make a key, which coaching notes are sealed with?"
        if ask_yes_or_no(self._asker, question, otherwise=True):
            self._answers[KEYS] = new_key()

    def _ask_for_admins(self) -> None:
        question = (
            "Admins: e-mail addresses or Slack user ids, with commas between them (Enter: the"
            " workspace's owners and admins)"
        )
        given = ask_until_fit(self._asker, question, self._wrong_with_admins)
        if given:
            self._answers[ADMINS] = ",".join(sorted(read_admins({ADMINS: given})))

    def _wrong_with_admins(self, text: str) -> str:
        from bot.checkup.slack import check_admin

        given = {ADMINS: text}
        if problems := admin_problems(given):
            return f"{problems[0].replace(ADMINS + ' holds', 'There is')}."
        token = self._answers.get(BOT) or self._known.get(BOT, "")
        client = self._client(token)
        wrong = (self._refused(check_admin(client, each)) for each in sorted(read_admins(given)))
        return next(filter(None, wrong), "")

    def _client(self, token: str) -> WebClient:
        from slack_sdk import WebClient

        from bot.checkup.slack import TIMEOUT_SECONDS

        url = self._known.get("SLACK_API_URL") or DEFAULT_API_URL
        return WebClient(token=token, base_url=url.rstrip("/") + "/", timeout=TIMEOUT_SECONDS)


def _asked_slack(client: WebClient, name: str, value: str) -> Finding:
    from bot.checkup.slack import check_app_token, check_bot_token

    return check_bot_token(client)[0] if name == BOT else check_app_token(client, value)


def _folder(call: Call, asker: Asker) -> tuple[bool, Path]:
    """Whether it is the one that commands take by themselves, and which it is."""
    if call.arguments.data or call.environ.get("CAREKPI_DATA"):
        return not call.arguments.data, call.workplace.folder
    answer = asker.ask(f"Data folder [./{DEFAULT_FOLDER}]")
    folder = (call.console.cwd / Path(answer).expanduser()) if answer else call.workplace.folder
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is not a folder.", "Name another one.")
    return folder == call.workplace.folder, folder


def _outside(call: Call) -> Mapping[str, str]:
    """The environment itself, without what the file of the usual folder added to it."""
    added = read_environment_file(call.workplace.folder / FILE_NAME)
    return {name: value for name, value in call.environ.items() if added.get(name) != value}


INIT = Command(
    name="init",
    help="ask for what is missing, and write it down",
    examples=(
        "carekpi init\n"
        "carekpi --data /srv/carekpi init\n"
        "carekpi init < answers.txt     a line for each question\n"
        "\n"
        f"Tokens and keys are written to {FILE_NAME} in the data folder, which only you can read.\n"
        "Commands read it there; what stands in the environment itself goes first."
    ),
    add_arguments=add_arguments,
    run=run,
    uses_data=lambda _arguments: False,
)
