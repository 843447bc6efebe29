"""``carekpi.env``: read as systemd and Docker read it, and never against the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.environment_file import read_environment_file, with_file, write_environment_file
from storage.errors import SettingsError
from tests.bot.command_line import run_command


def test_file_fills_up_the_environment_and_never_goes_against_it(tmp_path: Path) -> None:
    (tmp_path / "carekpi.env").write_text(
        "# tokens\n\nSLACK_BOT_TOKEN=xoxb-file\n SLACK_APP_TOKEN = 'xapp=file'\n"
        'CAREKPI_KEYS="a=,b="\nCAREKPI_DATA=/elsewhere\n'
    )
    environ = {"SLACK_BOT_TOKEN": "xoxb-own", "CAREKPI_KEYS": "", "HOME": "/root"}
    assert with_file(environ, tmp_path) == {
        "SLACK_BOT_TOKEN": "xoxb-own",
        "SLACK_APP_TOKEN": "xapp=file",
        "CAREKPI_KEYS": "a=,b=",
        "HOME": "/root",
    }


def test_no_file_adds_nothing(tmp_path: Path) -> None:
    assert with_file({"A": "1"}, tmp_path / "none") == {"A": "1"}
    (tmp_path / "file").touch()
    assert with_file({"A": "1"}, tmp_path / "file") == {"A": "1"}


@pytest.mark.parametrize(
    "line", ["export SLACK_BOT_TOKEN=hidden", "hidden", "=hidden", "a b=hidden"]
)
def test_line_that_is_none_is_named_without_its_value(tmp_path: Path, line: str) -> None:
    path = tmp_path / "carekpi.env"
    path.write_text(f"# one\n{line}\n")
    with pytest.raises(SettingsError) as raised:
        read_environment_file(path)
    assert str(raised.value) == (
        f"Line 2 of {path} can't be understood. Write NAME=VALUE, such as SLACK_BOT_TOKEN=xoxb-…,"
        " without export before it."
    )


def test_writing_leaves_every_other_line_alone(tmp_path: Path) -> None:
    path = tmp_path / "carekpi.env"
    path.write_text("# mine\nA=1\nB=2\n")
    write_environment_file(path, {"B": "3", "C": "4"})
    assert path.read_text() == "# mine\nA=1\nB=3\nC=4\n"


def test_commands_read_the_file_of_their_data_folder(tmp_path: Path) -> None:
    (tmp_path / "carekpi.env").write_text("CAREKPI_OPERATIONS_URL=oracle://nothing\n")
    assert run_command(tmp_path, "role").err == (
        "CAREKPI_OPERATIONS_URL is no address of a database that CareKPI knows. Leave it out to"
        " keep a file in the data folder.\n"
    )
