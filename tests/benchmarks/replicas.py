"""How many clicks and answers a second three bots take behind a balancer, against one.

``python -m tests.benchmarks.replicas``: PostgreSQL for both databases, the pretend workspace, the
balancer and the people are on the same machine, and take their share of it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from bot.playground import serve
from bot.server import SLACK_PATH
from storage.facts.loading import LoadOrder, load_file
from storage.facts.store import open_facts
from storage.operations import members
from storage.operations.audit import By
from storage.operations.engine import open_operations, writing
from storage.roles import Role, RoleGrant
from tests.benchmarks import loading
from tests.chaos import surveys
from tests.chaos.fleet import ROOT, Fleet, Member
from tests.chaos.survey_clients import Orders, Person
from tests.postgresql import shared_server

CONTACTS = 20_000
QUESTION = "fcr 2025-11 by channel"
INVITED = 2_000
SIZES = (1, 3)
MEMORY_LIMIT = "600MB"


@dataclass(frozen=True, slots=True)
class Office:
    """What the bots are started with, and who clicks and asks."""

    folder: Path
    environ: dict[str, str]
    invited: list[Person]
    executive: Person
    secret: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Requests a second, and the seconds that half and nearly all of them took at most."""

    a_second: float
    median_seconds: float
    percentile_95_seconds: float


def measure(seconds: float, people_at_once: int) -> dict[int, dict[str, Taken]]:
    """By number of bots: clicks acknowledged, and answers that arrived."""
    with _office() as office:
        return {size: _taken_by(size, office, seconds, people_at_once) for size in SIZES}


@contextmanager
def _office() -> Iterator[Office]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="carekpi-replicas-")))
        server = stack.enter_context(shared_server(folder))
        facts_url, operations_url = (stack.enter_context(server.database()) for _ in range(2))
        workspace = stack.enter_context(serve(ROOT / "manifest.yml"))
        eva = workspace.add_person("eva")
        care = workspace.add_channel("care", [eva], with_bot=True)
        operations = open_operations(operations_url)
        stack.callback(operations.dispose)
        _load(facts_url, folder)
        with writing(operations) as session:
            members.grant(
                session, eva.id, RoleGrant(Role.EXECUTIVE), By("benchmark", datetime.now(UTC))
            )
        environ = {
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_SIGNING_SECRET": workspace.signing_secret,
            "SLACK_API_URL": workspace.api_url,
            "CAREKPI_FACTS_URL": facts_url,
            "CAREKPI_OPERATIONS_URL": operations_url,
        }
        executive = Person("", eva.id, eva.team_id, care.id)
        yield Office(folder, environ, _invite(operations), executive, workspace.signing_secret)


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


def _invite(operations: Engine) -> list[Person]:
    return surveys.invite(operations, surveys.Order(INVITED, surveys.CLICKS_A_PERSON))


def _taken_by(size: int, office: Office, seconds: float, people_at_once: int) -> dict[str, Taken]:
    ports = [surveys.free_port() for _ in range(size + 1)]
    with _bots(office, ports[1:]) as bots, _balancer(ports):
        bots.wait_until_ready()
        clicking = _orders(office, ports[0], office.invited, seconds)
        asking = _orders(office, ports[0], [office.executive], seconds)
        # Once unmeasured: each bot is warm, as it is after its first minute.
        _crowd(asking, people_at_once, QUESTION)
        return {
            "clicks": _crowd(clicking, people_at_once, ""),
            "answers": _crowd(asking, people_at_once, QUESTION),
        }


@contextmanager
def _bots(office: Office, ports: Sequence[int]) -> Iterator[Fleet]:
    argv = [sys.executable, "-m", "bot", "--data", str(office.folder), "run", "--http", "--port"]
    inherited = {**os.environ, "PYTHONPATH": str(ROOT), **office.environ}
    running = [
        Member(office.folder / f"bot-{port}.log", [*argv, str(port)], inherited) for port in ports
    ]
    try:
        yield Fleet(running)
    finally:
        for member in running:
            member.end()


@contextmanager
def _balancer(ports: Sequence[int]) -> Iterator[None]:
    argv = [sys.executable, "-m", "tests.benchmarks.balancing", *map(str, ports)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as balancer:
        assert balancer.stdout is not None
        balancer.stdout.readline()
        try:
            yield
        finally:
            balancer.kill()


def _orders(office: Office, port: int, people: list[Person], seconds: float) -> Orders:
    return Orders(port, SLACK_PATH, office.secret, "http://127.0.0.1:9/", 0, seconds, 0, 1, people)


def _crowd(orders: Orders, people_at_once: int, text: str) -> Taken:
    given = {"orders": asdict(orders), "at_once": people_at_once, "text": text}
    argv = [sys.executable, "-m", "tests.benchmarks.people_at_once"]
    done = subprocess.run(
        argv, cwd=ROOT, check=True, input=json.dumps(given), stdout=subprocess.PIPE, text=True
    )
    took = sorted(json.loads(done.stdout))
    return Taken(len(took) / orders.seconds, took[len(took) // 2], took[int(len(took) * 0.95)])


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.replicas", description=__doc__
    )
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--people", type=int, default=12, help="how many ask at once")
    given = parser.parse_args()
    measured = measure(given.seconds, given.people)
    print("| bots | what | a second | half within | 95 of 100 within |")
    print("| --- | --- | --- | --- | --- |")
    for size, figures in measured.items():
        for what, taken in figures.items():
            print(
                f"| {size} | {what} | {taken.a_second:.0f} | {taken.median_seconds * 1000:.0f} ms"
                f" | {taken.percentile_95_seconds * 1000:.0f} ms |"
            )


if __name__ == "__main__":
    main()
