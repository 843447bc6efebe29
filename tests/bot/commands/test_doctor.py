"""``carekpi doctor``: what it says of a sound installation, and of each thing that is wrong."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.checkup.machine import check_address
from bot.cli import carry_out
from bot.command_socket import CommandSocket
from bot.environment import read_data_environment
from bot.playground import Workspace, serve
from bot.playground.listening import listen
from bot.playground.manifest import Manifest
from bot.workplace import Workplace, holding
from storage.migrations import NEWEST
from storage.operations.engine import writing
from storage.operations.sealed import own_secret
from storage.sealing import new_key
from tests.bot.command_line import NOW, Said, run_command, write_contacts
from tests.clickhouse import House
from tests.postgresql import PASSWORD, Server
from tests.storage.facts.conftest import ROOT
from tests.storage.operations.template import put_operations

Environ = dict[str, str]
WHERE_BOT = (
    "It is the Bot User OAuth Token on the page OAuth & Permissions. Your app's pages are at"
    " https://api.slack.com/apps."
)


@pytest.fixture(scope="module")
def slack() -> Iterator[Workspace]:
    with serve(ROOT / "manifest.yml", lambda: NOW) as running:
        running.add_person("ann", email="ann@example.com")
        yield running


@pytest.fixture
def environ(slack: Workspace) -> Environ:
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "CAREKPI_KEYS": new_key(),
        "CAREKPI_ADMINS": "ann@example.com",
    }


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A facts file with three contacts, made once."""
    home = tmp_path_factory.mktemp("loaded")
    run_command(home / "data", "import", "contacts", write_contacts(home))
    return (home / "data" / "facts.duckdb").read_bytes()


@pytest.fixture
def folder(tmp_path: Path, loaded: bytes) -> Path:
    made = tmp_path / "data"
    made.mkdir(mode=0o700)
    put_operations(made)
    (made / "operations.sqlite").chmod(0o600)
    (made / "facts.duckdb").write_bytes(loaded)
    (made / "carekpi.toml").write_text('timezone = "Europe/Berlin"\n')
    return made


def found(said: Said, about: str) -> list[tuple[str, str, str]]:
    """Mark, words and next step of what is said about one thing."""
    return [
        (each["mark"], each["words"], each["next_step"])
        for each in said.json
        if each["about"] == about
    ]


def examine(folder: Path, environ: Environ, *options: str) -> Said:
    return run_command(folder, "doctor", "--json", *options, environ=environ)


def test_sound_installation_has_no_problem_and_stays_as_it_is(
    folder: Path, environ: Environ, slack: Workspace
) -> None:
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in files(folder)}
    said = run_command(folder, "doctor", environ=environ)
    after = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in files(folder)}
    lines = [line for line in said.out.splitlines() if not line.startswith("✓ Free disk: ")]
    assert (said.status, said.err, before == after) == (0, "", True)
    assert lines == [
        f"✓ Data folder: {folder} can be written.",
        "✓ Settings: carekpi.toml is valid.",
        "✓ Time zone: days and weeks begin at midnight of Europe/Berlin.",
        f"✓ Operations database: answers, and is up to date ({NEWEST}).",
        "✓ CAREKPI_KEYS: valid.",
        "✓ Facts database: answers, and holds 3 contacts.",
        f"✓ SLACK_BOT_TOKEN: is {slack.bot.name}'s, in the workspace {slack.team.name}.",
        "✓ Rights: all 11 of manifest.yml are granted.",
        "· Commands and events: what the app's own manifest says can't be read with these tokens.",
        "    After an update, compare the page App Manifest with manifest.yml.",
        "✓ Clock: as Slack's.",
        "✓ CAREKPI_ADMINS: ann@example.com is Ann.",
        "✓ SLACK_APP_TOKEN: may open connections for Socket Mode.",
        f"· Bot: none runs on {folder}.",
        "    Start it: carekpi run.",
        "",
        "Nothing is wrong.",
    ]
    secrets = [environ[name] for name in environ if name.startswith(("SLACK_BOT", "SLACK_APP"))]
    assert [each for each in (*secrets, environ["CAREKPI_KEYS"]) if each in said.out] == []


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_folder_that_is_not_there_is_not_made(tmp_path: Path, environ: Environ) -> None:
    folder = tmp_path / "none"
    said = examine(folder, environ)
    assert said.status == 0
    assert [found(said, f"{each} database")[0][:2] for each in ("Operations", "Facts")] == [
        ("note", f"{folder}/operations.sqlite is not there yet."),
        ("note", f"{folder}/facts.duckdb is not there yet."),
    ]
    assert found(said, "CAREKPI_KEYS") == [("fine", "valid.", "")]
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "value", "about", "problem"),
    [
        (
            "SLACK_BOT_TOKEN",
            "",
            "Slack",
            (
                "SLACK_BOT_TOKEN is missing.",
                "It is the Bot User OAuth Token on the page OAuth & Permissions.",
            ),
        ),
        (
            "SLACK_BOT_TOKEN",
            "xoxb-hidden",
            "SLACK_BOT_TOKEN",
            ("Slack does not accept it: invalid_auth.", WHERE_BOT),
        ),
        (
            "SLACK_APP_TOKEN",
            "xapp-hidden",
            "SLACK_APP_TOKEN",
            (
                "Slack does not accept it: invalid_auth.",
                (
                    "Make one with the scope connections:write under App-Level Tokens on the page"
                    " Basic Information. Your app's pages are at https://api.slack.com/apps."
                ),
            ),
        ),
        (
            "CAREKPI_ADMINS",
            "bob@example.com",
            "CAREKPI_ADMINS",
            (
                "bob@example.com is nobody in the workspace.",
                "Write the user id, or the address as in Slack.",
            ),
        ),
        (
            "CAREKPI_ADMINS",
            "U0NOBODY",
            "CAREKPI_ADMINS",
            ("U0NOBODY is nobody there.", "Write the user id, or the address as in Slack."),
        ),
        (
            "CAREKPI_ADMINS",
            "ann",
            "CAREKPI_ADMINS",
            ('holds "ann", which is no Slack user id (U…) and no e-mail address.', "Mend it."),
        ),
        (
            "CAREKPI_KEYS",
            "hidden",
            "CAREKPI_KEYS",
            (
                "A key in CAREKPI_KEYS is none, or is cut short.",
                "Make a key with carekpi keys new and put it into CAREKPI_KEYS, the newest first.",
            ),
        ),
    ],
)
def test_what_is_wrong_in_the_environment_is_told_with_what_to_do(
    folder: Path, environ: Environ, name: str, value: str, about: str, problem: tuple[str, str]
) -> None:
    said = examine(folder, environ | {name: value})
    assert said.status == 1
    assert found(said, about) == [("problem", *problem)]
    assert "hidden" not in said.out


def test_slack_that_is_away_is_a_problem(folder: Path, environ: Environ) -> None:
    said = examine(folder, environ | {"SLACK_API_URL": "http://127.0.0.1:9/api"})
    assert found(said, "Slack")[0] == (
        "problem",
        "can't be reached at http://127.0.0.1:9/api/.",
        "Check the network, a proxy, and SLACK_API_URL.",
    )


def test_rights_that_were_not_granted_are_named(folder: Path, environ: Environ) -> None:
    declared = Manifest.load(ROOT / "manifest.yml")
    fewer = tuple(each for each in declared.scopes if each not in {"im:write", "commands"})
    with serve(replace(declared, scopes=(*fewer, "team:read")), lambda: NOW) as strict:
        tokens = {
            "SLACK_BOT_TOKEN": strict.bot_token,
            "SLACK_APP_TOKEN": strict.app_token,
            "SLACK_API_URL": strict.api_url,
            "CAREKPI_ADMINS": "",
        }
        said = examine(folder, environ | tokens)
    assert said.status == 1
    assert found(said, "Rights") == [
        (
            "problem",
            "not granted: commands, im:write.",
            (
                "On your app's page App Manifest, paste manifest.yml and save; then install the"
                " app to your workspace again."
            ),
        )
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-90, "90 seconds ahead of Slack's."), (3600, "3,600 seconds behind Slack's.")],
)
def test_clock_that_is_wrong_is_told(
    folder: Path, environ: Environ, seconds: int, words: str
) -> None:
    with serve(ROOT / "manifest.yml", lambda: NOW + timedelta(seconds=seconds)) as elsewhere:
        tokens = {
            "SLACK_BOT_TOKEN": elsewhere.bot_token,
            "SLACK_APP_TOKEN": elsewhere.app_token,
            "SLACK_API_URL": elsewhere.api_url,
            "CAREKPI_ADMINS": "",
        }
        said = examine(folder, environ | tokens)
    assert found(said, "Clock") == [
        ("problem", words, "Have it set by NTP, such as with timedatectl set-ntp true.")
    ]


def test_databases_of_other_versions_are_told_and_left_alone(
    folder: Path, environ: Environ
) -> None:
    with closing(sqlite3.connect(folder / "operations.sqlite")) as connection:
        connection.execute("UPDATE carekpi_version SET version_num = '0003'")
        connection.commit()
    with duckdb.connect(str(folder / "facts.duckdb")) as facts:
        facts.execute("ALTER TABLE contacts ADD COLUMN mood VARCHAR")
    said = examine(folder, environ)
    assert said.status == 1
    assert found(said, "Operations database") == [
        (
            "note",
            "it is of an earlier version (0003).",
            "It is brought up to date at the next start; take a backup before: carekpi backup.",
        )
    ]
    assert found(said, "Facts database") == [
        (
            "problem",
            "a newer CareKPI has written it.",
            "Update CareKPI, or restore the backup made before the update.",
        )
    ]
    with closing(sqlite3.connect(folder / "operations.sqlite")) as connection:
        version = connection.execute("SELECT version_num FROM carekpi_version").fetchone()
    assert version == ("0003",)


def test_files_that_are_no_databases_are_problems(folder: Path, environ: Environ) -> None:
    for name in ("operations.sqlite", "facts.duckdb"):
        (folder / name).write_text("my shopping list\n" * 500)
    said = examine(folder, environ)
    marks = [found(said, f"{each} database")[0][0] for each in ("Operations", "Facts")]
    assert (said.status, marks) == (1, ["problem", "problem"])


def test_facts_that_another_command_has_open_are_no_problem(folder: Path, environ: Environ) -> None:
    program = (
        "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True);"
        "sys.stdin.read()"
    )
    path = str(folder / "facts.duckdb")
    with subprocess.Popen(
        [sys.executable, "-c", program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        said = examine(folder, environ)
        holder.kill()
    assert found(said, "Facts database") == [
        ("note", "another command has it open.", "Try again when that has finished.")
    ]


def test_databases_on_a_server_are_looked_at_and_left_alone(
    folder: Path, environ: Environ, postgresql: Server
) -> None:
    with postgresql.database() as url:
        urls = {"CAREKPI_FACTS_URL": url, "CAREKPI_OPERATIONS_URL": url}
        empty = examine(folder, environ | urls)
        run_command(folder, "role", environ=urls)
        run_command(folder, "ask", "volume", environ=urls)
        made = examine(folder, environ | urls)
        gone = examine(folder, environ | dict.fromkeys(urls, f"{url}_gone"))
    names = ("Operations database", "Facts database", "Bot")
    assert [found(empty, name)[0][:2] for name in names] == [
        ("note", "it is empty."),
        ("note", "it is empty."),
        ("note", "with facts on a server, bots can't be seen from here."),
    ]
    assert [found(made, name)[0][:2] for name in names[:2]] == [
        ("fine", f"answers, and is up to date ({NEWEST})."),
        ("note", "answers, and holds no contacts."),
    ]
    assert [found(gone, name)[0][0] for name in names[:2]] == ["problem", "problem"]
    assert PASSWORD not in empty.out + made.out + gone.out


def test_facts_on_clickhouse_are_looked_at_and_left_alone(
    folder: Path, environ: Environ, clickhouse: House
) -> None:
    with clickhouse.database() as url:
        there = environ | {"CAREKPI_FACTS_URL": url}
        empty = found(examine(folder, there), "Facts database")
        run_command(folder, "ask", "volume", environ={"CAREKPI_FACTS_URL": url})
        made = found(examine(folder, there), "Facts database")
    gone = found(examine(folder, environ | {"CAREKPI_FACTS_URL": url}), "Facts database")
    assert [each[0][:2] for each in (empty, made)] == [
        ("note", "it is empty."),
        ("note", "answers, and holds no contacts."),
    ]
    assert gone[0][0] == "problem"


def test_sealed_text_that_no_key_opens_is_counted(folder: Path, environ: Environ) -> None:
    seal(folder, new_key())
    said = examine(folder, environ)
    assert found(said, "CAREKPI_KEYS") == [
        (
            "problem",
            "1 of 1 sealed texts can't be read with them.",
            "Put the key back that sealed them, after the newest.",
        )
    ]


def seal(folder: Path, key: str) -> None:
    place = Workplace(read_data_environment({"CAREKPI_KEYS": key}, folder), lambda: NOW)
    with writing(place.operations) as session:
        own_secret(session, "hashing", place.sealer)
    place.close()


def test_settings_that_are_wrong_are_told_with_their_line(folder: Path, environ: Environ) -> None:
    (folder / "carekpi.toml").write_text('timezone = "Mars/North"\n')
    said = examine(folder, environ)
    assert found(said, "Settings") == [
        (
            "problem",
            "carekpi.toml can't be used yet.",
            (
                'line 1: timezone is "Mars/North", which is no time zone. Use a name like'
                " Europe/Berlin or UTC. Mend these lines and start again."
            ),
        )
    ]


def test_secrets_that_others_can_read_are_told(folder: Path, environ: Environ) -> None:
    (folder / "carekpi.env").write_text("")
    (folder / "carekpi.env").chmod(0o644)
    said = examine(folder, environ)
    assert found(said, "Data folder")[1:] == [
        (
            "problem",
            "carekpi.env can be read by others.",
            f"chmod go= {folder}/carekpi.env",
        )
    ]


def test_running_bot_looks_itself(folder: Path, environ: Environ) -> None:
    place = Workplace(read_data_environment({}, folder), lambda: NOW)
    with holding(folder, lambda: None):
        assert place.facts.dialect.name == "duckdb"
        assert place.operations.dialect.name == "sqlite"
        commands = CommandSocket(folder, lambda argv, console: carry_out(argv, console, place))
        commands.start()
        said = run_command(folder, "doctor", "--json", environ=environ)
        commands.stop()
        place.close()
    assert found(said, "Bot") == [("fine", f"one runs on {folder}, and looked at all this.", "")]
    assert found(said, "Facts database") == [("fine", "answers, and holds 3 contacts.", "")]


def test_public_address_is_reached_or_told_what_to_do() -> None:
    assert check_address("http://127.0.0.1:9").words == (
        "http://127.0.0.1:9/healthz can't be reached: [Errno 111] Connection refused."
    )
    assert check_address("kpi.example.com").next_step == (
        "Write it as https://carekpi.example.com."
    )
    with serve(ROOT / "manifest.yml") as other:
        address = other.api_url.removesuffix("/api/")
        assert check_address(address).words == (
            f"{address}/healthz answers 404, and it is not CareKPI that does."
        )
    monitor = Route("/healthz", lambda _request: PlainTextResponse("alive"))
    with listen(Starlette(routes=[monitor])) as host:
        assert check_address(f"http://{host}/slack/events").words == (
            f"http://{host}/healthz answers."
        )
