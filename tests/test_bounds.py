"""How long a function and a module may be, and that none goes beyond."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("bot", "jobs", "storage")
LONGEST_MODULE = 299
LONGEST_FUNCTION = 40
LONGEST_MEDIAN_FUNCTION = 9


def modules(folder: str) -> Iterator[tuple[str, str]]:
    for path in (ROOT / folder).rglob("*.py"):
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Each function of a module, with its lines; a decorator is none of them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield node.name, node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_module_is_too_long(folder: str) -> None:
    lengths = {name: len(source.splitlines()) for name, source in modules(folder)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


@pytest.mark.parametrize("folder", [*FOLDERS, "tests"])
def test_no_function_is_too_long(folder: str) -> None:
    lengths = [
        (module, name, lines)
        for module, source in modules(folder)
        for name, lines in functions(source)
    ]
    assert [each for each in lengths if each[2] > LONGEST_FUNCTION] == []


def test_most_functions_are_short() -> None:
    lengths = [
        lines
        for folder in FOLDERS
        for _, source in modules(folder)
        for _, lines in functions(source)
    ]
    assert median(lengths) <= LONGEST_MEDIAN_FUNCTION


def test_length_of_a_function_is_counted_whole() -> None:
    source = "@cache\ndef outer():\n    def inner():\n        pass\n\n    return inner\n"
    assert dict(functions(source)) == {"outer": 5, "inner": 2}
