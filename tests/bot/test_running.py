"""``carekpi run`` as a process of its own, in a pretend workspace."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import httpx
import pytest
from slack_sdk import WebClient

from bot.environment import Secret, SlackEnvironment, read_data_environment
from bot.playground import Conversation, Person, Workspace, serve
from bot.running import Bot, _answers, _asking_slack
from bot.workplace import Workplace
from storage.errors import UserError
from storage.metrics.catalog import VOLUME
from tests.bot.command_line import HEADER, Said, run_command, write_contacts
from tests.postgresql import PASSWORD, Server
from tests.storage.engines import connected

ROOT = Path(__file__).parents[2]
RUNS = "CareKPI answers in Slack, over "
MONITORED = "Health and measures are told at "
ANSWERED = f'carekpi_answer_seconds_count{{kind="figure",metric="{VOLUME.key}"}}'
PATIENCE_SECONDS = 30


class Process:
    """A bot that was started, and what it logs."""

    def __init__(self, folder: Path, environ: dict[str, str], *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "--data", str(folder), "run", *options],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._reading = Thread(target=self._read)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)

    @property
    def link(self) -> str | None:
        """How it is reached, once it says so."""
        found = [line.partition(RUNS)[2].strip() for line in self.lines if RUNS in line]
        return found[0] if found else None

    @property
    def log(self) -> str:
        return "".join(self.lines)

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        status = self.process.wait(PATIENCE_SECONDS)
        self._reading.join()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
        return status


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with serve(ROOT / "manifest.yml") as running:
        yield running


@pytest.fixture
def ann(workspace: Workspace) -> Person:
    return workspace.add_person("ann", is_admin=True)


@pytest.fixture
def billing(workspace: Workspace, ann: Person) -> Conversation:
    return workspace.add_channel("billing", [ann], with_bot=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with its operations database: no process has to load what makes one."""
    made = tmp_path / "data"
    assert run_command(made, "role").status == 0
    return made


def environ_of(workspace: Workspace) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "SLACK_SIGNING_SECRET": workspace.signing_secret,
        "SLACK_API_URL": workspace.api_url,
    }


@contextmanager
def running(
    workspace: Workspace, folder: Path, *options: str, environ: Mapping[str, str] | None = None
) -> Iterator[Process]:
    process = Process(folder, {**environ_of(workspace), **(environ or {})}, *options)
    try:
        workspace.wait_for(lambda: process.link, PATIENCE_SECONDS)
        if process.link == "Socket Mode":
            workspace.wait_for(lambda: workspace.open_sockets)
        else:
            workspace.connect_http(str(process.link))
        yield process
    finally:
        if process.process.poll() is None:
            process.end(signal.SIGKILL)


def carekpi(folder: Path, *argv: str, cwd: Path = ROOT) -> Said:
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "--data", str(folder), *argv],
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    return Said(ended.returncode, ended.stdout, ended.stderr)


def ask(workspace: Workspace, person: Person, channel: Conversation, typed: str) -> str:
    """What the person sees after a command."""
    seen = len(workspace.visible(person, channel))
    assert workspace.command(person, channel, typed).is_acknowledged
    workspace.wait_for(
        lambda: len(workspace.visible(person, channel)) > seen, seconds=PATIENCE_SECONDS
    )
    return workspace.visible(person, channel)[-1].read()


@pytest.mark.parametrize(
    ("options", "ended_by"),
    [((), signal.SIGTERM), (("--http", "--port", "0"), signal.SIGINT)],
)
def test_bot_answers_and_carries_out_what_is_typed_beside_it(
    workspace: Workspace,
    ann: Person,
    billing: Conversation,
    tmp_path: Path,
    options: tuple[str, ...],
    ended_by: int,
) -> None:
    folder = tmp_path / "data"
    write_contacts(tmp_path)
    with running(workspace, folder, *options) as process:
        imported = carekpi(folder, "import", "contacts", "tickets.csv", cwd=tmp_path)
        run_command(folder, "role", ann.id, "executive")
        answer = ask(workspace, ann, billing, "/kpi volume 2026-02")
        second = Process(folder, environ_of(workspace))
        assert second.wait() == 2
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        status = process.end(ended_by)
    assert imported == Said(
        0,
        "tickets.csv: 3 rows of contacts from carekpi.\n3 loaded.\n"
        "Data until 2026-02-04 10:00 UTC.\n",
    )
    assert answer.startswith("Ticket volume, February 2026")
    assert second.log == (
        f"A bot already runs on the data folder {folder}."
        " Stop it first, or choose another folder with --data.\n"
    )
    assert {name for name, mode in modes.items() if mode & 0o077} == set()
    assert status == 0
    assert process.lines[-1].endswith("INFO carekpi: Stopped\n")
    assert not (folder / "carekpi.sock").exists()
    for secret in (workspace.bot_token, workspace.app_token, workspace.signing_secret):
        assert secret not in process.log


def test_bot_without_an_address_of_slacks_tells_a_monitor_how_it_is(
    workspace: Workspace, ann: Person, billing: Conversation, folder: Path, tmp_path: Path
) -> None:
    run_command(folder, "import", "contacts", write_contacts(tmp_path))
    run_command(folder, "role", ann.id, "executive")
    with running(workspace, folder, "--metrics-port", "0") as process:
        (line,) = (line for line in process.lines if MONITORED in line)
        base = line.partition(MONITORED)[2].strip()
        workspace.wait_for(lambda: httpx.get(f"{base}/readyz").text == "ready", PATIENCE_SECONDS)
        ask(workspace, ann, billing, "/kpi volume 2026-02")
        told = httpx.get(f"{base}/metrics").text
        slack = httpx.post(f"{base}/slack/events").status_code
        assert process.end(signal.SIGTERM) == 0
    figures = dict(line.rsplit(" ", 1) for line in told.splitlines() if line[0] != "#")
    assert {name: figures[name] for name in figures if name.startswith("carekpi_up")} == {
        'carekpi_up{part="bot"}': "1.0",
        'carekpi_up{part="facts"}': "1.0",
        'carekpi_up{part="operations"}': "1.0",
        'carekpi_up{part="token"}': "1.0",
        'carekpi_up{part="slack"}': "1.0",
    }
    assert figures['carekpi_requests_total{status="200",surface="/kpi"}'] == "1.0"
    assert figures[ANSWERED] == "1.0"
    assert figures['carekpi_import_rows_total{fact="contacts",result="loaded"}'] == "3.0"
    assert figures['carekpi_job_failures_total{job="watch the token"}'] == "0.0"
    assert slack == 404


def test_bots_on_a_server_leave_commands_and_each_other_alone(
    workspace: Workspace,
    ann: Person,
    billing: Conversation,
    postgresql: Server,
    tmp_path: Path,
) -> None:
    folder, file = tmp_path / "data", write_contacts(tmp_path)
    with postgresql.database() as facts, postgresql.database() as operations:
        urls = {"CAREKPI_FACTS_URL": facts, "CAREKPI_OPERATIONS_URL": operations}
        with (
            running(workspace, folder, environ=urls) as first,
            running(workspace, folder, environ=urls) as second,
        ):
            imported = run_command(folder, "import", "contacts", file, environ=urls)
            run_command(tmp_path / "other", "role", ann.id, "executive", environ=urls)
            answer = ask(workspace, ann, billing, "/kpi volume 2026-02")
            asked = run_command(folder, "ask", "volume 2026-02", "--json", environ=urls)
            there = {path.name for path in folder.iterdir()}
            ended = [first.end(signal.SIGTERM), second.end(signal.SIGTERM)]
    assert imported.out.splitlines()[1] == "3 loaded."
    assert answer.startswith("Ticket volume, February 2026")
    assert [row["n"] for row in asked.json["rows"]] == [3]
    assert there == {"rejects", "staging"}
    assert ended == [0, 0]
    assert PASSWORD not in first.log + second.log


def test_bot_is_not_ready_while_its_server_is_away() -> None:
    assert _answers(connected("postgresql://nobody@127.0.0.1:1/nothing")) is False


def test_bot_whose_token_is_refused_is_not_ready(folder: Path) -> None:
    slack = SlackEnvironment(Secret("xoxb-1"), Secret("xapp-1"), None, "http://127.0.0.1:9/api/")
    workplace = Workplace(read_data_environment({}, folder), lambda: datetime.now(UTC))
    bot = Bot(workplace, slack, None, lambda *_: 0)
    before = bot._is_up()
    bot._token.note("token_revoked")
    after = bot._is_up()
    workplace.close()
    assert before == {
        "bot": False,
        "facts": True,
        "operations": True,
        "token": True,
        "slack": False,
    }
    assert after == {**before, "token": False}


def test_bot_that_was_killed_leaves_nothing_in_the_way(workspace: Workspace, folder: Path) -> None:
    with running(workspace, folder) as process:
        run_command(folder, "role", "ann@example.com", "admin")
        process.end(signal.SIGKILL)
    assert (folder / "carekpi.sock").exists()
    assert run_command(folder, "role") == Said(0, "ann@example.com  admin\n")
    with running(workspace, folder) as process:
        assert carekpi(folder, "role") == Said(0, "ann@example.com  admin\n")
        assert process.end(signal.SIGTERM) == 0


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        (
            "SLACK_BOT_TOKEN",
            "xoxb-wrong",
            (
                "Slack does not accept SLACK_BOT_TOKEN: invalid_auth."
                " It is the Bot User OAuth Token on the page OAuth & Permissions."
                " Your app's pages are at https://api.slack.com/apps.\n"
            ),
        ),
        (
            "SLACK_APP_TOKEN",
            "xapp-wrong",
            (
                "Slack does not accept SLACK_APP_TOKEN: invalid_auth."
                " Make one with the scope connections:write under App-Level Tokens on the page"
                " Basic Information. Your app's pages are at https://api.slack.com/apps.\n"
            ),
        ),
        (
            "SLACK_API_URL",
            "http://127.0.0.1:9/api/",
            (
                "Slack can't be reached at http://127.0.0.1:9/api/."
                " Check the network and SLACK_API_URL.\n"
            ),
        ),
    ],
)
def test_what_slack_refuses_at_start_is_a_sentence(
    workspace: Workspace, folder: Path, name: str, value: str, told: str
) -> None:
    process = Process(folder, {**environ_of(workspace), name: value})
    assert (process.wait(), process.lines[-1]) == (2, told)
    assert "Traceback" not in process.log
    assert value not in process.log or name == "SLACK_API_URL"


def test_slack_that_is_out_of_order_at_start_refuses_no_token(workspace: Workspace) -> None:
    workspace.trouble.fail_next("auth.test", status=500)
    client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
    with pytest.raises(UserError) as caught:
        _asking_slack("SLACK_BOT_TOKEN", workspace.api_url, client.auth_test)
    assert str(caught.value) == (
        "Slack is out of order (internal_error). Start CareKPI again in a moment."
    )


def test_answer_under_way_is_finished_before_the_bot_stops(
    workspace: Workspace, ann: Person, billing: Conversation, folder: Path
) -> None:
    with running(workspace, folder) as process:
        workspace.trouble.slow(1.0)
        assert workspace.command(ann, billing, "/kpi help").is_acknowledged
        before = len(workspace.visible(ann, billing))
        status = process.end(signal.SIGTERM)
        after = len(workspace.visible(ann, billing))
    assert (status, before, after) == (0, 0, 1)


def test_caller_who_presses_control_c_leaves_the_import_to_the_bot(
    workspace: Workspace, folder: Path, tmp_path: Path
) -> None:
    rows = (f"n{n},phone,2026-02-02T10:00:00Z,,Billing,ann,0\n" for n in range(300_000))
    file = write_contacts(tmp_path, HEADER + "".join(rows))
    with running(workspace, folder) as process:
        caller = subprocess.Popen(
            [sys.executable, "-m", "bot", "--data", str(folder), "import", "contacts", file],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        staging = folder / "staging"
        workspace.wait_for(lambda: list(staging.glob("import-*")), PATIENCE_SECONDS)
        caller.send_signal(signal.SIGINT)
        out, err = caller.communicate(timeout=PATIENCE_SECONDS)
        status = process.end(signal.SIGTERM)
    assert (caller.returncode, out, err, status) == (
        130,
        "",
        "The bot finishes the file it is on, and begins no other.\n",
        0,
    )
    answer = run_command(folder, "ask", "volume 2026-02", "--json").json
    assert [row["n"] for row in answer["rows"]] == [300_000]


def test_import_of_a_caller_who_presses_control_c_without_a_bot_loads_nothing(
    workspace: Workspace, folder: Path, tmp_path: Path
) -> None:
    rows = (f"n{n},phone,2026-02-02T10:00:00Z,,Billing,ann,0\n" for n in range(300_000))
    file = write_contacts(tmp_path, HEADER + "".join(rows))
    caller = subprocess.Popen(
        [sys.executable, "-m", "bot", "--data", str(folder), "import", "contacts", file],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    staging = folder / "staging"
    workspace.wait_for(lambda: list(staging.glob("import-*/*.parquet")), PATIENCE_SECONDS)
    caller.send_signal(signal.SIGINT)
    out, err = caller.communicate(timeout=PATIENCE_SECONDS)
    assert (caller.returncode, out, err) == (130, "", "Stopped.\n")
    answer = run_command(folder, "ask", "volume 2026-02", "--json").json
    assert [row["n"] for row in answer["rows"]] == [0]
    assert list(staging.glob("import-*")) == []
