"""``carekpi digest``: digests without Slack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage.operations.engine import open_operations, writing
from storage.operations.people_models import SlackPerson
from tests.bot.command_line import NOW, Said, run_command, write_contacts

WEEK_6 = ("--as-of", "2026-02-09 09:00")


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    assert run_command(folder, "import", "contacts", write_contacts(tmp_path)).status == 0
    assert digest(folder, "starter").status == 0
    return folder


def digest(folder: Path, *words: str) -> Said:
    return run_command(folder, "digest", *words)


def know(folder: Path, user_id: str, email: str) -> None:
    """Slack has told of somebody."""
    engine = open_operations(f"sqlite:///{folder / 'operations.sqlite'}")
    with writing(engine) as session:
        session.add(SlackPerson(user_id=user_id, team_id="T1", email=email, refreshed_at=NOW))
    engine.dispose()


def test_list_tells_where_each_goes_and_when(loaded: Path) -> None:
    assert digest(loaded, "list").out.splitlines()[:9] == [
        "1  Care this month",
        "   For executives, to each executive",
        "   The 3rd working day of each month at 09:00 (UTC). Next: 4 Mar 09:00.",
        "   Last: never.",
        "",
        "2  Team this week",
        "   For a team, to each lead, about their own teams",
        "   Mondays at 09:00 (UTC). Next: 9 Mar 09:00.",
        "   Last: never.",
    ]


def test_list_of_none_says_how_to_make_some(tmp_path: Path) -> None:
    said = digest(tmp_path, "list")
    assert said.out == "There are no digests yet. Make some: carekpi digest starter.\n"


def test_starter_set_is_made_once(loaded: Path) -> None:
    said = digest(loaded, "starter")
    assert said.out == "They are there already. See them: carekpi digest list.\n"


def test_preview_is_what_is_told_as_of_a_time(loaded: Path) -> None:
    said = digest(loaded, "preview", "team this week", *WEEK_6)
    assert said.out.splitlines()[:3] == [
        "To whoever sees all totals:",
        "",
        "Team this week, week 6 (2 to 8 Feb)",
    ]


def test_preview_as_blocks_is_what_slack_gets(loaded: Path) -> None:
    said = digest(loaded, "preview", "2", *WEEK_6, "--blocks")
    (message,) = json.loads(said.out)
    assert message["blocks"][0]["text"]["text"] == "Team this week, week 6 (2 to 8 Feb)"


def test_preview_as_somebody_holds_their_rights(loaded: Path) -> None:
    know(loaded, "U0LEO", "leo@example.com")
    refused = "To U0LEO: nothing. You have no role in CareKPI yet. Ask an admin to give you one."
    by_email = digest(loaded, "preview", "2", *WEEK_6, "--as", "leo@example.com")
    assert by_email.out.strip() == refused
    run_command(loaded, "role", "leo@example.com", "lead", "team:Billing")
    by_id = digest(loaded, "preview", "2", *WEEK_6, "--as", "U0LEO")
    assert by_id.out.splitlines()[2] == "Team this week, team Billing, week 6 (2 to 8 Feb)"


def test_run_is_planned_once_for_each_time_it_is_typed(loaded: Path) -> None:
    said = digest(loaded, "run", "Care this month")
    assert said.out.startswith('"Care this month" is sent by the running bot within seconds')
    assert digest(loaded, "list").out.splitlines()[3] == "   Last: today 09:30, waiting."


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("preview", "Sales"),
            'I know no digest "Sales". See which there are: carekpi digest list.',
        ),
        (("run", "77"), 'I know no digest "77". See which there are: carekpi digest list.'),
        (("preview", "2", "--as", "x@example.com"), "Nobody in the workspace has the address"),
        (("preview", "2", "--as", "U0X"), "CareKPI has not read yet who is in the workspace."),
        (("preview", "Your day"), "CareKPI has not read yet who is in the workspace."),
        (("send",), "argument WHAT"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(loaded: Path, words: tuple[str, ...], told: str) -> None:
    said = digest(loaded, *words)
    assert said.status == 2
    assert told.casefold() in said.err.casefold()
