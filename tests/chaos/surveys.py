"""Clicks on surveys under force: the bot is killed, and no acknowledged answer is lost.

``python -m tests.chaos.surveys --seconds 60 --rate 150`` closes with
``clicks 9000, acknowledged 8000, lost 0, doubled 0`` and how long the acknowledgements took.
The clients count what they clicked and what was acknowledged; the store is read when all is over.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from threading import Thread

from sqlalchemy import Engine, select

from bot.playground import serve
from bot.server import SLACK_PATH
from storage.facts.answers import OWN_SOURCE
from storage.facts.store import open_facts
from storage.facts.tables import surveys
from storage.operations import invitations
from storage.operations.engine import open_operations, reading, writing
from storage.operations.invitations import Invite
from storage.operations.survey_copies import is_any_left
from storage.operations.survey_models import (
    Campaign,
    CampaignState,
    Invitation,
    SurveyAnswer,
)
from storage.surveys.kinds import NPS
from tests.chaos.fleet import ROOT, Fleet, Member
from tests.chaos.survey_clients import Orders, Person, Sent
from tests.storage.operations.surveying import AN_EMPTY_LIST

CLIENTS = 8
KILLS = 5
CLICKS_A_PERSON = 3
STARTING_SECONDS = 2.0
COPIED_WITHIN_SECONDS = 60.0
OK = 200


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be tried; ``rate`` is clicks a second, of all clients together."""

    seconds: float
    rate: float
    clients: int = CLIENTS
    kills: int = KILLS
    seed: int = 1
    logs: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: ``lost`` were acknowledged and are not there, or not as answered last."""

    clicks: int
    acknowledged: int
    lost: int
    doubled: int
    thanked: int
    kills: int
    took: tuple[float, ...] = ()
    statuses: Counter[int] = field(default_factory=Counter)
    unexpected: tuple[str, ...] = ()

    def __str__(self) -> str:
        return (
            f"clicks {self.clicks}, acknowledged {self.acknowledged},"
            f" lost {self.lost}, doubled {self.doubled}"
        )

    def latency(self, share: float) -> float:
        """In seconds, of the clicks that were acknowledged."""
        ordered = sorted(self.took)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


@dataclass(frozen=True, slots=True)
class Stored:
    """What the stores hold: the last click by invitation, and how often each is in the facts."""

    answers: dict[str, tuple[str, int]]
    scores: dict[str, list[float]]


@dataclass
class Thanks:
    """In Slack's place: takes what a ``response_url`` is sent, and counts it."""

    taken: int = 0

    @contextmanager
    def listening(self) -> Iterator[str]:
        thanks = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                thanks.taken += 1
                self.send_response(OK)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 100

            def handle_error(self, *_: object) -> None:
                """The bot was killed while it sent them."""

        server = Server(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            server.server_close()


def run(order: Order) -> Outcome:
    """Tries it on empty stores, in a folder of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="carekpi-chaos-")))
        operations = open_operations(f"sqlite:///{folder / 'operations.sqlite'}")
        stack.callback(operations.dispose)
        workspace = stack.enter_context(serve(ROOT / "manifest.yml"))
        people = invite(operations, order)
        thanks = Thanks()
        thanks_url = stack.enter_context(thanks.listening())
        port = free_port()
        environ = {
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_SIGNING_SECRET": workspace.signing_secret,
            "SLACK_API_URL": workspace.api_url,
        }
        bot = stack.enter_context(_bot(folder, order.logs or folder, port, environ))
        bot.wait_until_ready()
        plain = Orders(
            port,
            SLACK_PATH,
            workspace.signing_secret,
            thanks_url,
            order.rate / order.clients,
            order.seconds,
            time.time() + STARTING_SECONDS,
            order.seed,
            [],
        )
        sent = _click(order, plain, people, bot)
        stored = _read_stores(folder, operations, bot)
        return _outcome(order, sent, stored, thanks.taken, bot)


def invite(operations: Engine, order: Order) -> list[Person]:
    """As many people as are clicked for, each asked once."""
    now = datetime.now(UTC)
    number = max(order.clients, round(order.rate * order.seconds / CLICKS_A_PERSON))
    with writing(operations) as session:
        campaign = Campaign(
            name="Chaos",
            kind=NPS.key,
            purpose="relationship",
            content=AN_EMPTY_LIST,
            state=CampaignState.ACTIVE,
            order_key="chaos",
            owner="U1",
            made_at=now,
            changed_at=now,
            changed_by="U1",
        )
        session.add(campaign)
        session.flush()
        invites = [invited(campaign.id, each, now) for each in range(number)]
        for invitation_id in invitations.plan(session, invites, now):
            invitations.sent(session, invitation_id, "D1", "1.000001", now)
        rows = session.scalars(select(Invitation)).all()
        return [Person(row.id, row.user_id, row.team_id, "D1") for row in rows]


def invited(campaign_id: int, number: int, now: datetime) -> Invite:
    user_id = f"U{number:06}"
    return Invite(
        key=f"chaos:{number}",
        campaign_id=campaign_id,
        kind=NPS.key,
        purpose="relationship",
        user_id=user_id,
        team_id="T1",
        place_id=user_id,
        language="en",
        expires_at=now + timedelta(days=1),
    )


@contextmanager
def _bot(folder: Path, logs: Path, port: int, environ: dict[str, str]) -> Iterator[Fleet]:
    """One bot with both files in its folder, always at the same address."""
    argv = [sys.executable, "-m", "bot", "--data", str(folder), "run", "--http"]
    inherited = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    member = Member(logs / "bot.log", [*argv, "--port", str(port)], inherited)
    try:
        yield Fleet([member])
    finally:
        member.end()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _click(order: Order, plain: Orders, people: Sequence[Person], bot: Fleet) -> list[Sent]:
    """The clients click while the bot is killed and started again."""
    clients = []
    for number in range(order.clients):
        own = list(people[number :: order.clients])
        orders = asdict(plain) | {"people": own, "seed": order.seed * 100 + number}
        clients.append(_client(orders))
    results: list[list[Sent]] = [[] for _ in clients]
    readers = [
        Thread(target=_read, args=(client, results, number))
        for number, client in enumerate(clients)
    ]
    for reader in readers:
        reader.start()
    random = Random(order.seed)
    slot = order.seconds / max(order.kills, 1)
    for kill in range(order.kills):
        moment = plain.starts_at + kill * slot + random.uniform(0.2, 0.8) * slot
        while time.time() < moment:
            bot.pass_time()
        bot.members[0].kill()
    for reader in readers:
        while reader.is_alive():
            bot.pass_time()
        reader.join()
    return [each for result in results for each in result]


def _client(orders: dict[str, object]) -> subprocess.Popen[str]:
    client = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.survey_clients"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    people = [asdict(person) for person in orders["people"]]  # type: ignore[attr-defined]  # a list of them
    assert client.stdin is not None
    json.dump(orders | {"people": people}, client.stdin)
    client.stdin.close()
    return client


def _read(client: subprocess.Popen[str], results: list[list[Sent]], number: int) -> None:
    assert client.stdout is not None
    with client.stdout as told:
        results[number] = [Sent(**each) for each in json.load(told)]
    client.wait()


def _read_stores(folder: Path, operations: Engine, bot: Fleet) -> Stored:
    """Once the bot has copied what is left; then it is ended, as the facts are its file."""
    bot.wait_until_ready()
    deadline = time.monotonic() + COPIED_WITHIN_SECONDS
    while _is_any_left(operations) and time.monotonic() < deadline:
        bot.pass_time(0.2)
    bot.members[0].end()
    with reading(operations) as session:
        rows = session.scalars(select(SurveyAnswer)).all()
        answers = {row.invitation_id: (row.clicked_at, row.score) for row in rows}
    facts = open_facts(
        f"duckdb:///{folder / 'facts.duckdb'}", memory_limit="600MB", data_folder=folder
    )
    scores: dict[str, list[float]] = {}
    with facts.connect() as connection:
        answered = (surveys.c.source == OWN_SOURCE, surveys.c.answered_at.is_not(None))
        chosen = select(surveys.c.survey_id, surveys.c.score).where(*answered)
        for survey_id, score in connection.execute(chosen):
            scores.setdefault(survey_id, []).append(score)
    facts.dispose()
    return Stored(answers, scores)


def _is_any_left(operations: Engine) -> bool:
    with reading(operations) as session:
        return is_any_left(session)


def _outcome(
    order: Order, sent: Sequence[Sent], stored: Stored, thanked: int, bot: Fleet
) -> Outcome:
    acknowledged = [each for each in sent if each.status == OK]
    return Outcome(
        clicks=len(sent),
        acknowledged=len(acknowledged),
        lost=len(list(_lost(sent, stored))),
        doubled=sum(len(scores) - 1 for scores in stored.scores.values()),
        thanked=thanked,
        kills=bot.members[0].kills,
        took=tuple(each.took for each in acknowledged),
        statuses=Counter(each.status for each in sent),
        unexpected=tuple(bot.unexpected),
    )


def _lost(sent: Sequence[Sent], stored: Stored) -> Iterator[str]:
    """Whose answer is none that it may be: the last acknowledged, or one clicked after it.

    A click that was not acknowledged may count or not; one that was, and no later one, has to.
    """
    by_invitation: dict[str, list[Sent]] = {}
    for each in sent:
        by_invitation.setdefault(each.invitation_id, []).append(each)
    for invitation_id, clicked in by_invitation.items():
        last = max((each.clicked_at for each in clicked if each.status == OK), default="")
        may_be = {(each.clicked_at, each.score) for each in clicked if each.clicked_at >= last}
        answer = stored.answers.get(invitation_id)
        in_facts = stored.scores.get(invitation_id, [])
        if answer is None and not last and not in_facts:
            continue
        if answer not in may_be or in_facts[:1] != [answer[1]]:
            yield invitation_id


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.surveys", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=150, help="clicks a second")
    parser.add_argument("--kills", type=int, default=KILLS, help="how often the bot is killed")
    parser.add_argument("--seed", type=int, default=1, help="of the clicks and the moments")
    parser.add_argument("--logs", type=Path, help="a folder where the bot's log is to stay")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    outcome = run(
        Order(given.seconds, given.rate, kills=given.kills, seed=given.seed, logs=given.logs)
    )
    print(f"{outcome.kills} kills, {outcome.thanked} thanks, answers {dict(outcome.statuses)}")
    print("\n".join(outcome.unexpected))
    print(outcome)
    print(
        ", ".join(
            f"p{100 * share:.0f} {1000 * outcome.latency(share):.0f} ms"
            for share in (0.5, 0.95, 0.99)
        )
    )
    return 1 if outcome.lost or outcome.doubled else 0


if __name__ == "__main__":
    sys.exit(main())
