"""What is said once stays said once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.metrics.catalog import METRICS

ROOT = Path(__file__).parent.parent
CATALOG = ROOT / "storage" / "metrics" / "catalog"
KEYS = {metric.key for metric in METRICS}


def literals(source: str) -> Iterator[str]:
    """Every string that a module's code holds; docstrings are prose."""
    tree = ast.parse(source)
    prose = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


@pytest.mark.parametrize("folder", ["bot", "jobs", "storage"])
def test_metric_key_stands_in_the_catalogue_alone(folder: str) -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), text)
        for path in (ROOT / folder).rglob("*.py")
        if CATALOG not in path.parents
        for text in literals(path.read_text(encoding="utf-8"))
        if text in KEYS
    }
    assert found == set()


def test_metric_key_would_be_found_in_code_but_not_in_prose() -> None:
    source = '"""About ticket_volume."""\nasked = {"ticket_volume": 1}\n'
    assert [text for text in literals(source) if text in KEYS] == ["ticket_volume"]


def test_keys_names_and_abbreviations_are_unique() -> None:
    for names in (
        [metric.key for metric in METRICS],
        [metric.name.casefold() for metric in METRICS],
        [metric.abbreviation.casefold() for metric in METRICS],
    ):
        assert len(set(names)) == len(names)
