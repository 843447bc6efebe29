"""``carekpi import qa_reviews``: reviews of another tool stand beside those made here."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

from tests.bot.command_line import run_command

REVIEWS = (
    "review_id,contact_id,agent_id,team,reviewer,reviewed_at,score,auto_failed,purpose\n"
    "r1,c1,17,Billing,rita,2026-02-03T10:00:00Z,80,false,live\n"
    "r2,c2,18,Billing,rita,2026-02-20T10:00:00Z,0,true,live\n"
    "r3,c3,19,Accounts,rob,2026-02-11T10:00:00Z,90,false,live\n"
    "r4,c3,19,Accounts,rob,2026-02-11T11:00:00Z,10,false,calibration\n"
    "r5,c4,17,Billing,rita,2026-01-31T10:00:00Z,100,false,live\n"
)


def test_imported_reviews_are_in_the_quality_score_by_team(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "reviews.csv").write_text(REVIEWS)
    with chdir(tmp_path):
        imported = run_command(data, "import", "qa_reviews", "reviews.csv")
        asked = run_command(data, "ask", "quality score monthly by team", "--json")
    assert (imported.status, imported.out.splitlines()[1]) == (0, "5 loaded.")
    found = {row["segment"]["team"]: (row["value"], row["n"]) for row in asked.json["rows"]}
    assert found == {"Accounts": (90.0, 1), "Billing": (40.0, 2)}
