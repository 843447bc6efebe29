"""Files of rows set aside: named so that none is overwritten, and gone after 30 days."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from storage.facts.rejects import Reject, purge_rejects, rejects_path, write_rejects
from tests.storage.facts.conftest import NOW


def test_no_reject_makes_no_file(tmp_path: Path) -> None:
    path = rejects_path(tmp_path, "zendesk", "contacts", NOW)
    written = write_rejects([], path)
    assert (written.rows, written.file, path.exists()) == (0, None, False)


def test_second_file_of_a_second_gets_its_own_name(tmp_path: Path) -> None:
    reject = Reject(2, "channel", "fax", "unknown channel")
    names = []
    for _ in range(2):
        path = rejects_path(tmp_path, "../x y", "contacts", NOW)
        write_rejects([reject], path)
        names.append(str(path.relative_to(tmp_path)))
    assert names == [
        "rejects/..-x-y-contacts-20261122T064510Z.csv",
        "rejects/..-x-y-contacts-20261122T064510Z-2.csv",
    ]


def test_row_with_two_faults_is_counted_once(tmp_path: Path) -> None:
    rejects = [
        Reject(2, "channel", "fax", "unknown channel"),
        Reject(2, "opened_at", "", "no value"),
        Reject(7, "channel", "a,\n\"b\"", "unknown channel"),
    ]  # fmt: skip
    written = write_rejects(rejects, tmp_path / "rejects.csv")
    assert (written.rows, dict(written.reasons)) == (2, {"unknown channel": 2, "no value": 1})
    assert (tmp_path / "rejects.csv").read_bytes() == (
        b"line,column,value,reason\r\n2,channel,fax,unknown channel\r\n2,opened_at,,no value\r\n"
        b'7,channel,"a,\n""b""",unknown channel\r\n'
    )


def test_purge_deletes_what_is_older_than_thirty_days(tmp_path: Path) -> None:
    for name, days in (("new", 29), ("old", 31)):
        path = rejects_path(tmp_path, name, "contacts", NOW)
        write_rejects([Reject(2, "channel", "fax", "unknown channel")], path)
        moment = (NOW - timedelta(days=days)).timestamp()
        os.utime(path, (moment, moment))
    assert purge_rejects(tmp_path, NOW) == 1
    assert [path.name[:3] for path in (tmp_path / "rejects").iterdir()] == ["new"]


def test_purge_of_a_folder_without_rejects(tmp_path: Path) -> None:
    assert purge_rejects(tmp_path, NOW) == 0
