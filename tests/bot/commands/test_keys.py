"""``carekpi keys``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.environment import read_data_environment
from bot.workplace import Workplace
from storage.operations.engine import reading, writing
from storage.operations.sealed import HASHING, own_secret
from storage.sealing import Sealer
from tests.bot.command_line import Said, run_command


def test_new_key_is_one_and_no_folder_is_made(tmp_path: Path) -> None:
    said = run_command(tmp_path / "data", "keys", "new")
    sealer = Sealer([said.out.strip()])
    assert sealer.open(sealer.seal("hello")) == "hello"
    assert said.err == (
        "Put it first into CAREKPI_KEYS, with a comma before the keys that are there already. Keep"
        " a copy in a safe place: what it seals can't be read without it.\n"
    )
    assert not (tmp_path / "data").exists()


def test_rotating_seals_with_the_newest_key(tmp_path: Path) -> None:
    old, new = (run_command(tmp_path, "keys", "new").out.strip() for _ in range(2))
    secret = _own_secret(tmp_path, old)
    keys = {"CAREKPI_KEYS": f"{new}, {old}"}
    said = run_command(tmp_path, "keys", "rotate", environ=keys)
    assert said == Said(
        0,
        "1 text is sealed with the newest key now. The older keys can be taken out of CAREKPI_KEYS,"
        " once no backup needs them.\n",
    )
    assert _own_secret(tmp_path, new) == secret


def test_rotating_without_the_old_key_changes_nothing(tmp_path: Path) -> None:
    old, new = (run_command(tmp_path, "keys", "new").out.strip() for _ in range(2))
    secret = _own_secret(tmp_path, old)
    said = run_command(tmp_path, "keys", "rotate", environ={"CAREKPI_KEYS": new})
    assert said == Said(
        2,
        "",
        "This was sealed with a key that is no longer there. Put the old key back, last in"
        " CAREKPI_KEYS, and run carekpi keys rotate.\n",
    )
    assert _own_secret(tmp_path, old) == secret


def test_key_cut_short_is_refused(tmp_path: Path) -> None:
    said = run_command(tmp_path, "keys", "rotate", environ={"CAREKPI_KEYS": "abc"})
    assert said == Said(
        2,
        "",
        "A key in CAREKPI_KEYS is none, or is cut short. Make a key with carekpi keys new and put"
        " it into CAREKPI_KEYS, the newest first.\n",
    )


def _own_secret(folder: Path, key: str) -> str:
    environment = read_data_environment({"CAREKPI_KEYS": key}, folder)
    place = Workplace(environment, lambda: datetime(2026, 11, 23, tzinfo=UTC))
    with writing(place.operations) as session:
        own_secret(session, HASHING, place.sealer)
    with reading(place.operations) as session:
        secret = own_secret(session, HASHING, place.sealer)
    place.close()
    return secret
