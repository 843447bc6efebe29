"""Which Web API methods some source calls, found in its syntax tree."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache

from slack_sdk import WebClient

IN_BOLT = {"say": "chat.postMessage"}
"""What Bolt's own listener arguments call."""


@cache
def client_methods() -> dict[str, str]:
    """WebClient's methods and the Web API's: ``chat_postMessage`` to ``chat.postMessage``."""
    tree = ast.parse(inspect.getsource(WebClient))
    return {
        function.name: name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for name in named_in_calls(function)
    }


def calls_in(source: str) -> set[str]:
    """The Web API methods that the source names, called or handed on."""
    tree = ast.parse(source)
    known = client_methods()
    found = set(named_in_calls(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in known:
            found.add(known[node.attr])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found |= {IN_BOLT[node.func.id]} if node.func.id in IN_BOLT else set()
    return found


def named_in_calls(tree: ast.AST) -> Iterator[str]:
    """The names given to ``api_call("…")``."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        named = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "api_method")]
        for value in named if node.func.attr == "api_call" else []:
            if isinstance(value, ast.Constant):
                yield str(value.value)
