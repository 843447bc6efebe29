"""``carekpi import``, as people type it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.cli import build_parser
from storage.operations import imports
from storage.operations.audit import By
from storage.operations.engine import open_operations, reading, writing
from tests.bot.command_line import (
    CONTACTS,
    HEADER,
    NOW,
    UNFIT_ROW,
    Said,
    run_command,
    write_contacts,
)
from tests.storage.facts.examples import EXAMPLES, Example


def history(folder: Path) -> list[tuple[str, str, int | None, str | None]]:
    engine = open_operations(f"sqlite:///{folder / 'operations.sqlite'}")
    with reading(engine) as session:
        kept = [
            (each.file_name, each.outcome.value, each.rows_loaded, each.reason)
            for each in imports.newest(session)
        ]
    engine.dispose()
    return kept


def volume(folder: Path) -> int:
    said = run_command(folder, "ask", "volume 2026-02", "--json")
    rows = said.json["rows"]
    return sum(row["n"] for row in rows)


def test_import_twice_loads_once_and_says_so(tmp_path: Path) -> None:
    file, folder = write_contacts(tmp_path), tmp_path / "data"
    first = run_command(folder, "import", "contacts", file)
    second = run_command(folder, "import", "contacts", file, "--until", "2026-03-01 00:00")
    assert first == Said(
        0,
        "tickets.csv: 3 rows of contacts from carekpi.\n"
        "3 loaded.\n"
        "Data until 2026-02-04 10:00 UTC.\n",
    )
    assert second == Said(
        0,
        "tickets.csv: 3 rows of contacts from carekpi.\n"
        "3 loaded, 3 of them in place of earlier ones.\n"
        "Data until 2026-03-01 00:00 UTC.\n",
    )
    assert volume(folder) == 3
    assert history(folder) == [("tickets.csv", "loaded", 3, None)] * 2


def test_import_of_agents_names_them_in_answers(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    agents = "agent_id,name,email\nann,Ann Lee,ann@example.com\nbob,Bob Ray,bob@example.com\n"
    file = write_contacts(tmp_path, agents, "agents.csv")
    run_command(folder, "import", "contacts", write_contacts(tmp_path))
    said = run_command(folder, "import", "agents", file)
    asked = run_command(folder, "ask", "volume 2026-02 by agent")
    assert said.out.splitlines()[:2] == ["agents.csv: 2 rows of agents from carekpi.", "2 loaded."]
    named = [name for name in ("Ann Lee", "Bob Ray", "cem") if f"\n{name} " in asked.out]
    assert (said.status, named) == (0, ["Ann Lee", "Bob Ray", "cem"])


def test_import_of_two_sources_keeps_both(tmp_path: Path) -> None:
    file, folder = write_contacts(tmp_path), tmp_path / "data"
    for source in ("helpdesk", "phone"):
        run_command(folder, "import", "contacts", file, "--source", source)
    answer = run_command(folder, "ask", "volume 2026-02 by source", "--json").json
    assert [(row["segment"]["source"], row["n"]) for row in answer["rows"]] == [
        ("helpdesk", 3),
        ("phone", 3),
    ]
    assert set(answer["sources"]) == {"helpdesk", "phone"}


def test_import_reads_local_times_in_the_zone_given(tmp_path: Path) -> None:
    file = write_contacts(tmp_path, "contact_id,channel,opened_at\n1,chat,2026-02-01 00:30\n")
    folder = tmp_path / "data"
    run_command(folder, "import", "contacts", file, "--timezone", "Europe/Berlin")
    answer = run_command(folder, "ask", "volume 2026-01", "--json").json
    assert (answer["rows"][0]["n"], answer["fresh_until"]) == (1, "2026-01-31T23:30:00Z")


def test_import_sets_unfit_rows_aside_and_loads_the_rest(tmp_path: Path) -> None:
    file, folder = write_contacts(tmp_path, CONTACTS + UNFIT_ROW), tmp_path / "data"
    said = run_command(folder, "import", "contacts", file)
    (rejects,) = (folder / "rejects").iterdir()
    lines = said.out.splitlines()
    assert said.status == 0
    assert lines[:3] == [
        "tickets.csv: 4 rows of contacts from carekpi.",
        "3 loaded.",
        "1 row set aside:",
    ]
    assert lines[-2] == f"They are in {rejects}, which is deleted after 30 days."
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    assert rejects.read_text().splitlines()[1].startswith("5,")


def test_import_strict_loads_nothing_for_one_unfit_row(tmp_path: Path) -> None:
    file, folder = write_contacts(tmp_path, CONTACTS + UNFIT_ROW), tmp_path / "data"
    said = run_command(folder, "import", "contacts", file, "--strict")
    assert said.status == 1
    assert said.out.splitlines()[1] == ("Nothing was loaded, because --strict allows no unfit row.")
    assert volume(folder) == 0
    assert history(folder) == [("tickets.csv", "refused", 0, "1 row set aside")]


def test_import_dry_run_changes_nothing(tmp_path: Path) -> None:
    file, folder = write_contacts(tmp_path), tmp_path / "data"
    said = run_command(folder, "import", "contacts", file, "--dry-run")
    assert said.out.splitlines()[1] == "3 would be loaded; nothing was."
    assert (said.status, volume(folder), history(folder)) == (0, 0, [])


def test_import_of_several_files_goes_on_after_a_bad_one(tmp_path: Path) -> None:
    file, folder = write_contacts(tmp_path), tmp_path / "data"
    other = write_contacts(
        tmp_path, f"{HEADER}d1,chat,2026-02-09T10:00:00Z,,Billing,ann,0\n", "more.csv"
    )
    missing = str(tmp_path / "missing.csv")
    said = run_command(folder, "import", "contacts", file, missing, other)
    assert (said.status, said.err) == (2, f"There is no file {missing}. Check the path.\n")
    assert volume(folder) == 4
    assert history(folder) == [
        ("more.csv", "loaded", 1, None),
        ("missing.csv", "failed", None, f"There is no file {missing}."),
        ("tickets.csv", "loaded", 3, None),
    ]


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02PNG\xff", "contact_id,x\n1,ä\n".encode("utf-16")]
)
def test_import_of_what_is_no_export_is_one_line_and_changes_nothing(
    tmp_path: Path, content: bytes
) -> None:
    file, folder = tmp_path / "tickets.csv", tmp_path / "data"
    file.write_bytes(content)
    said = run_command(folder, "import", "contacts", str(file))
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert volume(folder) == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--mapping", "zendsk"], 'I don\'t know a mapping "zendsk".'),
        (["--until", "soon"], 'I can\'t read the time "soon".'),
        (["--timezone", "Mars"], 'I don\'t know a time zone "Mars".'),
    ],
)
def test_import_option_that_is_wrong_is_told_before_anything_is_read(
    tmp_path: Path, options: list[str], told: str
) -> None:
    said = run_command(tmp_path / "data", "import", "contacts", "nowhere.csv", *options)
    assert (said.status, said.err.startswith(told)) == (2, True)
    assert history(tmp_path / "data") == []


def test_import_unknown_fact_says_which_there_are(tmp_path: Path) -> None:
    said = run_command(tmp_path / "data", "import", "tickets", "nowhere.csv")
    assert said.status == 2
    assert 'tickets"' in said.err


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.fact)
def test_import_of_every_fact_as_the_command_is_written(tmp_path: Path, example: Example) -> None:
    file = tmp_path / f"{example.fact}.csv"
    file.write_text(example.file(example.sound, example.other, example.unfit[0][0]))
    said = run_command(tmp_path / "data", "import", example.fact, str(file))
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[:3] == [
        f"{file.name}: 3 rows of {example.fact} from carekpi.",
        "2 loaded.",
        "1 row set aside:",
    ]
    assert history(tmp_path / "data") == [(file.name, "loaded", 2, None)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.fact)
def test_import_of_every_fact_may_be_rehearsed_or_strict(tmp_path: Path, example: Example) -> None:
    file = tmp_path / f"{example.fact}.csv"
    file.write_text(example.file(example.sound, example.unfit[0][0]))
    rehearsed = run_command(tmp_path / "data", "import", example.fact, str(file), "--dry-run")
    strict = run_command(tmp_path / "data", "import", example.fact, str(file), "--strict")
    assert (rehearsed.status, rehearsed.out.splitlines()[1]) == (
        *(0, "1 would be loaded; nothing was."),
    )
    assert (strict.status, strict.out.splitlines()[1]) == (
        *(1, "Nothing was loaded, because --strict allows no unfit row."),
    )


def test_import_help_lists_what_can_be_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(["import", "--help"])
    listed = capsys.readouterr().out.partition("what the files hold:")[2].partition("FILE")[0]
    assert (
        listed.replace("\n", " ").split()
        == " ".join(f"{example.fact}," for example in EXAMPLES).rstrip(",").split()
    )


def test_import_cut_off_is_marked_by_the_next_command(tmp_path: Path) -> None:
    engine = open_operations(f"sqlite:///{tmp_path / 'operations.sqlite'}")
    with writing(engine) as session:
        imports.start(session, "contacts", "cut.csv", "carekpi", By("ann", NOW))
    engine.dispose()
    run_command(tmp_path, "role")
    assert history(tmp_path) == [("cut.csv", "interrupted", None, None)]
