"""The Unix socket over which the running bot carries out commands typed elsewhere.

One line of JSON asks: ``{"version", "argv", "cwd", "who"}``. Lines answer: ``{"out"}``,
``{"err"}``, ``{"progress": [label, part]}``, and the last one ``{"exit"}``.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Any

from bot.console import Console
from bot.logs import log_unexpected
from bot.version import version
from storage.errors import UserError

SOCKET_NAME = "carekpi.sock"
LONGEST_ADDRESS = 100
"""Bytes of a socket's path; the kernel takes 107, some take 103."""
LONGEST_REQUEST = 1_000_000
COMMANDS_AT_ONCE = 8
WAIT_FOR_READER_SECONDS = 30.0
PROGRESS_EVERY_SECONDS = 0.1
UNEXPECTED = 70
STOPPED = 130

CarryOut = Callable[[Sequence[str], Console], int]


@contextmanager
def _address(folder: Path) -> Iterator[str]:
    """The socket's path, by way of the folder's descriptor where it is too long for the kernel."""
    path = folder / SOCKET_NAME
    if len(os.fsencode(path)) <= LONGEST_ADDRESS:
        yield str(path)
        return
    if not Path("/proc/self/fd").exists():
        raise UserError(
            f"The path of the data folder {folder} is too long for a socket.",
            "Choose a shorter one with --data or CAREKPI_DATA.",
        )
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET_NAME}"
    finally:
        os.close(descriptor)


class _Line:
    """A connection, a line of JSON at a time."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._reader = connection.makefile("rb")

    def send(self, message: dict[str, Any]) -> None:
        self._connection.sendall(json.dumps(message).encode() + b"\n")

    def receive(self) -> dict[str, Any] | None:
        """The next message; None at the end, or for what is no message."""
        line = self._reader.readline(LONGEST_REQUEST)
        with suppress(ValueError):
            message = json.loads(line)
            if isinstance(message, dict):
                return message
        return None

    def close(self) -> None:
        self._reader.close()
        self._connection.close()


class RemoteConsole:
    """The console of somebody at the other end of the socket, who may be gone at any time."""

    def __init__(self, line: _Line, cwd: Path, who: str) -> None:
        self._line = line
        self._sending = Lock()
        self._last_progress = 0.0
        self.cwd = cwd
        self.who = who
        self.is_gone = False

    def write(self, text: str) -> None:
        self._send({"out": text})

    def complain(self, text: str) -> None:
        self._send({"err": text})

    def show_progress(self, label: str, part: float) -> None:
        now = monotonic()
        if part >= 1 or now - self._last_progress > PROGRESS_EVERY_SECONDS:
            self._last_progress = now
            self._send({"progress": [label, part]})

    def finish(self, status: int) -> None:
        self._send({"exit": status})

    def _send(self, message: dict[str, Any]) -> None:
        """Whoever does not read for a while is taken for gone: the bot waits for nobody."""
        with self._sending:
            if self.is_gone:
                return
            try:
                self._line.send(message)
            except OSError:
                self.is_gone = True


class CommandSocket:
    """The bot's end. Only for who holds the folder's lock: what is left of another is replaced."""

    def __init__(self, folder: Path, carry_out: CarryOut) -> None:
        self._folder = folder
        self._carry_out = carry_out
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._pool = ThreadPoolExecutor(COMMANDS_AT_ONCE, thread_name_prefix="command")
        self._accepting = Thread(target=self._accept, name="command-socket", daemon=True)

    def start(self) -> None:
        (self._folder / SOCKET_NAME).unlink(missing_ok=True)
        with _address(self._folder) as address:
            others = os.umask(0o177)
            try:
                self._listener.bind(address)
            finally:
                os.umask(others)
        self._listener.listen()
        self._accepting.start()

    def stop(self) -> None:
        """Takes no more commands, and returns when those under way are done."""
        (self._folder / SOCKET_NAME).unlink(missing_ok=True)
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        self._pool.shutdown(wait=True)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(WAIT_FOR_READER_SECONDS)
            line = _Line(connection)
            self._pool.submit(self._serve, line).add_done_callback(partial(_end, line))

    def _serve(self, line: _Line) -> int:
        with suppress(OSError):
            if request := line.receive():
                return self._answer(line, request)
        return STOPPED

    def _answer(self, line: _Line, request: dict[str, Any]) -> int:
        console = RemoteConsole(line, Path(str(request.get("cwd"))), str(request.get("who")))
        if request.get("version") != version():
            console.complain(
                f"The bot on this data folder is CareKPI {version()},"
                f" this command is {request.get('version')}. Restart the bot."
            )
            return 2
        return self._carry_out([str(each) for each in request.get("argv", [])], console)


def _end(line: _Line, done: Future[int]) -> None:
    """Tells the other end how it went, whatever was raised."""
    error = done.exception()
    with suppress(OSError):
        if error is not None:
            line.send({"err": log_unexpected(error)})
        line.send({"exit": UNEXPECTED if error is not None else done.result()})
    line.close()


class RunningBot:
    """The other end: a bot that carries out what is typed here."""

    def __init__(self, connection: socket.socket) -> None:
        self._line = _Line(connection)

    def carry_out(self, argv: Sequence[str], console: Console) -> int:
        """What the command would have returned here."""
        try:
            self._line.send(
                {
                    "version": version(),
                    "argv": list(argv),
                    "cwd": str(console.cwd),
                    "who": console.who,
                }
            )
            return self._follow(console)
        except KeyboardInterrupt:
            console.complain("The bot finishes the file it is on, and begins no other.")
            return STOPPED
        except OSError:
            return _broken_off(console)
        finally:
            self._line.close()

    def _follow(self, console: Console) -> int:
        while message := self._line.receive():
            match message:
                case {"out": text}:
                    console.write(text)
                case {"err": text}:
                    console.complain(text)
                case {"progress": [label, part]}:
                    console.show_progress(label, part)
                case {"exit": status}:
                    return int(status)
        return _broken_off(console)


def _broken_off(console: Console) -> int:
    console.complain(
        "The bot stopped before this was finished. Run the command again:"
        " a file that was begun is either loaded whole or not at all."
    )
    return 2


def find_bot(folder: Path) -> RunningBot | None:
    """The bot that runs on a folder; None where none does, or one died and left its socket."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _address(folder) as address:
            connection.connect(address)
    except (FileNotFoundError, ConnectionRefusedError):
        connection.close()
        return None
    except OSError as error:
        connection.close()
        raise UserError(
            f"The bot on {folder} can't be reached: {(error.strerror or 'unknown').lower()}.",
            "Run the command as the user that runs the bot.",
        ) from error
    return RunningBot(connection)
