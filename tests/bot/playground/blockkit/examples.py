"""Blocks as JSON, of any size, to be held against the rules."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(text: str = "Go", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), **more}


def line_chart(series: int = 1, points: int = 1, label: str = "w", name: str = "") -> Json:
    categories = [f"{label}{number}" for number in range(points)]
    data = [{"label": category, "value": 1.5} for category in categories]
    return {
        "type": "data_visualization",
        "title": "Resolution",
        "chart": {
            "type": "line",
            "series": [{"name": f"{name}{number}", "data": data} for number in range(series)],
            "axis_config": {"categories": categories},
        },
    }


def pie(segments: int = 1, value: float = 1) -> Json:
    parts = [{"label": f"s{number}", "value": value} for number in range(segments)]
    return {
        "type": "data_visualization",
        "title": "Share",
        "chart": {"type": "pie", "segments": parts},
    }


def rows(count: int, columns: int, text: str = "x") -> list[list[Json]]:
    return [[{"type": "raw_text", "text": text}] * columns for _ in range(count)]


def table(count: int, columns: int) -> Json:
    return {"type": "table", "rows": rows(count, columns)}


def data_table(count: int = 2, columns: int = 1, **more: Any) -> Json:
    return {"type": "data_table", "caption": "c", "rows": rows(count, columns), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(text: str = "o", value: str = "v") -> Json:
    return {"text": plain(text), "value": value}


def menu(count: int = 1, text: str = "o", value: str = "v") -> Json:
    return actions({"type": "static_select", "options": [option(text, value)] * count})


def confirm(title: str = "t", text: str = "t", yes: str = "y", no: str = "n") -> Json:
    question = {"title": plain(title), "text": plain(text), "confirm": plain(yes)}
    return actions(button(confirm=question | {"deny": plain(no)}))


def input_block(label: str = "l", element: Json | None = None) -> Json:
    return {
        "type": "input",
        "label": plain(label),
        "element": element or {"type": "plain_text_input"},
    }


def container(children: int = 1, title: str = "t") -> Json:
    return {
        "type": "container",
        "title": plain(title),
        "child_blocks": [{"type": "divider"}] * children,
    }


def without(block: Json, key: str) -> Json:
    return {name: value for name, value in block.items() if name != key}


def changed(block: Json, path: str, value: Any) -> Json:
    copy: Json = json.loads(json.dumps(block))
    *parents, last = path.split("/")
    inner: Any = copy
    for part in parents:
        inner = inner[int(part) if part.isdecimal() else part]
    inner[last] = value
    return copy
