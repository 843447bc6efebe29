"""A bot in a process of its own, over a store that a benchmark has loaded.

``python -m tests.benchmarks.answering FOLDER API_URL BOT_TOKEN SIGNING_SECRET`` serves signed HTTP,
prints its address, and ends when its standard input does.
"""

from __future__ import annotations

import gc
import sys
from datetime import UTC, datetime
from pathlib import Path

from slack_sdk import WebClient

from bot.app import build_app
from bot.monitor import Monitor
from bot.server import HttpLink
from bot.stores import Stores
from storage.operations.engine import open_operations
from storage.settings import Settings
from tests.benchmarks.stores import open_store

NOW = datetime(2025, 12, 24, 10, tzinfo=UTC)
"""Some days before the last of the generated contacts."""


def main(folder: Path, api_url: str, bot_token: str, signing_secret: str) -> None:
    facts = open_store(folder)
    operations = open_operations(f"sqlite:///{folder}/operations.sqlite")
    app = build_app(
        WebClient(token=bot_token, base_url=api_url),
        Stores(facts, operations, Settings()),
        lambda: NOW,
        signing_secret=signing_secret,
    )
    link = HttpLink(app, "127.0.0.1", 0, Monitor())
    address = link.start()
    gc.freeze()  # as the bot does once it runs
    print(address, flush=True)
    sys.stdin.read()
    link.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:5])
