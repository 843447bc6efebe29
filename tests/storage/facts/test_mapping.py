"""What a mapping file may say, and what a person is told who wrote it otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.errors import UserError
from storage.facts.mapping import KEYS, read_mapping
from tests.storage.facts.conftest import Store, rejected

HEADER = "contact_id,channel,opened_at"


def problems(tmp_path: Path, content: str) -> list[str]:
    path = tmp_path / "own.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError) as raised:
        read_mapping(path)
    return [line for line in raised.value.sentence.splitlines() if line.startswith("- ")]


def test_every_problem_is_named_with_its_line(tmp_path: Path) -> None:
    content = """fact = "contacts"
zone = "Europe/Berlin"
timezone = "Mars/Base"
null_marks = [1]
winner = "first"

[columns]
contact_id = "number +"
chanel = "contact_type"
team = 5

[values.colour]
red = "blue"
"""
    assert problems(tmp_path, content) == [
        '- line 3: I don\'t know a time zone "Mars/Base". Use a name like Europe/Berlin or UTC.',
        '- line 4: "null_marks" must be a list of texts, such as ["?"].',
        '- line 8: the expression for "contact_id" can\'t be used: syntax error at end of input.',
        '- line 9: there is no column "chanel" to fill.',
        '- line 10: the expression for "team" must be a text in quotes.',
        '- line 12: there is no column "colour" to fill.',
        '- line 5: write winner = "last" or winner = { newest = "a time column" }.',
        f'- line 2: "zone" is no key of a mapping; known: {", ".join(KEYS)}.',
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            'fact = "tickets"',
            (
                '- line 1: I can\'t load "tickets". What can be loaded: contacts, agents,'
                " agent_days, surveys, follow_ups, qa_reviews, qa_answers, help_sessions,"
                " customers, costs."
            ),
        ),
        ("title = 3", '- line 1: "title" must be a text in quotes.'),
        ("columns = 3", '- line 1: "columns" must be a table: [columns].'),
        ("[values]\nchannel = 3", '- line 2: the values of "channel" must be a table.'),
        ("timezone = 2", '- line 1: "timezone" must be a text in quotes.'),
        ('[columns]\nsource = "x"', '- line 2: there is no column "source" to fill.'),
    ],
)
def test_one_problem(tmp_path: Path, content: str, problem: str) -> None:
    assert problems(tmp_path, content) == [problem]


def test_text_that_is_no_toml(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("fact = contacts\n")
    with pytest.raises(UserError) as raised:
        read_mapping(path)
    assert raised.value.sentence == (
        f"The mapping {path} is not valid TOML: Invalid value (at line 1, column 8)."
    )


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("missing.toml", None, "The mapping PATH can't be read: No such file or directory."),
        ("latin.toml", "title = 'Köln'".encode("latin-1"), "The mapping PATH is not UTF-8 text."),
    ],
)
def test_mapping_file_that_cannot_be_read(
    tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError) as raised:
        read_mapping(path)
    assert raised.value.sentence == sentence.replace("PATH", str(path))


@pytest.mark.parametrize(
    ("time_format", "reason"),
    [
        ("dd/mm/yyyy", "it is neither iso, epoch nor made of % signs"),
        ("%d/%Q", "Failed to parse format specifier %d/%Q: Unrecognized format for"),
    ],
)
def test_time_format_that_is_none(store: Store, time_format: str, reason: str) -> None:
    mapping = store.mapping(f'time_formats = ["{time_format}"]')
    with pytest.raises(UserError) as raised:
        store.load_text(f"{HEADER}\n1,chat,2026-03-01\n", mapping=mapping)
    assert raised.value.sentence.startswith(
        f'The time format "{time_format}" of the mapping {mapping} can\'t be used: {reason}'
    )


def test_null_marks_value_tables_and_expressions(store: Store) -> None:
    mapping = store.mapping(
        """
fact = "contacts"
null_marks = ["?", "n/a"]
[columns]
contact_id = 'prefix || "No."'
channel = "kind"
opened_at = "opened"
abandoned = "lost"
team = "upper(team)"
[values.channel]
"Voice In" = "phone"
"E-Mail" = "email"
"*" = "other"
[values.abandoned]
J = true
N = false
"""
    )
    report = store.load_text(
        "prefix,No.,kind,opened,lost,team,status\n"
        "A,1,VOICE IN,2026-03-01,J,east,?\n"
        "A,2,e-mail,2026-03-01,n,n/a,open\n"
        "A,3,Pigeon,2026-03-01,?,west, ? \n"
        "?,4,?,2026-03-01,X,west,open\n",
        mapping=mapping,
    )
    assert rejected(report) == [
        "5,contact_id,,no value",
        "5,channel,,no value",
        "5,abandoned,X,unreadable yes or no",
    ]
    assert store.rows(
        "SELECT contact_id, channel, abandoned, team, status FROM contacts ORDER BY ALL"
    ) == [
        ("A1", "phone", True, "EAST", None),
        ("A2", "email", False, None, "open"),
        ("A3", "other", False, "WEST", None),
    ]


def test_column_that_a_mapping_needs_is_named(store: Store) -> None:
    mapping = store.mapping("fact = 'contacts'\n[columns]\nteam = 'coalesce(squad, crew)'\n")
    with pytest.raises(UserError) as raised:
        store.load_text(f"{HEADER},squad\n1,chat,2026-03-01,x\n", mapping=mapping)
    assert str(raised.value) == (
        'export.csv has no column "crew", which the mapping "own" needs.'
        " It has: contact_id, channel, opened_at, squad."
    )


def test_optional_column_may_be_missing(store: Store) -> None:
    mapping = store.mapping(
        "fact = 'contacts'\noptional = ['crew']\n[columns]\nteam = 'coalesce(squad, crew)'\n"
    )
    store.load_text(f"{HEADER},squad\n1,chat,2026-03-01,x\n", mapping=mapping)
    assert store.row("SELECT team FROM contacts") == ("x",)


def test_name_of_the_file_may_be_part_of_a_value(store: Store) -> None:
    mapping = store.mapping(
        "[columns]\ncontact_id = '''regexp_extract(file_name(), '\\d{4}') || '-' || id'''\n"
    )
    for year in (2025, 2026):
        store.load_text(
            "id,channel,opened_at\n1,chat,2026-03-01\n", name=f"it's {year}.csv", mapping=mapping
        )
    assert store.rows("SELECT contact_id FROM contacts ORDER BY 1") == [("2025-1",), ("2026-1",)]
