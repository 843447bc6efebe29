"""``carekpi ask`` for reasons, self-service and staffing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.command_line import Said, run_command, write_contacts

HEADER = "contact_id,channel,opened_at,resolved_at,agent_id,issue_type,handle_seconds,abandoned\n"
CALLS = HEADER + "".join(
    f"c{n},phone,2026-02-02T10:{n % 30:02}:{n // 30:02}Z,2026-02-02T12:00:00Z,a{n % 5},"
    f"{'login' if n % 2 else 'invoice'},180,false\n"
    for n in range(100)
)
IN_FEBRUARY = "from 2026-02-02 to 2026-02-08"


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    assert run_command(folder, "import", "contacts", write_contacts(tmp_path, CALLS)).status == 0
    return folder


def test_staffing_as_json_has_all_half_hours_and_its_assumptions(loaded: Path) -> None:
    found = run_command(loaded, "ask", f"staffing phone {IN_FEBRUARY}", "--json").json
    assert found["query"] == {
        "asked": "staffing",
        "period": {"start": "2026-02-02T00:00:00Z", "end": "2026-02-09T00:00:00Z"},
        "timezone": "UTC",
        "filters": {"channel": ["phone"]},
    }
    assert found["assumptions"] == {
        "channel": "phone",
        "target": {"share": 0.8, "seconds": 20.0},
        "shrinkage": 0.3,
        "weeks": 1.0,
        "handle_seconds": 180.0,
        "handled": 100,
        "contacts_at_once": 1,
        "staffed_time_known": 0.0,
    }
    assert len(found["half_hours"]) == 336
    (peak,) = (each for each in found["half_hours"] if each["contacts"])
    rounded = {
        name: round(value, 5) if isinstance(value, float) else value for name, value in peak.items()
    }
    assert rounded == {
        "weekday": "monday",
        "time": "10:00",
        "contacts": 100.0,
        "offered": 100,
        "lost": 0,
        "agents_there": 5.0,
        "agents_needed": 14,
        "agents_scheduled": 20,
        "expected_service_level": 0.88835,
        "waiting_probability": 0.17413,
        "occupancy": 0.71429,
        "withheld": False,
    }


def test_options_and_settings_change_the_plan(loaded: Path) -> None:
    asked = f"staffing phone {IN_FEBRUARY} 79% in 20s 20% shrinkage"
    given = run_command(loaded, "ask", asked, "--json").json
    (loaded / "carekpi.toml").write_text("service_level_share = 0.79\nshrinkage = 0.2\n")
    by_settings = run_command(loaded, "ask", f"staffing phone {IN_FEBRUARY}", "--json").json
    peak = max(given["half_hours"], key=lambda each: each["contacts"])
    assert (peak["agents_needed"], peak["agents_scheduled"]) == (13, 17)
    assert by_settings["half_hours"] == given["half_hours"]


def test_staffing_as_text_says_the_peak_first(loaded: Path) -> None:
    said = run_command(loaded, "ask", f"staffing phone {IN_FEBRUARY}")
    title, _, first, *_ = said.out.splitlines()
    assert title == "Staffing, phone, 2 to 8 Feb"
    assert first == (
        "The week's peak is Mon 10:00: 100 calls in half an hour need 14 agents to answer"
    )


def test_reasons_as_json(loaded: Path) -> None:
    found = run_command(loaded, "ask", f"reasons {IN_FEBRUARY}", "--json").json
    assert [(each["issue_type"], each["contacts"], each["share"]) for each in found["reasons"]] == [
        ("invoice", 50, 0.5),
        ("login", 50, 0.5),
    ]
    assert found["hours"] == [
        {"weekday": "monday", "time": "10:00", "contacts": 100, "withheld": False}
    ]
    assert (found["contacts"], found["periods_before"]) == (100, 0)


def test_self_service_as_json(loaded: Path) -> None:
    found = run_command(loaded, "ask", "selfservice", "--json").json
    assert [
        (each["issue_type"], each["candidate"], each["saved_seconds"], each["help_centre"])
        for each in found["issues"]
    ] == [("invoice", True, 9000.0, None), ("login", True, 9000.0, None)]
    assert found["help_centre_known"] is False


@pytest.mark.parametrize("asked", ["staffing phone", "reasons monthly", "selfservice"])
def test_blocks_are_what_slack_would_get(loaded: Path, asked: str) -> None:
    blocks = json.loads(run_command(loaded, "ask", asked, "--blocks").out)["blocks"]
    assert blocks[0]["type"] == "header"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            "staffing chat",
            'I don\'t know a channel "chat". The data has "phone".',
        ),
        (
            "staffing email",
            (
                "Erlang C is for channels where customers wait until somebody is free; on this"
                " channel they leave a message that is answered later. Ask for staffing phone, or"
                " how the backlog of this channel stands."
            ),
        ),
        (
            "staffing phon",
            'I don\'t understand "phon". For example: /kpi staffing phone 80% in 20s',
        ),
    ],
)
def test_what_cannot_be_staffed_is_one_sentence(loaded: Path, asked: str, told: str) -> None:
    said = run_command(loaded, "ask", asked)
    assert (said.status, said.out, said.err[: len(told)]) == (2, "", told)


@pytest.mark.parametrize("asked", ["staffing phone", "selfservice", "reasons"])
def test_without_any_data_nothing_breaks(tmp_path: Path, asked: str) -> None:
    said = run_command(tmp_path, "ask", asked)
    assert said.status in {0, 2}
    assert len((said.out + said.err).splitlines()) <= 5
    assert isinstance(said, Said)
