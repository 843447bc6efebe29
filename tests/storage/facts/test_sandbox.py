"""A mapping comes from anywhere: whatever its expressions try, they see one row of one file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from sqlalchemy.exc import DBAPIError

from storage.errors import UserError
from storage.facts.expressions import ExpressionError, parse_expression
from storage.facts.sandbox import Sandbox
from tests.storage.facts.conftest import Store

EXPORT = "contact_id,channel,opened_at,team\n1,phone,2026-03-01,Billing\n"


def load_with(store: Store, expression: str) -> str:
    """The sentence with which a mapping is refused whose team is that expression."""
    mapping = store.mapping(f"fact = 'contacts'\n[columns]\nteam = '''{expression}'''\n")
    with pytest.raises(UserError) as raised:
        store.load_text(EXPORT, mapping=mapping)
    assert store.rows("SELECT * FROM contacts") == []
    return raised.value.sentence


@pytest.mark.parametrize(
    "expression",
    [
        "(SELECT content FROM read_text('/etc/passwd'))",
        "(SELECT a FROM read_csv('SIBLING') t(a))",
        "(SELECT a FROM 'SIBLING' t(a))",
        "(FROM glob('/*'))",
        "team IN (SELECT file FROM glob('/*'))",
        "EXISTS (FROM read_blob('/etc/passwd'))",
        "list_transform([1], lambda x: (SELECT content FROM read_text('/etc/passwd')))",
    ],
)
def test_query_over_another_file_is_stopped(store: Store, expression: str) -> None:
    sibling = store.folder / "sibling.csv"
    sibling.write_text("secret\n1\n")
    sentence = load_with(store, expression.replace("SIBLING", str(sibling)))
    assert sentence.splitlines()[1:] == [
        '- line 3: the expression for "team" can\'t be used: it uses a query inside a query.'
    ]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("1; DROP TABLE contacts", "it is more than one expression"),
        ("1) FROM read_text('/etc/passwd') t(x", 'syntax error at or near ")"'),
        ("1 FROM read_text('/etc/passwd')", "it is more than one expression"),
        ("team, channel", "it is more than one expression"),
        ("team WHERE 1 = 1", "it is more than one expression"),
        ("team UNION SELECT 2", "it is more than one expression"),
        ("DISTINCT team", "it is more than one expression"),
        ("team AS channel", "it gives the value a name (AS)"),
        ("*", "it uses all columns at once (*)"),
        ("COLUMNS('a.*')", "it uses all columns at once (*)"),
        ("#1", "it uses a column by its place (#1)"),
        ("lag(team) OVER ()", "it uses other rows (OVER)"),
        ("team || ?", "it uses a parameter (?)"),
        ("-- nothing", "SELECT clause without selection list"),
    ],
)
def test_text_that_is_not_one_expression(expression: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse_expression(expression)
    assert str(raised.value) == reason


def test_comment_does_not_reach_the_query() -> None:
    assert parse_expression("team -- ) FROM x").sql == "team"


def test_columns_of_an_expression() -> None:
    parsed = parse_expression("""coalesce("Solved at", lower(x), list_transform(l, lambda y: y))""")
    assert parsed.columns == {"Solved at", "x", "l"}


@pytest.mark.parametrize("function", ["getenv('HOME')", "read_text('/etc/passwd')", "sum(1)"])
def test_function_that_is_not_for_a_row(store: Store, function: str) -> None:
    sentence = load_with(store, function)
    assert sentence.startswith("The expression for team in the mapping ")


@pytest.mark.parametrize("function", ["unnest(['a', 'b'])", "generate_subscripts([1], 1)"])
def test_function_that_makes_several_rows_of_one(store: Store, function: str) -> None:
    assert load_with(store, f"{function}::VARCHAR").endswith(
        "does not work: it makes several rows of one."
    )


def test_expression_that_fails_on_a_row(store: Store) -> None:
    sentence = load_with(store, "CAST(team AS INTEGER)::VARCHAR")
    assert sentence == (
        "export.csv can't be read: Could not convert string 'Billing' to INT32 when casting from"
        " source column team"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('SIBLING')",
        "COPY (SELECT 1) TO 'SIBLING'",
        "ATTACH 'SIBLING' AS other",
        "INSTALL httpfs",
        "SELECT * FROM read_csv('https://example.com/x.csv')",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/passwd']",
        "EXPORT DATABASE 'SIBLING'",
    ],
)
def test_sandbox_itself_reads_and_writes_its_files_alone(tmp_path: Path, statement: str) -> None:
    own, sibling = tmp_path / "own.csv", tmp_path / "sibling.csv"
    own.write_text("a\n1\n")
    sibling.write_text("a\n2\n")
    with Sandbox(tmp_path, [own], 100 * 1000**2) as sandbox:
        assert list(sandbox.rows(f"SELECT * FROM read_csv('{own}')")) == [(1,)]
        with pytest.raises(duckdb.Error):
            sandbox.run(statement.replace("SIBLING", str(sibling)))
    assert sibling.read_text() == "a\n2\n"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('SIBLING')",
        "COPY contacts TO 'SIBLING'",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
    ],
)
def test_store_reads_no_file_beside_its_staging(store: Store, statement: str) -> None:
    sibling = store.folder / "sibling.csv"
    sibling.write_text("a\n2\n")
    with pytest.raises(DBAPIError):
        store.rows(statement.replace("SIBLING", str(sibling)))
    assert sibling.read_text() == "a\n2\n"
