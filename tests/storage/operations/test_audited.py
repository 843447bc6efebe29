"""Whatever a person changes is written into the audit trail by the function that changes it."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[3] / "storage"
FOLDERS = ("operations", "quality", "surveys", "digests")
AUDITING = {"record", "record_look"}
NOT_A_CHANGE = {
    "open_draft": "a draft is nobody's but its reviewer's until it is sent",
    "change_draft": "the same",
    "mark_read": "the note itself says when it was read",
    "ask_to_talk": "the note itself says that its agent asked",
    "hand_in": "the answer itself says who gave it, and when",
    "take_texts": "a part of forget_agent, which is written down",
    "make_all": "each of them is written down by digests.make",
    "check_appealable": "it only looks",
    "start": "an import is written down when it has ended, with what came of it",
}
"""What somebody does that is no change to what others see, or stands elsewhere; and why."""


def functions() -> dict[str, dict[str, ast.FunctionDef]]:
    """By module, its functions by name."""
    found: dict[str, dict[str, ast.FunctionDef]] = {}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).glob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            defined = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
            found[f"{folder}/{path.stem}"] = defined
    return found


def calls(function: ast.FunctionDef) -> set[str]:
    called = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {
        each.id if isinstance(each, ast.Name) else each.attr
        for each in called
        if isinstance(each, ast.Name | ast.Attribute)
    }


def is_by_somebody(function: ast.FunctionDef) -> bool:
    given = (*function.args.args, *function.args.kwonlyargs)
    kinds = {ast.unparse(each.annotation) for each in given if each.annotation}
    return "By" in kinds


def is_audited(name: str, defined: dict[str, ast.FunctionDef]) -> bool:
    """Whether it writes an entry itself, or by a function that does."""
    seen, waiting = set[str](), {name}
    while waiting:
        each = waiting.pop()
        seen.add(each)
        called = calls(defined[each]) if each in defined else set()
        if called & AUDITING:
            return True
        waiting |= (called & defined.keys()) - seen
    return False


def test_each_change_by_a_person_is_audited() -> None:
    modules = functions()
    by_somebody = {
        (module, name)
        for module, defined in modules.items()
        for name, function in defined.items()
        if is_by_somebody(function) and not name.startswith("_") and name not in AUDITING
    }
    missing = {
        f"{module}.{name}"
        for module, name in by_somebody
        if name not in NOT_A_CHANGE and not is_audited(name, modules[module])
    }
    assert len(by_somebody) > 25
    assert missing == set()
