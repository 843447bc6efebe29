"""Several bots, each a process of its own, which are killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

ROOT = Path(__file__).parents[2]
READY = b"CareKPI answers in Slack"
START_SECONDS = 300
LOOK_AGAIN_SECONDS = 0.05


@dataclass
class Member:
    """One bot; whenever it ends it is started again, as a supervisor does."""

    log: Path
    argv: list[str]
    environ: Mapping[str, str]
    kills: int = 0
    starts: int = 0
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.starts += 1
        with self.log.open("ab") as log:
            self._begins_at = log.tell()
            self.process = subprocess.Popen(
                self.argv, env=dict(self.environ), stdout=subprocess.DEVNULL, stderr=log, cwd=ROOT
            )

    def keep_alive(self) -> None:
        if self.process.poll() is not None:
            self.start()

    def kill(self) -> None:
        """At once, without a chance to tidy up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.kills += 1
        self.start()

    @property
    def is_ready(self) -> bool:
        with self.log.open("rb") as log:
            log.seek(self._begins_at)
            return READY in log.read()

    def end(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@dataclass
class Fleet:
    """All bots; ``errors`` are what they logged as such."""

    members: list[Member]

    def wait_until_ready(self) -> None:
        deadline = monotonic() + START_SECONDS
        while not all(member.is_ready for member in self.members):
            if monotonic() > deadline:
                raise TimeoutError("the bots did not start; see their logs")
            self.pass_time()

    def pass_time(self, seconds: float = LOOK_AGAIN_SECONDS) -> None:
        for member in self.members:
            member.keep_alive()
        sleep(seconds)

    @property
    def unexpected(self) -> list[str]:
        """Tracebacks, and whatever nobody foresaw."""
        return [
            line
            for member in self.members
            for line in member.log.read_text(errors="replace").splitlines()
            if "Traceback" in line or "Unexpected" in line
        ]


@contextmanager
def fleet(folder: Path, logs: Path, size: int, environ: Mapping[str, str]) -> Iterator[Fleet]:
    """So many bots on one data folder, until the block ends."""
    argv = [sys.executable, "-m", "bot", "--data", str(folder), "run", "--http", "--port", "0"]
    inherited = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    members = [Member(logs / f"bot-{number}.log", argv, inherited) for number in range(size)]
    try:
        yield Fleet(members)
    finally:
        for member in members:
            member.end()
