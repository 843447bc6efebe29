"""How many clicks and answers a second three bots take behind a balancer, against one.

``python -m tests.benchmarks.replicas``: PostgreSQL for both databases, the pretend workspace, the
balancer and the people are on the same machine, and take their share of it. One bot and three, each
with operations of their own, are measured in turns, and the medians of all rounds are told.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from statistics import median

from bot.server import SLACK_PATH
from tests.benchmarks.people_at_once import Done
from tests.benchmarks.several_bots import (
    Office,
    open_house,
    open_office,
    running_balancer,
    running_bots,
    tidy,
    wait_until_copied,
)
from tests.chaos import surveys
from tests.chaos.fleet import ROOT
from tests.chaos.survey_clients import Orders, Person

QUESTION = "fcr 2025-11 by channel"
MOST_CLICKS_A_SECOND = 400
WARMING_SECONDS = 2.0
SIZES = (1, 3)
BOTS, POSTGRESQL, BALANCER, WORKSPACE = "bots", "PostgreSQL", "balancer", "workspace"
CLICKS, ANSWERS = "clicks", "answers"


@dataclass(frozen=True, slots=True)
class Trial:
    """For how long each is measured, how often, and how many click and ask at once."""

    seconds: float
    rounds: int
    clicking: int
    asking: int

    @property
    def most_people(self) -> int:
        """Who may click before all is over."""
        return round(MOST_CLICKS_A_SECOND * (self.rounds * self.seconds + WARMING_SECONDS))


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


def measure(trial: Trial) -> Iterator[Round]:
    with ExitStack() as stack:
        house = stack.enter_context(open_house())
        running = {
            size: stack.enter_context(
                _running(size, stack.enter_context(open_office(house, trial.most_people)), trial)
            )
            for size in SIZES
        }
        for number in range(trial.rounds):
            # First one, then the other: what else runs on the machine comes and goes.
            order = SIZES if number % 2 == 0 else SIZES[::-1]
            found: Round = {}
            for size in order:
                found |= {(size, what): taken for what, taken in running[size].taken(trial).items()}
            yield dict(sorted(found.items()))


@contextmanager
def _running(size: int, office: Office, trial: Trial) -> Iterator[Asked]:
    """So many bots behind a balancer, warm as they are after their first minute."""
    ports = [surveys.free_port() for _ in range(size + 1)]
    with running_bots(office, ports[1:]) as bots, running_balancer(ports) as balancer:
        bots.wait_until_ready()
        processes = {
            BOTS: [member.process.pid for member in bots.members],
            POSTGRESQL: [office.house.server.process_id],
            BALANCER: [balancer],
            WORKSPACE: [os.getpid()],
        }
        asked = Asked(office, ports[0], processes)
        wait_until_copied(office)
        asked.clicked(WARMING_SECONDS, trial.clicking)
        asked.answered(WARMING_SECONDS, trial.asking)
        yield asked


@dataclass(frozen=True, slots=True)
class Asked:
    """Bots behind a port, with the processes whose time is measured."""

    office: Office
    port: int
    processes: dict[str, list[int]]

    def taken(self, trial: Trial) -> dict[str, Taken]:
        tidy(self.office)
        clicks = self.clicked(trial.seconds, trial.clicking)
        wait_until_copied(self.office)
        return {CLICKS: clicks, ANSWERS: self.answered(trial.seconds, trial.asking)}

    def clicked(self, seconds: float, at_once: int) -> Taken:
        """Of people who have not clicked before."""
        number, invited = round(MOST_CLICKS_A_SECOND * seconds), self.office.invited
        people = [invited.pop() for _ in range(min(number, len(invited)))]
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
    parser.add_argument("--seconds", type=float, default=6, help="of each trial in a round")
    parser.add_argument("--clicking", type=int, default=48, help="how many click at once")
    parser.add_argument("--people", type=int, default=16, help="how many ask at once")
    parser.add_argument("--rounds", type=int, default=6)
    given = parser.parse_args()
    trial = Trial(given.seconds, given.rounds, given.clicking, given.people)
    rounds: list[Round] = []
    for found in measure(trial):
        rounds.append(found)
        print("\n".join(_progress(found)), flush=True)
    print("\n".join(told(rounds)))


if __name__ == "__main__":
    main()
