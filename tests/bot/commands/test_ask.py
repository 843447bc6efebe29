"""``carekpi ask``: the answer without Slack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.command_line import Said, run_command, write_contacts


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    assert run_command(folder, "import", "contacts", write_contacts(tmp_path)).status == 0
    return folder


def test_ask_as_json_is_as_documented(loaded: Path) -> None:
    answer = run_command(loaded, "ask", "art 2026-02 by channel", "--json").json
    assert answer["query"] == {
        "metric": "average_resolution_time",
        "grain": "month",
        "period": {
            "start": "2026-02-01T00:00:00Z",
            "end": "2026-03-01T00:00:00Z",
            "complete": answer["query"]["period"]["complete"],
        },
        "timezone": "UTC",
        "filters": {},
        "by": ["channel"],
    }
    assert [(row["segment"], row["value"], row["n"]) for row in answer["rows"]] == [
        ({"channel": "phone"}, 10800.0, 2)
    ]
    assert answer["fresh_until"] == "2026-02-04T10:00:00Z"


def test_ask_unquoted_words_are_one_question(loaded: Path) -> None:
    answer = run_command(loaded, "ask", "volume", "2026-02", "team:billing", "--json").json
    assert answer["query"]["filters"] == {"team": ["Billing"]}
    assert [row["n"] for row in answer["rows"]] == [2]


@pytest.mark.parametrize(
    ("as_of", "timezone", "start"),
    [
        ("2026-02-20T00:00Z", "UTC", "2026-01-01T00:00:00Z"),
        ("2026-03-01", "America/New_York", "2026-02-01T05:00:00Z"),
        ("2026-03-01T04:59Z", "America/New_York", "2026-01-01T05:00:00Z"),
        ("2026-03-01 00:00+01:00", "UTC", "2026-01-01T00:00:00Z"),
    ],
)
def test_ask_as_of_sets_the_clock_in_the_zone(
    loaded: Path, as_of: str, timezone: str, start: str
) -> None:
    said = run_command(
        loaded, "ask", "volume monthly", "--as-of", as_of, "--timezone", timezone, "--json"
    )
    assert said.json["query"]["period"]["start"] == start


def test_ask_zone_of_the_settings_holds_without_an_option(loaded: Path) -> None:
    (loaded / "carekpi.toml").write_text('timezone = "Europe/Berlin"\n')
    answer = run_command(loaded, "ask", "volume 2026-02", "--json").json
    assert answer["query"]["period"]["start"] == "2026-01-31T23:00:00Z"


def test_ask_as_text_and_as_blocks_have_the_figure(loaded: Path) -> None:
    text = run_command(loaded, "ask", "volume 2026-02")
    blocks = run_command(loaded, "ask", "volume 2026-02", "--blocks")
    assert text.out.splitlines()[0] == "Ticket volume, February 2026"
    assert json.loads(blocks.out)["text"].startswith("Ticket volume, February 2026")
    assert (text.status, blocks.status) == (0, 0)


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (
            ["volume", "--as-of", "yesterday"],
            (
                'I can\'t read the time "yesterday".'
                " Write it like 2016-06-01T00:00Z or 2016-06-01 09:30."
            ),
        ),
        (
            ["volume", "--as-of", "0001-01-01"],
            (
                'I can\'t read the time "0001-01-01".'
                " Write it like 2016-06-01T00:00Z or 2016-06-01 09:30."
            ),
        ),
        (
            ["volume", "--timezone", "../../etc/passwd"],
            ('I don\'t know a time zone "../../etc/passwd". Use a name like Europe/Berlin or UTC.'),
        ),
        (
            ["role @ann lead"],
            (
                "That is no question about a metric."
                ' Ask one: carekpi ask "fcr monthly by channel". See carekpi --help for the rest.'
            ),
        ),
    ],
)
def test_ask_mistake_is_one_sentence(loaded: Path, argv: list[str], told: str) -> None:
    assert run_command(loaded, "ask", *argv) == Said(2, "", f"{told}\n")


@pytest.mark.parametrize(
    "typed", ["'; drop table contacts; --", "<!channel>", "x" * 4000, "\u202e🙂"]
)
def test_ask_hostile_words_are_harmless(loaded: Path, typed: str) -> None:
    said = run_command(loaded, "ask", typed)
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert run_command(loaded, "ask", "volume 2026-02", "--json").json["rows"][0]["n"] == 3


def test_ask_before_anything_is_loaded_says_that_there_is_no_data(tmp_path: Path) -> None:
    said = run_command(tmp_path, "ask", "fcr monthly", "--json")
    assert (said.status, said.json["fresh_until"]) == (0, None)


def test_ask_define_and_list_explain(loaded: Path) -> None:
    assert run_command(loaded, "ask", "define fcr").out.startswith("First contact resolution (FCR)")
    assert run_command(loaded, "ask", "list").out.startswith("Leading")


def test_definition_says_the_figures_that_are_set(tmp_path: Path) -> None:
    (tmp_path / "carekpi.toml").write_text("service_level_seconds = 30\n", encoding="utf-8")
    said = run_command(tmp_path, "ask", "define sl").out
    assert "Computed as: Answered within 30 seconds / offered; offered is answered plus" in said
    listed = run_command(tmp_path, "metrics", "--json").json
    formula = next(each["formula"] for each in listed if each["abbreviation"] == "SL")
    assert formula.startswith("Answered within 30 seconds / offered;")


def test_ask_why_as_json_has_parts_that_add_up(loaded: Path) -> None:
    told = run_command(loaded, "ask", "why", "art", "2026-02", "--json").json
    assert (told["change"], told["by"]) == (None, [])
    told = run_command(
        loaded, "ask", "why volume from 2026-02-04 to 2026-02-05", "--as-of", "2026-03-01", "--json"
    ).json
    assert told["change"] == -1.0
    parts = {each["dimension"]: each["parts"] for each in told["by"]}
    assert parts["team"] == [
        {
            "segment": {"team": "Billing"},
            "before": {"value": 2.0, "n": 2},
            "after": {"value": 0.0, "n": 0},
            "rate_part": -2.0,
            "mix_part": 0.0,
            "shares": {"before": 1.0, "after": 0.0},
            "folded": False,
        },
        {
            "segment": {"team": "Sales"},
            "before": {"value": 0.0, "n": 0},
            "after": {"value": 1.0, "n": 1},
            "rate_part": 1.0,
            "mix_part": 0.0,
            "shares": {"before": 0.0, "after": 1.0},
            "folded": False,
        },
    ]
    assert list(parts) == ["channel", "team", "agent"]


def test_ask_why_as_text_and_as_blocks(loaded: Path) -> None:
    asked = ("ask", "why volume from 2026-02-04 to 2026-02-05")
    text = run_command(loaded, *asked).out
    assert text.startswith("Why ticket volume moved, all channels together, 4 to 5 Feb\n\n")
    blocks = json.loads(run_command(loaded, *asked, "--blocks").out)
    assert blocks["text"].startswith("Why ticket volume moved, all channels together, 4 to 5 Feb.")


def test_ask_sql_prints_how_it_is_computed_and_the_whole_statement(loaded: Path) -> None:
    said = run_command(loaded, "ask", "volume 2026-02 by team", "--sql").out
    told, statement = said.split("\n\nSELECT ")
    assert told.startswith("Ticket volume (Volume)")
    assert "Rows counted: 3 contacts." in told
    assert statement.endswith("GROUP BY counted.team\nORDER BY counted.team;\n")


def test_ask_rows_prints_every_row_newest_first(loaded: Path) -> None:
    said = run_command(loaded, "ask", "reopens 2026-02", "--rows")
    assert said.out.replace("\t", "|").splitlines() == [
        "time|of|source|id|channel|issue_type|team|agent|value|weight",
        "2026-02-03T14:00:00Z|contacts|carekpi|c2|phone||Billing|bob|1|",
        "2026-02-02T12:00:00Z|contacts|carekpi|c1|phone||Billing|ann|0|",
    ]


def test_ask_rows_of_nothing_is_the_heading_alone(loaded: Path) -> None:
    assert run_command(loaded, "ask", "reopens 2020", "--rows").out.count("\n") == 1


def test_ask_rows_wants_a_question(loaded: Path) -> None:
    said = run_command(loaded, "ask", "list", "--rows")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("That is no question about a metric.")


@pytest.mark.parametrize("option", ["--sql", "--rows"])
def test_ask_sql_and_rows_are_of_a_metric_alone(loaded: Path, option: str) -> None:
    said = run_command(loaded, "ask", "why volume 2026-02", option)
    assert (said.status, said.out) == (2, "")
