"""The command line, typed in this process: what it says, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import COMMANDS, Surroundings, main
from bot.console import Terminal
from storage.metrics.catalog import METRICS
from tests.bot.command_line import Said, run_command, write_contacts


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["imprt"], 'There is no command "imprt". Did you mean import? See carekpi --help.'),
        (["__class__"], 'There is no command "__class__". See carekpi --help.'),
        (["import"], "Something is missing: FACT, FILE. See carekpi import --help."),
        (["metrics", "--jsn"], "I don't know the option --jsn. See carekpi --help."),
        (
            ["ask", "fcr", "--json", "--blocks"],
            "Argument --blocks: not allowed with argument --json. See carekpi ask --help.",
        ),
        (["run", "--port", "70000"], '"70000" is no port. A port is a number up to 65535.'),
        (
            ["run", "--port", "3000"],
            "--port and --host are for --http. Add --http, or leave them out.",
        ),
        (
            ["run", "--metrics-host", "0.0.0.0"],
            "--metrics-host is for --metrics-port. Add it, or leave both out.",
        ),
    ],
)
def test_mistyped_command_is_one_sentence(tmp_path: Path, argv: list[str], told: str) -> None:
    assert run_command(tmp_path, *argv) == Said(2, "", f"{told}\n")


@pytest.mark.parametrize("before", [["import", "contacts"], ["ask"]])
def test_what_is_not_in_utf_8_is_one_sentence(tmp_path: Path, before: list[str]) -> None:
    name = os.fsdecode(b"f\xfcr.csv")
    (tmp_path / name).write_bytes(b"contact_id,channel,opened_at\n")
    assert run_command(tmp_path / "data", *before, str(tmp_path / name)) == Said(
        2,
        "",
        f"This is not written in UTF-8: {tmp_path}/f\ufffdr.csv."
        " If it is a file's name, rename the file.\n",
    )


def test_run_tells_all_that_is_wrong_with_environment_and_settings(tmp_path: Path) -> None:
    (tmp_path / "carekpi.toml").write_text("smal_sample = 3\n")
    said = run_command(tmp_path, "run", environ={"SLACK_APP_TOKEN": "xapp-1-a"})
    assert (said.status, said.out) == (2, "")
    assert said.err == (
        "CareKPI can't start yet.\n"
        "  SLACK_BOT_TOKEN is missing. It is the Bot User OAuth Token on the page OAuth &"
        " Permissions.\n"
        "Your app's pages are at https://api.slack.com/apps.\n\n"
        "carekpi.toml can't be used yet.\n"
        '  line 1: I don\'t know a setting "smal_sample". Did you mean small_sample?\n'
        "Mend these lines and start again.\n"
    )


def test_metrics_as_json_are_the_catalogue(tmp_path: Path) -> None:
    listed = run_command(tmp_path / "none", "metrics", "--json").json
    assert [metric["key"] for metric in listed] == [metric.key for metric in METRICS]
    wanted = {"key", "abbreviation", "name", "description", "unit", "better", "kind", "segments"}
    assert [wanted - metric.keys() for metric in listed] == [set()] * len(METRICS)
    assert not (tmp_path / "none").exists()


def test_metrics_as_text_names_each(tmp_path: Path) -> None:
    said = run_command(tmp_path, "metrics")
    assert [
        m.name
        for m in METRICS
        if f"  {m.name} ({m.abbreviation})\n" not in said.out and f"  {m.name}\n" not in said.out
    ] == []


def test_help_lists_every_command_and_its_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert [c.name for c in COMMANDS if f"    {c.name} " not in shown] == []
    for command in COMMANDS:
        with pytest.raises(SystemExit):
            main([command.name, "--help"])
        assert command.examples.splitlines()[0] in capsys.readouterr().out


def test_interrupt_is_quiet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    around = Surroundings({"CAREKPI_DATA": str(tmp_path)}, interrupted, Terminal())  # type: ignore[arg-type]  # ends before it could return
    assert main(["role"], around) == 130
    assert capsys.readouterr() == ("", "Stopped.\n")


@pytest.mark.parametrize("argv", [["metrics", "--json"], ["--help"], ["run", "--help"]])
def test_start_loads_nothing_slow(argv: list[str]) -> None:
    """What makes a start slow is imported when it is needed; the benchmarks time the start."""
    program = (
        "import sys; from bot.__main__ import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(sorted(SLOW & set(sys.modules)), file=sys.stderr)"
    ).replace("SLOW", repr({"pandas", "numpy", "scipy", "duckdb", "slack_bolt", "alembic"}))
    done = subprocess.run(
        [sys.executable, "-c", program, *argv], check=True, capture_output=True, text=True
    )
    assert done.stderr == "[]\n"


def test_unexpected_error_is_a_sentence_without_a_traceback() -> None:
    program = (
        "import sys, bot.cli, bot.__main__\n"
        "bot.cli.main = lambda argv: {}['a customer said']\n"
        "bot.__main__.main(['role'])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (
        70,
        "",
        (
            "Something went wrong that CareKPI did not expect (KeyError at <lambda>, line 2)."
            " Please report it with the command you typed.\n"
        ),
    )


def test_pipe_that_is_closed_early_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m bot metrics --json | head -c 10"
    ended = subprocess.run(command, shell=True, check=False, capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("[\n  {\n    ", "")


def test_data_option_goes_before_the_environment(tmp_path: Path) -> None:
    said = run_command(tmp_path / "one", "--data", str(tmp_path / "two"), "role")
    assert said == Said(0, "Nobody has a role yet.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["two"]


def test_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    file = write_contacts(tmp_path)
    assert run_command(Path(file) / "data", "role") == Said(
        2,
        "",
        f"The data folder {file}/data can't be made: not a directory."
        " Choose another with --data or CAREKPI_DATA.\n",
    )
