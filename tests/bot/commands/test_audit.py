"""``carekpi audit``: who did what, as it was typed here."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bot.command_line import Said, run_command, write_contacts


def test_what_operators_do_and_look_at_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    run_command(folder, "import", "contacts", write_contacts(tmp_path))
    run_command(folder, "role", "ann@example.com", "lead", "team:Billing")
    run_command(folder, "ask", "volume 2026-02 by agent")
    run_command(folder, "ask", "volume 2026-02 team:Billing", "--rows")
    run_command(folder, "ask", "volume 2026-02 team:Billing")
    said = run_command(folder, "audit", "--json")
    told = [json.loads(line) for line in said.out.splitlines()]
    assert [(each["what"], each["about"], each["details"]) for each in told] == [
        ("file imported", "contacts", "tickets.csv, loaded: 3 loaded"),
        ("role given", "ann@example.com", "lead team:Billing"),
        ("figures looked at", "every team", "volume 2026-02 by agent, from carekpi ask"),
        ("rows looked at", "team:Billing", "volume 2026-02, from carekpi ask"),
    ]
    assert {each["at"] for each in told} == {"2026-03-02T09:30:00+00:00"}
    assert len({each["who"] for each in told}) == 1


def test_entries_are_chosen_by_words_and_time_and_written_for_a_spreadsheet(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "data"
    for person in ("ann@example.com", "bob@example.com"):
        run_command(folder, "role", person, "executive")
    who = json.loads(run_command(folder, "audit", "--json").out.splitlines()[0])["who"]
    assert run_command(folder, "audit", "--about", "bob") == Said(
        0, f"2026-03-02 09:30  {who}  role given  bob@example.com  executive\n"
    )
    assert run_command(folder, "audit", "--about", "ann", "--csv").out.splitlines() == [
        "at,who,what,about,details",
        f"2026-03-02T09:30:00+00:00,{who},role given,ann@example.com,executive",
    ]
    assert run_command(folder, "audit", "--since", "2026-03-03") == Said(
        0, "Nothing is written down there.\n"
    )
