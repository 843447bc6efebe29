"""What several bots are tried in: two databases, a workspace, and a balancer before the bots."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from bot.playground import Workspace, serve
from storage.facts.loading import LoadOrder, load_file
from storage.facts.store import open_facts
from storage.operations import members
from storage.operations.audit import By
from storage.operations.engine import open_operations, reading, writing
from storage.operations.survey_copies import is_any_left
from storage.roles import Role, RoleGrant
from tests.benchmarks import loading
from tests.chaos import surveys
from tests.chaos.fleet import ROOT, Fleet, Member
from tests.chaos.survey_clients import Person
from tests.postgresql import Server, shared_server

CONTACTS = 20_000
MEMORY_LIMIT = "600MB"


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


@contextmanager
def open_house() -> Iterator[House]:
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
def open_office(house: House, people: int) -> Iterator[Office]:
    with house.server.database() as url:
        operations = open_operations(url)
        granted = By("benchmark", datetime.now(UTC))
        with writing(operations) as session:
            members.grant(session, house.executive.user_id, RoleGrant(Role.EXECUTIVE), granted)
        order = surveys.Order(people, surveys.CLICKS_A_PERSON)
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


def wait_until_copied(office: Office) -> None:
    """What was sent is among the facts long before people answer."""
    while True:
        with reading(office.operations) as session:
            if not is_any_left(session):
                return
        time.sleep(0.1)


def tidy(office: Office) -> None:
    """As a server does by itself, now and then."""
    with office.operations.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("VACUUM ANALYZE")


@contextmanager
def running_bots(office: Office, ports: Sequence[int]) -> Iterator[Fleet]:
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
def running_balancer(ports: Sequence[int]) -> Iterator[int]:
    argv = [sys.executable, "-m", "tests.benchmarks.balancing", *map(str, ports)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as balancer:
        assert balancer.stdout is not None
        balancer.stdout.readline()
        try:
            yield balancer.pid
        finally:
            balancer.kill()
