"""Backups taken while people click and files are imported: each restores to one moment.

``python -m tests.chaos.backups --seconds 60 --backups 10`` closes with
``backups 10, clicks 3000, imports 40, faults 0``. The bot, the clients and the imports are
processes of their own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import Engine, func, select

from bot.command_socket import find_bot
from bot.playground import serve
from bot.server import SLACK_PATH
from jobs.survey_copying import copy_surveys
from storage.facts.answers import OWN_SOURCE
from storage.facts.store import open_facts
from storage.facts.tables import contacts, surveys
from storage.operations.engine import open_operations, reading
from storage.operations.survey_models import SurveyAnswer
from tests.bot.command_line import Listener
from tests.chaos.fleet import ROOT
from tests.chaos.survey_clients import Orders, Person, Sent
from tests.chaos.surveys import (
    OK,
    STARTING_SECONDS,
    Order,
    Thanks,
    _bot,
    _client,
    _read,
    free_port,
    invite,
)

IMPORTED_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: so many backups, spread over the seconds."""

    seconds: float
    rate: float
    backups: int
    clients: int = 2


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup, and when it was begun, in seconds since 1970."""

    file: Path
    begun_at: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """``faults`` are what a restored backup holds and should not, or the other way round."""

    backups: int
    clicks: int
    imports: int
    answers: tuple[int, ...]
    faults: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"backups {self.backups}, clicks {self.clicks}, imports {self.imports},"
            f" faults {len(self.faults)}"
        )


@dataclass
class Importing:
    """Imports of the same contacts, each time for another team, until told to stop."""

    folder: Path
    file: Path
    done: int = 0
    told: Event = field(default_factory=Event)

    def run(self) -> None:
        while not self.told.is_set():
            rows = (
                f"c{each},chat,2026-02-02T10:00:00Z,team {self.done}\n"
                for each in range(IMPORTED_ROWS)
            )
            self.file.write_text("contact_id,channel,opened_at,team\n" + "".join(rows))
            carekpi(self.folder, "import", "contacts", str(self.file))
            self.done += 1


def carekpi(folder: Path, *argv: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "--data", str(folder), *argv],
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    if ended.returncode:
        raise RuntimeError(ended.stdout + ended.stderr)
    return ended.stdout


def run(trial: Trial) -> Outcome:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="carekpi-chaos-")))
        folder = home / "data"
        operations = open_operations(f"sqlite:///{folder / 'operations.sqlite'}")
        stack.callback(operations.dispose)
        workspace = stack.enter_context(serve(ROOT / "manifest.yml"))
        people = invite(operations, Order(trial.seconds, trial.rate, trial.clients))
        thanks_url = stack.enter_context(Thanks().listening())
        port = free_port()
        environ = {
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_SIGNING_SECRET": workspace.signing_secret,
            "SLACK_API_URL": workspace.api_url,
        }
        bot = stack.enter_context(_bot(folder, home, port, environ))
        bot.wait_until_ready()
        orders = Orders(
            port,
            SLACK_PATH,
            workspace.signing_secret,
            thanks_url,
            trial.rate / trial.clients,
            trial.seconds,
            time.time() + STARTING_SECONDS,
            1,
            [],
        )
        importing = Importing(folder, home / "contacts.csv")
        sent, taken = _under_load(trial, orders, people, importing, home)
        bot.members[0].end()
        return _outcome(home, sent, taken, importing.done)


def _under_load(
    trial: Trial, orders: Orders, people: Sequence[Person], importing: Importing, home: Path
) -> tuple[list[Sent], list[Taken]]:
    results: list[list[Sent]] = [[] for _ in range(trial.clients)]
    threads = [Thread(target=importing.run)]
    for number in range(trial.clients):
        own = list(people[number :: trial.clients])
        client = _client(asdict(orders) | {"people": own, "seed": number})
        threads.append(Thread(target=_read, args=(client, results, number)))
    for thread in threads:
        thread.start()
    taken = []
    for number in range(trial.backups):
        moment = orders.starts_at + (number + 0.5) * trial.seconds / trial.backups
        time.sleep(max(0.0, moment - time.time()))
        file, begun_at = home / f"{number}.tar", time.time()
        _take(importing.folder, file)
        taken.append(Taken(file, begun_at))
    importing.told.set()
    for thread in threads:
        thread.join()
    return [each for result in results for each in result], taken


def _take(folder: Path, file: Path) -> None:
    """By the bot; a command of its own would take so long to start that the clicks are over."""
    bot, listener = find_bot(folder), Listener(folder)
    if bot is None or bot.carry_out(["backup", str(file)], listener):
        raise RuntimeError("\n".join(listener.err))


def _outcome(home: Path, sent: Sequence[Sent], taken: Sequence[Taken], imports: int) -> Outcome:
    faults: list[str] = []
    answers = []
    for number, each in enumerate(taken):
        folder = home / f"restored-{number}"
        carekpi(folder, "restore", str(each.file))
        facts = open_facts(
            f"duckdb:///{folder / 'facts.duckdb'}", memory_limit="300MB", data_folder=folder
        )
        operations = open_operations(f"sqlite:///{folder / 'operations.sqlite'}")
        faults += [f"{each.file.name}: {fault}" for fault in _faults(facts, operations, each, sent)]
        with reading(operations) as session:
            answers.append(session.scalar(select(func.count()).select_from(SurveyAnswer)) or 0)
        facts.dispose()
        operations.dispose()
    return Outcome(len(taken), len(sent), imports, tuple(answers), tuple(faults))


def _faults(facts: Engine, operations: Engine, taken: Taken, sent: Sequence[Sent]) -> Iterator[str]:
    with facts.connect() as connection:
        whole = connection.execute(
            select(contacts.c.team, func.count()).group_by(contacts.c.team)
        ).all()
    if len(whole) > 1 or {count for _, count in whole} - {IMPORTED_ROWS}:
        yield f"an import is there in part: {whole}"
    answers, copied = _answers(operations), _copied(facts)
    for invitation_id, score in copied.items():
        if invitation_id not in answers:
            yield f"the facts have {score} of {invitation_id}, operations have nothing"
    for invitation_id, answer in answers.items():
        if answer.copied_at and copied.get(invitation_id) != answer.score:
            yield f"{invitation_id} is said to be copied and is not"
    yield from _lost(answers, taken, sent)
    copy_surveys(operations, facts, datetime.now(UTC))
    if _copied(facts) != {each: float(answer.score) for each, answer in answers.items()}:
        yield "after the start the facts have other answers than operations"


def _answers(operations: Engine) -> dict[str, SurveyAnswer]:
    with reading(operations) as session:
        rows = session.scalars(select(SurveyAnswer)).all()
        session.expunge_all()
    return {row.invitation_id: row for row in rows}


def _copied(facts: Engine) -> dict[str, float]:
    own = select(surveys.c.survey_id, surveys.c.score).where(
        surveys.c.source == OWN_SOURCE, surveys.c.answered_at.is_not(None)
    )
    with facts.connect() as connection:
        return {row.survey_id: row.score for row in connection.execute(own)}


def _lost(answers: dict[str, SurveyAnswer], taken: Taken, sent: Sequence[Sent]) -> Iterator[str]:
    """What was acknowledged before the backup was begun is in it, or a later click of the same."""
    for each in sent:
        if each.status != OK or float(each.clicked_at) + each.took > taken.begun_at:
            continue
        answer = answers.get(each.invitation_id)
        if answer is None or answer.clicked_at < each.clicked_at:
            yield f"the click of {each.clicked_at} on {each.invitation_id} is lost"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.backups", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=50, help="clicks a second")
    parser.add_argument("--backups", type=int, default=10)
    given = parser.parse_args()
    outcome = run(Trial(given.seconds, given.rate, given.backups))
    print("\n".join(outcome.faults))
    print(f"answers in each: {outcome.answers}")
    print(outcome)
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
