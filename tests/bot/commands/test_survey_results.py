"""``carekpi survey results``."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from bot.blocks.survey_results import harmless
from tests.bot.command_line import Said, run_command

HEADER = "survey_id,kind,sent_at,answered_at,score,comment,team\n"


def results(folder: Path, *words: str) -> Said:
    return run_command(folder / "data", "survey", "results", *words)


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """75 promoters, 15 neither, 10 detractors; the newest with a formula for a comment."""
    scores = [10] * 75 + [7] * 15 + [0] * 10
    rows = [f"s{n},nps,2026-02-03,2026-02-03,{score},,Billing" for n, score in enumerate(scores)]
    rows[-1] = 's99,nps,2026-02-04,2026-02-04,0,"=HYPERLINK(""http://x"")",Billing'
    path = tmp_path / "surveys.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n")
    run_command(tmp_path / "data", "import", "surveys", str(path), "--timezone", "UTC")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_seventy_five_to_ten_is_sixty_five_with_its_margin(loaded: Path) -> None:
    said = results(loaded, "nps", "2026-02")
    assert said.out.startswith("NPS: 65.0 ")
    assert said.out.endswith("from 100 answers; 100.0 % of 100 asked have answered.\n")


def test_nps_of_the_relationship_and_after_a_contact_are_never_one_figure(loaded: Path) -> None:
    """Also of an import: what has a contact is asked after it, what has neither is told apart."""
    header = "survey_id,kind,purpose,contact_id,sent_at,answered_at,score\n"
    rows = [f"r{n},nps,relationship,,2026-01-03,2026-01-03,10" for n in range(3)]
    rows += [f"c{n},nps,,t{n},2026-01-03,2026-01-03,0" for n in range(2)]
    rows += ["x0,nps,,,2026-01-03,2026-01-03,7"]
    (loaded / "more.csv").write_text(header + "\n".join(rows) + "\n")
    said = run_command(
        loaded / "data", "import", "surveys", "more.csv", "--source", "two", "--timezone", "UTC"
    )
    assert said.status == 0, said
    lines = results(loaded, "nps", "2026-01").out.splitlines()
    assert [(re.split(r" [(±]", line)[0], line.partition("from ")[2][:9]) for line in lines] == [
        ("NPS of the relationship: 100", "3 answers"),
        ("NPS after a contact: −100", "2 answers"),  # noqa: RUF001 - a minus, as it is shown
        ("NPS, purpose not known: 0", "1 answer;"),
    ]
    months = ("2026-01", "2026-02")
    asked = [run_command(loaded / "data", "ask", f"nps {month}").out for month in months]
    mixed = "Surveys after a contact and about the relationship are mixed here."
    assert [mixed in " ".join(each.split()) for each in asked] == [True, False]


def test_answers_are_exported_with_formulas_made_harmless(loaded: Path) -> None:
    said = results(loaded, "nps", "2026-02", "--csv", "out.csv")
    assert said.out.splitlines()[-1] == (
        "100 answers written to out.csv; formula characters are made harmless."
    )
    lines = (loaded / "out.csv").read_text().splitlines()
    assert lines[:2] == [
        "answered_at,kind,score,comment,channel,issue_type,team",
        '2026-02-04T00:00:00+00:00,nps,0,"\'=HYPERLINK(""http://x"")",,,Billing',
    ]
    assert stat.S_IMODE((loaded / "out.csv").stat().st_mode) == 0o600


def test_file_that_is_there_is_not_written_over(loaded: Path) -> None:
    (loaded / "out.csv").write_text("mine")
    said = results(loaded, "nps", "2026-02", "--csv", "out.csv")
    assert (said.status, said.err) == (
        2,
        "out.csv is there already. Choose another name.\n",
    )
    assert (loaded / "out.csv").read_text() == "mine"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_cell_that_begins_like_a_formula_gets_an_apostrophe(begin: str) -> None:
    assert harmless(f"{begin}1+1") == f"'{begin}1+1"


def test_plain_cell_stays() -> None:
    assert harmless("Fine, thanks = good") == "Fine, thanks = good"
