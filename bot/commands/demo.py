"""``carekpi demo``: the whole bot in a browser tab, without a Slack account."""

from __future__ import annotations

import signal
import webbrowser
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from types import FrameType

from bot.commands.command import DONE, Call, Command
from bot.workplace import make_private_folder
from storage.errors import UserError
from storage.settings import Settings

DEFAULT_PORT = 8080
DEFAULT_DAYS = 548
SIZES = ("small", "large")
ZONE = "Europe/London"
LOOK_UP_SECONDS = 0.2
STOPPING = (signal.SIGTERM, signal.SIGINT)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="of the page; a free one if it is taken"
    )
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    parser.add_argument("--size", choices=SIZES, default=SIZES[0], help="how many contacts")
    parser.add_argument(
        "--days", type=int, default=DEFAULT_DAYS, help="days of data up to now (else 18 months)"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep the data there, else it is removed"
    )


def run(call: Call) -> int:
    """Serves the demo until it is told to stop."""
    from bot.demo import DemoOrder, run_demo
    from storage.demo.generation import Size

    given = call.arguments
    with _stoppable(), _folder(call) as folder:
        settings = Settings(timezone=ZONE)
        order = DemoOrder(folder, given.days, Size(given.size), given.port, settings)
        with run_demo(order, call.workplace.clock) as demo, suppress(KeyboardInterrupt):
            call.console.write(f"CareKPI demo: {demo.address}")
            if not given.no_browser:
                Thread(target=webbrowser.open, args=[demo.address], daemon=True).start()
            _wait_until_told()
    return DONE


def _wait_until_told() -> None:
    """Until Ctrl-C; looks up now and then, as one that comes just before a wait ends none."""
    never = Event()
    while not never.wait(LOOK_UP_SECONDS):
        pass


@contextmanager
def _folder(call: Call) -> Iterator[Path]:
    """The folder to keep, made where it is missing; else a temporary one."""
    keep = call.arguments.keep
    if keep is None:
        with TemporaryDirectory(prefix="carekpi-demo-", ignore_cleanup_errors=True) as temporary:
            yield Path(temporary)
        return
    folder = call.console.cwd / keep
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is not a folder.", "Name another one with --keep.")
    make_private_folder(folder)
    yield folder


@contextmanager
def _stoppable() -> Iterator[None]:
    """The first Ctrl-C or SIGTERM ends the demo, at whatever it is; later ones change nothing."""
    told = Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if not told.is_set():
            told.set()
            raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


DEMO = Command(
    name="demo",
    help="the whole bot in a browser tab, with a made-up organisation",
    examples=(
        "carekpi demo\n"
        "carekpi demo --size large\n"
        "carekpi demo --port 8080 --no-browser --keep demo-data"
    ),
    add_arguments=add_arguments,
    run=run,
    uses_data=lambda _arguments: False,
)
