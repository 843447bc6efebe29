"""The file of a backup: whole and as it was written, or refused."""

from __future__ import annotations

import io
import json
import stat
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.backups.archive import MANIFEST, NAMES, extract, writing_archive
from storage.errors import UserError
from tests.storage.facts.conftest import ROOT

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CONTENTS = {name: f"what is in {name}\n".encode() * 40 for name in NAMES}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "backup.tar"
    write(path, tmp_path)
    return path


def write(path: Path, folder: Path) -> None:
    with writing_archive(path) as writer:
        for name, content in CONTENTS.items():
            (folder / name).write_bytes(content)
            writer.add(name, folder / name)
            (folder / name).unlink()
        writer.close("0.1.0", NOW)


def refusal(path: Path, folder: Path) -> str:
    folder.mkdir()
    with pytest.raises(UserError) as raised:
        extract(path, folder)
    return raised.value.sentence


def test_archive_comes_back_as_it_was_and_is_private(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    manifest = extract(archive, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == CONTENTS
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert (manifest.version, manifest.taken_at, list(manifest.files)) == (
        "0.1.0",
        NOW,
        list(NAMES),
    )
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600


def test_archive_that_is_cut_off_anywhere_is_refused(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    manifest_ends = whole.index(b'"sha256"') + 70
    for number, length in enumerate((0, 100, 512, 1000, 2048, 4096, 6000, manifest_ends)):
        cut = tmp_path / f"cut-{number}.tar"
        cut.write_bytes(whole[:length])
        assert refusal(cut, tmp_path / str(number)) in {
            f"{cut.name} was not written to its end.",
            f"{cut.name} is no backup of CareKPI, or it was changed since it was written.",
        }


def test_archive_with_any_letter_changed_is_refused(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    told = len(whole.rstrip(b"\0"))
    places = [place for place in range(0, told, 97) if whole[place]]
    for place in places:
        changed = tmp_path / f"changed-{place}.tar"
        changed.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        refusal(changed, tmp_path / str(place))
    assert len(places) > 20


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "carekpi.env", "facts.duckdb/x"])
def test_archive_with_other_names_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "evil.tar"
    with tarfile.open(path, "w") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    assert refusal(path, tmp_path / "out") == (
        "evil.tar is no backup of CareKPI, or it was changed since it was written."
    )
    assert list((tmp_path / "out").iterdir()) == []


def test_archive_with_a_link_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.tar"
    link = tarfile.TarInfo("facts.duckdb")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(path, "w") as tar:
        tar.addfile(link)
    assert refusal(path, tmp_path / "out").startswith("evil.tar is no backup of CareKPI")


def test_archive_of_another_format_names_the_version(tmp_path: Path) -> None:
    path, told = tmp_path / "later.tar", json.dumps({"format": 2, "version": "9.0"}).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(told)
    with tarfile.open(path, "w") as tar:
        tar.addfile(entry, io.BytesIO(told))
    assert refusal(path, tmp_path / "out") == (
        "later.tar was written by another version of CareKPI (9.0)."
    )


def test_archive_that_is_there_already_is_left_alone(archive: Path, tmp_path: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(UserError, match=r"backup\.tar is there already"):
        write(archive, tmp_path)
    assert archive.read_bytes() == before


def test_archive_being_written_is_not_written_twice(tmp_path: Path) -> None:
    path = tmp_path / "backup.tar"
    with writing_archive(path):
        with pytest.raises(UserError, match=r"backup\.tar is being written"):
            write(path, tmp_path)
        assert not path.exists()
    assert [each.name for each in tmp_path.iterdir()] == ["backup.tar"]


def test_archive_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), writing_archive(tmp_path / "backup.tar") as writer:
        writer.add("facts.duckdb", tmp_path / "missing")
    assert list(tmp_path.iterdir()) == []


def test_archive_of_a_killed_backup_is_written_anew(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path;"
        "from storage.backups.archive import writing_archive\n"
        "with writing_archive(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    path = tmp_path / "backup.tar"
    subprocess.run([sys.executable, "-c", program, str(path)], cwd=ROOT, check=False)
    assert [each.name for each in tmp_path.iterdir()] == ["backup.tar.part"]
    write(path, tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["backup.tar"]
    extract(path, tmp_path)


def test_archive_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised:
        extract(tmp_path / "none.tar", tmp_path)
    assert str(raised.value) == f"There is no file {tmp_path}/none.tar. Check the path."
