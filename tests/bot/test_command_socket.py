"""Commands that the running bot carries out for a terminal elsewhere."""

from __future__ import annotations

import json
import logging
import socket
import stat
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest

from bot.cli import carry_out
from bot.command_socket import SOCKET_NAME, CarryOut, CommandSocket, RunningBot, find_bot
from bot.console import Console
from bot.environment import read_data_environment
from bot.version import version
from bot.workplace import Workplace
from tests.bot.command_line import NOW, Listener, write_contacts

PATIENCE_SECONDS = 10
Serve = Callable[[Path, CarryOut], CommandSocket]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def start(folder: Path, carry: CarryOut) -> CommandSocket:
            served = CommandSocket(folder, carry)
            served.start()
            stack.callback(served.stop)
            return served

        yield start


@pytest.fixture
def bot(tmp_path: Path, serve: Serve) -> Iterator[Path]:
    """The folder of a bot that carries out every command."""
    folder = tmp_path / "data"
    folder.mkdir()
    workplace = Workplace(read_data_environment({}, folder), lambda: NOW)
    serve(folder, lambda argv, console: carry_out(argv, console, workplace))
    yield folder
    workplace.close()


def found(folder: Path) -> RunningBot:
    running = find_bot(folder)
    assert running is not None
    return running


def say(argv: Sequence[str], console: Console) -> int:
    console.write(" ".join([*argv, "for", console.who]))
    return 0


def test_command_is_carried_out_with_paths_of_the_caller(bot: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    write_contacts(elsewhere)
    listener = Listener(elsewhere)
    status = found(bot).carry_out(["import", "contacts", "tickets.csv"], listener)
    assert (status, listener.err) == (0, [])
    assert listener.out == [
        "tickets.csv: 3 rows of contacts from carekpi.\n3 loaded.\nData until 2026-02-04 10:00 UTC."
    ]
    assert listener.progress[-1] == ("tickets.csv", 1.0)


def test_command_that_is_mistaken_is_told_and_counted(bot: Path, tmp_path: Path) -> None:
    listener = Listener(tmp_path)
    status = found(bot).carry_out(["import", "contacts", "missing.csv"], listener)
    assert (status, listener.out) == (2, [])
    assert listener.err == [f"There is no file {tmp_path}/missing.csv. Check the path."]


def test_commands_are_carried_out_side_by_side(tmp_path: Path, serve: Serve) -> None:
    together = Barrier(3, timeout=PATIENCE_SECONDS)

    def wait(argv: Sequence[str], console: Console) -> int:
        together.wait()
        return say(argv, console)

    serve(tmp_path, wait)
    listeners = [Listener(tmp_path) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        statuses = list(pool.map(lambda each: found(tmp_path).carry_out(["role"], each), listeners))
    assert statuses == [0, 0, 0]
    assert [each.out for each in listeners] == [["role for ann"]] * 3


def test_caller_who_goes_away_hurts_nothing(tmp_path: Path, serve: Serve) -> None:
    begun, left, ended = Event(), Event(), Event()
    gone: list[bool] = []

    def work(argv: Sequence[str], console: Console) -> int:
        if argv == ["role"]:
            return say(argv, console)
        begun.set()
        assert left.wait(PATIENCE_SECONDS)
        for _ in range(50):
            console.write("x" * 100_000)
        gone.append(console.is_gone)
        ended.set()
        return 0

    serve(tmp_path, work)
    caller = socket.socket(socket.AF_UNIX)
    caller.connect(str(tmp_path / SOCKET_NAME))
    caller.sendall(request(argv=["import"]))
    assert begun.wait(PATIENCE_SECONDS)
    caller.close()
    left.set()
    assert ended.wait(PATIENCE_SECONDS)
    listener = Listener(tmp_path)
    assert found(tmp_path).carry_out(["role"], listener) == 0
    assert gone == [True]


def request(**changes: object) -> bytes:
    whole = {"version": version(), "argv": ["role"], "cwd": "/", "who": "ann"} | changes
    return json.dumps(whole).encode() + b"\n"


def exchange(folder: Path, sent: bytes) -> list[dict[str, object]]:
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(PATIENCE_SECONDS)
        caller.connect(str(folder / SOCKET_NAME))
        caller.sendall(sent)
        caller.shutdown(socket.SHUT_WR)
        with caller.makefile("rb") as reader:
            return [json.loads(line) for line in reader]


def test_another_version_is_told_to_restart_the_bot(tmp_path: Path, serve: Serve) -> None:
    serve(tmp_path, say)
    (told, ended) = exchange(tmp_path, request(version="0.0.1"))
    assert str(told["err"]).endswith("this command is 0.0.1. Restart the bot.")
    assert ended == {"exit": 2}


@pytest.mark.parametrize("sent", [b"", b"\n", b"GET / HTTP/1.1\r\n\r\n", b"[]\n", b"\xff\xfe\n"])
def test_what_is_no_request_is_hung_up_on(tmp_path: Path, serve: Serve, sent: bytes) -> None:
    serve(tmp_path, say)
    assert exchange(tmp_path, sent) == [{"exit": 130}]
    listener = Listener(tmp_path)
    assert found(tmp_path).carry_out(["role"], listener) == 0


def test_unexpected_error_is_told_with_a_reference_that_the_log_has(
    tmp_path: Path, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(_argv: Sequence[str], _console: Console) -> int:
        raise ZeroDivisionError

    serve(tmp_path, stumble)
    listener = Listener(tmp_path)
    with caplog.at_level(logging.ERROR, logger="carekpi"):
        status = found(tmp_path).carry_out(["role"], listener)
    reference = caplog.records[0].getMessage().rpartition(" ")[2]
    assert (status, listener.err) == (
        70,
        [
            (
                "Something went wrong that CareKPI did not expect."
                f" Give whoever runs it the reference {reference}: the log says more."
            )
        ],
    )


def test_socket_left_by_a_bot_that_was_killed_is_taken_over(tmp_path: Path, serve: Serve) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / SOCKET_NAME))
    assert find_bot(tmp_path) is None
    serve(tmp_path, say)
    listener = Listener(tmp_path)
    assert found(tmp_path).carry_out(["role"], listener) == 0


def test_socket_is_private_and_goes_with_the_bot(tmp_path: Path) -> None:
    served = CommandSocket(tmp_path, say)
    served.start()
    mode = stat.S_IMODE((tmp_path / SOCKET_NAME).stat().st_mode)
    served.stop()
    assert (mode, find_bot(tmp_path), list(tmp_path.iterdir())) == (0o600, None, [])


def test_folder_with_a_path_too_long_for_a_socket_works(tmp_path: Path, serve: Serve) -> None:
    folder = tmp_path / ("long" * 30) / ("longer" * 20)
    folder.mkdir(parents=True)
    serve(folder, say)
    listener = Listener(tmp_path)
    assert (found(folder).carry_out(["role"], listener), listener.out) == (0, ["role for ann"])


def test_bot_that_dies_on_the_way_is_told_to_the_caller(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dying:
        dying.bind(str(tmp_path / SOCKET_NAME))
        dying.listen()

        def die() -> None:
            connection, _ = dying.accept()
            connection.recv(1000)
            connection.close()

        thread = Thread(target=die)
        thread.start()
        listener = Listener(tmp_path)
        status = found(tmp_path).carry_out(["import", "contacts", "x.csv"], listener)
        thread.join()
    assert (status, listener.err) == (
        2,
        [
            (
                "The bot stopped before this was finished. Run the command again:"
                " a file that was begun is either loaded whole or not at all."
            )
        ],
    )


def test_stop_waits_for_the_command_under_way(tmp_path: Path) -> None:
    begun, stopping = Event(), Event()

    def work(argv: Sequence[str], console: Console) -> int:
        begun.set()
        assert stopping.wait(PATIENCE_SECONDS)
        return say(argv, console)

    served = CommandSocket(tmp_path, work)
    served.start()
    listener = Listener(tmp_path)
    with ThreadPoolExecutor(2) as pool:
        status = pool.submit(found(tmp_path).carry_out, ["role"], listener)
        assert begun.wait(PATIENCE_SECONDS)
        stopped = pool.submit(served.stop)
        stopping.set()
        stopped.result(PATIENCE_SECONDS)
        assert (status.result(PATIENCE_SECONDS), listener.out) == (0, ["role for ann"])
