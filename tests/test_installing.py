"""Every command of ``docs/installing.md``, typed one after the other in a pretend workspace."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from shlex import split

import pytest

from bot.playground import Person, Workspace, serve
from tests.chaos.fleet import Member

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "installing.md"
PATIENCE_SECONDS = 120
DATE = re.compile(r"2026-\d\d-\d\d")


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with serve(ROOT / "manifest.yml") as running:
        running.add_person("olga", email="olga@example.com", is_admin=True)
        yield running


@pytest.fixture
def eva(workspace: Workspace) -> Person:
    workspace.add_person("leo", email="leo@example.com")
    return workspace.add_person("eva", email="eva@example.com")


def commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    return [line for block in blocks for line in block.splitlines()]


def write_export(folder: Path) -> None:
    """The shipped example of an export, as if it had been made today."""
    example = (ROOT / "tests" / "data" / "exports" / "zendesk.csv").read_text(encoding="utf-8")
    newest = max(date.fromisoformat(each) for each in DATE.findall(example))
    later = datetime.now(UTC).date() - newest

    def moved(found: re.Match[str]) -> str:
        return str(date.fromisoformat(found[0]) + later)

    (folder / "tickets.csv").write_text(DATE.sub(moved, example), encoding="utf-8")


@contextmanager
def bot_on(folder: Path, environ: dict[str, str], workspace: Workspace) -> Iterator[None]:
    argv = [sys.executable, "-m", "bot", "--data", str(folder / "data"), "run"]
    bot = Member(folder / "bot.log", argv, environ)
    try:
        workspace.wait_for(lambda: bot.is_ready, PATIENCE_SECONDS)
        yield
    finally:
        bot.end()


def test_commands_of_the_page_lead_to_the_first_digest(
    workspace: Workspace, eva: Person, tmp_path: Path
) -> None:
    environ = {
        **{name: value for name, value in os.environ.items() if "CAREKPI" not in name},
        "PYTHONPATH": str(ROOT),
        "SLACK_API_URL": workspace.api_url,
    }
    answers = ["", workspace.bot_token, "1", workspace.app_token, "Europe/Berlin", "y", ""]
    write_export(tmp_path)
    with ExitStack() as running:
        for typed in commands():
            argv = [sys.executable, "-m", "bot", *split(typed)[1:]]
            if typed == "carekpi run":
                running.enter_context(bot_on(tmp_path, environ, workspace))
                continue
            ended = subprocess.run(
                argv,
                check=False,
                cwd=tmp_path,
                env=environ,
                capture_output=True,
                text=True,
                input="".join(f"{each}\n" for each in answers) if "init" in argv else "",
            )
            assert (typed, ended.returncode, ended.stderr) == (typed, 0, "")
        place = workspace.direct(eva, workspace.bot)
        workspace.wait_for(lambda: workspace.visible(eva, place), PATIENCE_SECONDS)
        read = workspace.visible(eva, place)[-1].read()
    assert read.startswith("Care this month")
