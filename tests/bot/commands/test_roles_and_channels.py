"""``carekpi role`` and ``carekpi channel``."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.role import FIRST_ADMIN
from tests.bot.command_line import Said, run_command, write_contacts


def test_roles_are_given_listed_and_taken(tmp_path: Path) -> None:
    given = run_command(tmp_path, "role", "Ann@Example.com", "admin")
    run_command(tmp_path, "role", "set", "U0BOB", "executive")
    run_command(tmp_path, "role", "ann@example.com", "executive")
    listed = run_command(tmp_path, "role", "list")
    taken = run_command(tmp_path, "role", "remove", "ann@example.com")
    again = run_command(tmp_path, "role", "remove", "ann@example.com", "admin")
    assert given == Said(0, f"ann@example.com is admin now.\n{FIRST_ADMIN}\n")
    assert listed == Said(
        0, "U0BOB  executive\nann@example.com  admin\nann@example.com  executive\n"
    )
    assert taken == Said(0, "ann@example.com is admin and executive no more.\n")
    assert again == Said(1, "", "ann@example.com had no such role.\n")
    assert run_command(tmp_path, "role") == Said(0, "U0BOB  executive\n")


def test_role_of_a_team_is_spelled_as_the_data_does(tmp_path: Path) -> None:
    run_command(tmp_path / "data", "import", "contacts", write_contacts(tmp_path))
    said = run_command(tmp_path / "data", "role", "U0ANN", "lead", "team:billing", "team:tier 2")
    assert said == Said(
        0,
        "U0ANN is lead team:Billing team:tier 2 now.\n",
        "No contact of the team tier 2 is loaded yet: is it spelled so?\n",
    )


def test_channels_are_named_listed_and_removed(tmp_path: Path) -> None:
    named = run_command(tmp_path, "channel", "C0ABC", "team:billing", "team:tier 2")
    run_command(tmp_path, "channel", "https://x.slack.com/archives/C0DEF", "team:*")
    listed = run_command(tmp_path, "channel")
    removed = run_command(tmp_path, "channel", "remove", "C0ABC")
    assert named == Said(0, "C0ABC gets the totals of team:billing team:tier 2 now.\n")
    assert listed == Said(0, "C0ABC  team:billing team:tier 2\nC0DEF  team:*\n")
    assert removed == Said(0, "C0ABC gets no figures now.\n")
    assert run_command(tmp_path, "channel", "list") == Said(0, "C0DEF  team:*\n")


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (
            ["role", "ann", "lead"],
            (
                '"ann" is no e-mail address and no Slack user id.'
                " Write ann@example.com, or the id from the person's Slack profile (U…)."
            ),
        ),
        (["role", "U0ANN"], "Which role? There is admin, executive, lead, reviewer, agent."),
        (["role", "set"], "Who? Write carekpi role ann@example.com lead team:billing."),
        (["role", "remove"], "Who? Write carekpi role ann@example.com lead team:billing."),
        (["channel", "C0ABC"], "Which teams? Write carekpi channel C0123456789 team:billing."),
        (
            ["channel", "#billing", "team:billing"],
            (
                '"#billing" is no channel id.'
                " Copy the channel's link in Slack, or the id (C…) at the end of its details."
            ),
        ),
    ],
)
def test_mistake_is_one_sentence(tmp_path: Path, argv: list[str], told: str) -> None:
    assert run_command(tmp_path, *argv) == Said(2, "", f"{told}\n")


def write_roles(folder: Path, text: str) -> str:
    path = folder / "roles.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_roles_of_a_file_are_given(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run_command(data, "import", "contacts", write_contacts(tmp_path))
    file = write_roles(
        tmp_path, "email,role,teams\nann@example.com,lead,billing;sales\nU0EVA,admin\n"
    )
    checked = run_command(data, "role", "import", file, "--dry-run")
    nothing = run_command(data, "role")
    given = run_command(data, "role", "import", file)
    who = "ann@example.com  lead team:Billing team:Sales\nU0EVA  admin\n"
    assert checked == Said(0, f"{who}2 people would get roles; nothing was given.\n")
    assert nothing == Said(0, "Nobody has a role yet.\n")
    assert given == Said(0, f"{who}2 people got roles.\n")
    assert run_command(data, "role") == Said(
        0, "U0EVA  admin\nann@example.com  lead team:Billing team:Sales\n"
    )


def test_file_with_a_problem_gives_no_role(tmp_path: Path) -> None:
    data = tmp_path / "data"
    file = write_roles(tmp_path, "eva@example.com,executive\nann,lead\nbob@example.com,boss\n")
    said = run_command(data, "role", "import", file)
    assert said == Said(
        2,
        "",
        'Line 2: "ann" is no e-mail address and no Slack user id.\n'
        'Line 3: I don\'t know a role "boss". There is admin, executive, lead, reviewer, agent.'
        "\nNo role was given. Mend these lines and try again.\n",
    )
    assert run_command(data, "role") == Said(0, "Nobody has a role yet.\n")


def test_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    said = run_command(tmp_path / "data", "role", "import", str(tmp_path / "none.csv"))
    assert said.status == 2
    assert said.err.startswith(f"{tmp_path / 'none.csv'} can't be read.")
