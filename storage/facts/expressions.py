"""A mapping's expressions: each is one expression over one row, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

FORBIDDEN = {
    "SUBQUERY": "a query inside a query",
    "STAR": "all columns at once (*)",
    "WINDOW": "other rows (OVER)",
    "POSITIONAL_REFERENCE": "a column by its place (#1)",
    "PARAMETER": "a parameter (?)",
}
NOT_ONE = "it is more than one expression"


class ExpressionError(ValueError):
    """Why a text is no expression that a mapping may hold."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as the database wrote it back, with the columns that it reads."""

    sql: str
    columns: frozenset[str]


def parse_expression(text: str) -> Expression:
    """The one expression that a text holds, as DuckDB's own parser sees it.

    What is run later is the parser's text, not the person's: a comment, a second statement or an
    unbalanced bracket cannot reach the query that it is put into.
    """
    tree = _tree(text)
    nodes = list(_nodes(tree))
    for node in nodes:
        if node.get("class") in FORBIDDEN:
            raise ExpressionError(f"it uses {FORBIDDEN[node['class']]}")
    bound = {
        name for node in nodes if node.get("class") == "LAMBDA" for name in _names(node["lhs"])
    }
    read = {str(node["column_names"][0]) for node in nodes if node.get("class") == "COLUMN_REF"}
    return Expression(_written(text), frozenset(read - bound))


def _tree(text: str) -> dict[str, Any]:
    serialized = _ask("SELECT json_serialize_sql(?)", f"SELECT {text}")
    parsed = json.loads(serialized)
    if parsed.get("error"):
        reason = str(parsed.get("error_message", "it can't be parsed"))
        raise ExpressionError(NOT_ONE if reason.startswith("Only SELECT") else reason)
    statements = parsed["statements"]
    if len(statements) != 1 or not _is_bare(statements[0]["node"]):
        raise ExpressionError(NOT_ONE)
    expression: dict[str, Any] = statements[0]["node"]["select_list"][0]
    if expression.get("alias"):
        raise ExpressionError("it gives the value a name (AS)")
    return expression


def _is_bare(node: dict[str, Any]) -> bool:
    """A select of one expression, from nowhere, with no other clause."""
    clauses = (
        "modifiers",
        "where_clause",
        "group_expressions",
        "group_sets",
        "having",
        "sample",
        "qualify",
    )
    return (
        node.get("type") == "SELECT_NODE"
        and len(node["select_list"]) == 1
        and node["from_table"]["type"] == "EMPTY"
        and not node["cte_map"]["map"]
        and not any(node.get(clause) for clause in clauses)
    )


def _written(text: str) -> str:
    written = _ask("SELECT json_deserialize_sql(json_serialize_sql(?))", f"SELECT {text}")
    return written.removeprefix("SELECT ")


def _ask(query: str, text: str) -> str:
    with duckdb.connect() as connection:
        try:
            row = connection.execute(query, [text]).fetchone()
        except duckdb.Error as error:
            raise ExpressionError(first_line(error)) from error
    return str(row[0]) if row else ""


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for child in tree.values():
            yield from _nodes(child)
    elif isinstance(tree, list):
        for child in tree:
            yield from _nodes(child)


def _names(tree: object) -> set[str]:
    return {str(node["column_names"][0]) for node in _nodes(tree) if "column_names" in node}


def first_line(error: Exception) -> str:
    """DuckDB's own sentence, without the query it quotes and the kind it starts with."""
    line = str(error).strip().splitlines()[0]
    kind, _, sentence = line.partition(": ")
    return sentence.strip() if kind.endswith("Error") and sentence else line
