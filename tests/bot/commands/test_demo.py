"""``carekpi demo`` as a process of its own: how it starts, and that nothing of it stays."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_connection, create_server
from time import monotonic, sleep

import pytest

ROOT = Path(__file__).parents[3]
LONGEST_END_SECONDS = 2.0
QUICK = ("--no-browser", "--days", "120")
ADDRESS = re.compile(r"CareKPI demo: http://127\.0\.0\.1:(\d+)\n")


@contextmanager
def demo(temporary: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process group of its own, with its temporary files in one place."""
    temporary.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", *QUICK, *options],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def port_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    said = ADDRESS.fullmatch(process.stdout.readline())
    assert said is not None, process.stderr
    return int(said[1])


def stop(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Types Ctrl-C once; gives what was still said, once everything has ended."""
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=20)
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    return said


def test_one_line_is_printed_and_nothing_is_left_after_the_end(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    with demo(temporary, "--port", "0") as process:
        port = port_of(process)
        assert [each.name[:13] for each in temporary.glob("carekpi-*")] == ["carekpi-demo-"]
        create_connection(("127.0.0.1", port), timeout=5).close()
        assert stop(process) == ("", "")
    assert process.returncode == 0
    assert list(temporary.glob("carekpi-*")) == []
    with pytest.raises(ConnectionRefusedError):
        create_connection(("127.0.0.1", port), timeout=5)


def test_data_is_kept_and_used_again_and_a_taken_port_is_left_alone(tmp_path: Path) -> None:
    kept, took = tmp_path / "kept", []
    for _ in range(2):
        with create_server(("127.0.0.1", 0)) as other:
            taken = other.getsockname()[1]
            options = ("--port", str(taken), "--keep", str(kept))
            with demo(tmp_path / "temporary", *options) as process:
                assert port_of(process) != taken
                begun = monotonic()
                assert stop(process) == ("", "")
                took.append(monotonic() - begun)
        assert process.returncode == 0
        assert {"facts.duckdb", "operations.sqlite"} <= {each.name for each in kept.iterdir()}
    # The better of two, as the machine may be busy with something else.
    assert min(took) < LONGEST_END_SECONDS


def test_it_ends_at_once_while_the_data_is_being_made(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    with demo(temporary, "--days", "1500", "--size", "large") as process:
        until = monotonic() + 20
        while not list(temporary.glob("carekpi-demo-*/facts.duckdb")) and monotonic() < until:
            sleep(0.02)
        assert stop(process) == ("", "Stopped.\n")
    assert process.returncode == 130
    assert list(temporary.glob("carekpi-*")) == []
