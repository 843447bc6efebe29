"""``carekpi survey``: who is asked and who is left out, sent, watched, paused and stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.command_line import Said, run_command

CUSTOMERS = """customer_id,started_on,slack_user_id,slack_team_id
C1,2025-01-01,U1AA,T2
C2,2025-01-01,U2AA,T2
C3,2025-01-01,,
"""
LIST = "customer_id\nC1\nC2\nC2\nC3\nC9\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    (tmp_path / "customers.csv").write_text(CUSTOMERS)
    (tmp_path / "LIST.csv").write_text(LIST)
    said = run_command(made, "import", "customers", str(tmp_path / "customers.csv"))
    assert said.status == 0, said.err
    return made


def survey(folder: Path, *words: str) -> Said:
    return run_command(folder, "survey", *words)


def send(folder: Path, *words: str) -> Said:
    return survey(folder, "send", "nps", "--file", str(folder.parent / "LIST.csv"), *words)


def test_dry_run_says_who_is_left_out_and_why(folder: Path) -> None:
    assert send(folder, "--dry-run").out.splitlines() == [
        "NPS, relationship, to 5 people of LIST.csv.",
        "Asked: 2.",
        "Left out: 3.",
        "1: on the list before",
        "1: no Slack address is known",
        "1: no customer of today has this id",
        "",
        "C2: on the list before",
        "C3: no Slack address is known",
        "C9: no customer of today has this id",
        "",
        "Nothing was sent.",
    ]
    assert survey(folder, "list").out.startswith("There are no surveys yet.")


def test_survey_is_sent_paused_resumed_and_stopped(folder: Path) -> None:
    assert send(folder).out.splitlines()[-1].startswith('"NPS LIST" is sent by the running bot')
    assert survey(folder, "list").out.splitlines() == [
        "1  NPS LIST: NPS, relationship, list, active",
        "   Sent 0, 0 answered, 5 still to be sent.",
    ]
    assert survey(folder, "pause", "nps list").out.endswith(" paused\n")
    assert survey(folder, "resume", "1").out.endswith(" active\n")
    assert survey(folder, "stop", "NPS LIST").out.endswith(" stopped\n")
    assert survey(folder, "resume", "1").err == '"NPS LIST" is over. Make a new one: /survey new.\n'


def test_survey_of_the_same_name_is_not_made_twice(folder: Path) -> None:
    send(folder)
    assert send(folder).err == ('There is a survey "NPS LIST" already. Choose another name.\n')


def test_unknown_survey_says_where_to_look(folder: Path) -> None:
    assert survey(folder, "stop", "NPS").err == (
        'I know no survey "NPS". See which there are: carekpi survey list.\n'
    )


def test_every_problem_of_a_list_is_told_by_line(folder: Path) -> None:
    (folder.parent / "LIST.csv").write_text("email,slack_user_id\nx,\n,Bob\n\na@b.c,U123\n,\n-,")
    assert send(folder).err.splitlines() == [
        "The list can't be used yet.",
        '  line 2: "x" is no e-mail address',
        '  line 3: "Bob" is no Slack user id, such as U0123ABCD',
        '  line 7: "-" is no e-mail address Mend these lines.',
    ]
