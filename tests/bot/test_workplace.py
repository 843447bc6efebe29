"""Having the data folder alone, or finding who has it."""

from __future__ import annotations

import stat
from pathlib import Path
from threading import Event, Thread

import pytest

from bot.environment import read_data_environment
from bot.workplace import FolderInUseError, at_work, holding


def nobody() -> str | None:
    return None


def test_folder_is_made_private_and_held(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with holding(folder, nobody) as bot:
        assert bot is None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "carekpi.lock").stat().st_mode) == 0o600


def test_folder_that_another_command_keeps_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with (
        holding(tmp_path, nobody),
        pytest.raises(FolderInUseError) as raised,
        holding(tmp_path, nobody, patience_seconds=0.05),
    ):
        pass
    assert str(raised.value) == (
        f"Another carekpi command is using the data folder {tmp_path}."
        " Try again when it has finished."
    )


def test_folder_that_is_given_back_soon_is_waited_for(tmp_path: Path) -> None:
    asked, got = Event(), Event()

    def look() -> str | None:
        asked.set()
        return None

    def wait_for_it() -> None:
        with holding(tmp_path, look):
            got.set()

    waiting = Thread(target=wait_for_it)
    with holding(tmp_path, nobody):
        waiting.start()
        assert asked.wait(10)
        assert not got.is_set()
    assert got.wait(10)
    waiting.join()


def test_folder_that_a_bot_has_is_left_to_it(tmp_path: Path) -> None:
    with holding(tmp_path, nobody), holding(tmp_path, lambda: "the bot") as found:
        assert found == "the bot"


@pytest.mark.parametrize(
    ("facts_url", "operations_url", "found"),
    [
        ("duckdb:///facts.duckdb", "sqlite:///operations.sqlite", "the bot"),
        ("duckdb:///facts.duckdb", "postgresql://db/care", "the bot"),
        ("postgres://db/care", "sqlite:///operations.sqlite", None),
        ("postgresql+psycopg://db/care", "postgresql://db/care", None),
    ],
)
def test_work_waits_for_nobody_where_facts_are_on_a_server(
    tmp_path: Path, facts_url: str, operations_url: str, found: str | None
) -> None:
    environ = {"CAREKPI_FACTS_URL": facts_url, "CAREKPI_OPERATIONS_URL": operations_url}
    environment = read_data_environment(environ, tmp_path)
    with holding(tmp_path, nobody), at_work(environment, lambda _folder: "the bot") as bot:
        assert bot == found
