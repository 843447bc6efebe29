"""How many clicks and answers a second three bots take behind a balancer, against one.

``python -m tests.benchmarks.replicas``: PostgreSQL for both databases, the pretend workspace, the
balancer and the people are on the same machine, and take their share of it. One bot and three are
measured in turns, each time on new tables of operations, and the medians of all rounds are told.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from sqlalchemy import Engine

from bot.playground import Workspace, serve
from bot.server import SLACK_PATH
from storage.facts.loading import LoadOrder, load_file
from storage.facts.store import open_facts
from storage.operations import members
from storage.operations.audit import By
from storage.operations.engine import open_operations, reading, writing
from storage.operations.survey_copies import is_any_left
from storage.roles import Role, RoleGrant
from tests.benchmarks import loading
from tests.benchmarks.people_at_once import Done
from tests.chaos import surveys
from tests.chaos.fleet import ROOT, Fleet, Member
from tests.chaos.survey_clients import Orders, Person
from tests.postgresql import Server, shared_server

CONTACTS = 20_000
QUESTION = "fcr 2025-11 by channel"
MOST_CLICKS_A_SECOND = 700
WARMING_SECONDS = 2.0
SIZES = (1, 3)
MEMORY_LIMIT = "600MB"
BOTS, POSTGRESQL, BALANCER, WORKSPACE = "bots", "PostgreSQL", "balancer", "workspace"
CLICKS, ANSWERS = "clicks", "answers"


@dataclass(frozen=True, slots=True)
class Trial:
    """For how long, and how many click and ask at once."""

    seconds: float
    clicking: int
    asking: int


@dataclass(frozen=True, slots=True)
class House:
    """What stays from one round to the next."""

    folder: Path
    server: Server
    workspace: Workspace
    facts_url: str
    executive: Person


@dataclass(frozen=True, slots=True)
class Office:
    """What the bots of one round are started with, and who is invited."""

    house: House
    operations: Engine
    environ: dict[str, str]
    invited: list[Person]


@dataclass(frozen=True, slots=True)
class Taken:
    """Requests a second, and the seconds that half and nearly all of them took at most.

    ``processors`` is how many of them were at work, by what for.
    """

    a_second: float
    median_seconds: float
    percentile_95_seconds: float
    refused: int
    processors: dict[str, float]

    def cost_milliseconds(self, *of: str) -> float:
        """The processor's time of a request."""
        return sum(self.processors[what] for what in of) / self.a_second * 1000

    @classmethod
    def middle(cls, several: Sequence[Taken]) -> Taken:
        """Of each figure the median."""
        return cls(
            median(each.a_second for each in several),
            median(each.median_seconds for each in several),
            median(each.percentile_95_seconds for each in several),
            sum(each.refused for each in several),
            {
                what: median(each.processors[what] for each in several)
                for what in several[0].processors
            },
        )


Round = dict[tuple[int, str], Taken]
"""By number of bots: clicks that were acknowledged, and answers that arrived."""


def measure(trial: Trial, rounds: int) -> Iterator[Round]:
    with _house() as house:
        for _ in range(rounds):
            found: Round = {}
            for size in SIZES:
                with _office(house, trial) as office:
                    found |= {(size, what): t for what, t in _taken(size, office, trial).items()}
            yield found


@contextmanager
def _house() -> Iterator[House]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="carekpi-replicas-")))
        server = stack.enter_context(shared_server(folder))
        facts_url = stack.enter_context(server.database())
        workspace = stack.enter_context(serve(ROOT / "manifest.yml"))
        eva = workspace.add_person("eva")
        care = workspace.add_channel("care", [eva], with_bot=True)
        _load(facts_url, folder)
        executive = Person("", eva.id, eva.team_id, care.id)
        yield House(folder, server, workspace, facts_url, executive)


@contextmanager
def _office(house: House, trial: Trial) -> Iterator[Office]:
    with house.server.database() as url:
        operations = open_operations(url)
        granted = By("benchmark", datetime.now(UTC))
        with writing(operations) as session:
            members.grant(session, house.executive.user_id, RoleGrant(Role.EXECUTIVE), granted)
        seconds = trial.seconds + WARMING_SECONDS
        order = surveys.Order(seconds, MOST_CLICKS_A_SECOND * surveys.CLICKS_A_PERSON)
        environ = {
            "SLACK_BOT_TOKEN": house.workspace.bot_token,
            "SLACK_SIGNING_SECRET": house.workspace.signing_secret,
            "SLACK_API_URL": house.workspace.api_url,
            "CAREKPI_FACTS_URL": house.facts_url,
            "CAREKPI_OPERATIONS_URL": url,
        }
        try:
            yield Office(house, operations, environ, surveys.invite(operations, order))
        finally:
            operations.dispose()


def _load(facts_url: str, folder: Path) -> None:
    csv = folder / "contacts.csv"
    loading.generate(CONTACTS, csv, range(CONTACTS))
    facts = open_facts(facts_url, memory_limit=MEMORY_LIMIT, data_folder=folder)
    now = datetime.now(UTC)
    load_file(
        facts,
        LoadOrder("contacts"),
        csv,
        data_folder=folder,
        now=now,
        progress=lambda _: None,
        memory_limit=MEMORY_LIMIT,
    )
    facts.dispose()


def _taken(size: int, office: Office, trial: Trial) -> dict[str, Taken]:
    ports = [surveys.free_port() for _ in range(size + 1)]
    with _bots(office, ports[1:]) as bots, _balancer(ports) as balancer:
        bots.wait_until_ready()
        _wait_until_copied(office)
        processes = {
            BOTS: [member.process.pid for member in bots.members],
            POSTGRESQL: [office.house.server.process_id],
            BALANCER: [balancer],
            WORKSPACE: [os.getpid()],
        }
        crowd = Asked(office, ports[0], processes)
        some = round(MOST_CLICKS_A_SECOND * WARMING_SECONDS)
        # Once unmeasured: each bot is warm, as it is after its first minute.
        crowd.clicked(office.invited[:some], WARMING_SECONDS, trial.clicking)
        crowd.answered(WARMING_SECONDS, trial.asking)
        _tidy(office)
        return {
            CLICKS: crowd.clicked(office.invited[some:], trial.seconds, trial.clicking),
            ANSWERS: crowd.answered(trial.seconds, trial.asking),
        }


def _wait_until_copied(office: Office) -> None:
    """What was sent is among the facts long before people answer."""
    while True:
        with reading(office.operations) as session:
            if not is_any_left(session):
                return
        time.sleep(0.1)


def _tidy(office: Office) -> None:
    """As a server does by itself, now and then."""
    with office.operations.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("VACUUM ANALYZE")


@contextmanager
def _bots(office: Office, ports: Sequence[int]) -> Iterator[Fleet]:
    folder = office.house.folder
    argv = [sys.executable, "-m", "bot", "--data", str(folder), "run", "--http", "--port"]
    inherited = {**os.environ, "PYTHONPATH": str(ROOT), **office.environ}
    running = [Member(folder / f"bot-{port}.log", [*argv, str(port)], inherited) for port in ports]
    try:
        yield Fleet(running)
    finally:
        for member in running:
            member.end()


@contextmanager
def _balancer(ports: Sequence[int]) -> Iterator[int]:
    argv = [sys.executable, "-m", "tests.benchmarks.balancing", *map(str, ports)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as balancer:
        assert balancer.stdout is not None
        balancer.stdout.readline()
        try:
            yield balancer.pid
        finally:
            balancer.kill()


@dataclass(frozen=True, slots=True)
class Asked:
    """Bots behind a port, with the processes whose time is measured."""

    office: Office
    port: int
    processes: dict[str, list[int]]

    def clicked(self, people: list[Person], seconds: float, at_once: int) -> Taken:
        return self._taken(people, seconds, at_once, "")

    def answered(self, seconds: float, at_once: int) -> Taken:
        return self._taken([self.office.house.executive], seconds, at_once, QUESTION)

    def _taken(self, people: list[Person], seconds: float, at_once: int, text: str) -> Taken:
        secret = self.office.house.workspace.signing_secret
        orders = Orders(self.port, SLACK_PATH, secret, "", 0, seconds, 0, 1, people)
        given = {
            "orders": asdict(orders),
            "at_once": at_once,
            "text": text,
            "processes": self.processes,
        }
        argv = [sys.executable, "-m", "tests.benchmarks.people_at_once"]
        done = subprocess.run(
            argv, cwd=ROOT, check=True, input=json.dumps(given), stdout=subprocess.PIPE, text=True
        )
        return _read(Done(**json.loads(done.stdout)), bool(text))


def _read(done: Done, is_asked: bool) -> Taken:
    took = sorted(done.arrived if is_asked else done.acknowledged)
    return Taken(
        len(took) / done.seconds,
        took[len(took) // 2],
        took[int(len(took) * 0.95)],
        done.refused,
        {what: spent / done.seconds for what, spent in done.processor.items()},
    )


def told(rounds: Sequence[Round]) -> Iterator[str]:
    """The medians as a table, and of each round how many three took for one that one took."""
    yield "| bots | what | a second | half within | 95 of 100 within | of bots | of PostgreSQL |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for size, what in rounds[0]:
        taken = Taken.middle([each[size, what] for each in rounds])
        yield (
            f"| {size} | {what} | {taken.a_second:.0f} | {taken.median_seconds * 1000:.0f} ms"
            f" | {taken.percentile_95_seconds * 1000:.0f} ms"
            f" | {taken.cost_milliseconds(BOTS):.1f} ms"
            f" | {taken.cost_milliseconds(POSTGRESQL):.1f} ms |"
        )
    for what in (CLICKS, ANSWERS):
        shares = [each[max(SIZES), what].a_second / each[1, what].a_second for each in rounds]
        listed = ", ".join(f"{share:.2f}" for share in shares)
        yield f"{what}, three for each of one, by round: {listed}"


def _progress(found: Round) -> Iterator[str]:
    for (size, what), taken in found.items():
        at_work = ", ".join(f"{who} {share:.2f}" for who, share in taken.processors.items())
        yield f"{size} {what}: {taken.a_second:.0f} a second, {taken.refused} refused; {at_work}"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.replicas", description=__doc__
    )
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--clicking", type=int, default=48, help="how many click at once")
    parser.add_argument("--people", type=int, default=16, help="how many ask at once")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    trial = Trial(given.seconds, given.clicking, given.people)
    rounds: list[Round] = []
    for found in measure(trial, given.rounds):
        rounds.append(found)
        print("\n".join(_progress(found)), flush=True)
    print("\n".join(told(rounds)))


if __name__ == "__main__":
    main()
