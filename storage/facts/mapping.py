"""Mappings: how an export's columns become a fact's, written down in a small TOML file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storage.errors import UnknownWordError, UserError
from storage.facts.declared import FACTS, Fact, find_fact
from storage.facts.expressions import Expression, ExpressionError, parse_expression
from storage.periods import zone

SHIPPED = Path(__file__).parent.parent / "mappings"
DEFAULT_MAPPING = "carekpi"
KEYS = (
    "title",
    "notes",
    "fact",
    "timezone",
    "time_formats",
    "null_marks",
    "optional",
    "winner",
    "columns",
    "values",
)
TIME_FORMATS = ("iso", "epoch")


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping as it was read, checked as far as it can be without an export.

    ``value_tables`` turn an expression's value (compared in lower case) into the fact's;
    ``*`` stands for every value that is not listed. ``newest_by`` and ``last_wins`` say which of
    several rows with one key counts; with neither, the second one is rejected.
    """

    name: str
    file: str
    fact: str | None = None
    title: str = ""
    notes: str = ""
    timezone: str | None = None
    time_formats: tuple[str, ...] = TIME_FORMATS
    null_marks: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    columns: dict[str, Expression] = field(default_factory=dict)
    value_tables: dict[str, dict[str, str]] = field(default_factory=dict)
    last_wins: bool = False
    newest_by: Expression | None = None


def shipped_mappings() -> tuple[str, ...]:
    """The names that ``--mapping`` knows without a file."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def find_mapping(name_or_file: str, fact: Fact) -> Mapping:
    """The mapping of a name or a file, fit for a fact."""
    mapping = read_mapping(_path(name_or_file))
    if mapping.fact not in {None, fact.name}:
        raise UserError(
            f'The mapping "{mapping.name}" is for {mapping.fact}, not for {fact.name}.',
            f"Import {mapping.fact} with it, or name another mapping.",
        )
    return mapping


def read_mapping(path: Path) -> Mapping:
    """Reads and checks a mapping; every problem found is named, with its line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text)
    except OSError as error:
        reason = error.strerror or "it can't be opened"
        raise UserError(f"The mapping {path} can't be read: {reason}.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"The mapping {path} is not UTF-8 text.", "Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"The mapping {path} is not valid TOML: {error}.") from error
    return _Reading(path, text, content).mapping()


def _path(name_or_file: str) -> Path:
    if name_or_file in shipped_mappings():
        return SHIPPED / f"{name_or_file}.toml"
    path = Path(name_or_file)
    if path.suffix == ".toml" or path.exists():
        return path
    names = shipped_mappings()
    raise UnknownWordError(
        f'I don\'t know a mapping "{name_or_file}".',
        f"Name one of {', '.join(names)}, or the path of a .toml file.",
        names,
    )


class _Reading:
    """One mapping file while it is checked: what it says, and what is wrong with it."""

    def __init__(self, path: Path, text: str, content: dict[str, Any]) -> None:
        self.path, self.lines, self.content = path, text.splitlines(), content
        self.problems: list[str] = []

    def mapping(self) -> Mapping:
        fact = self.content.get("fact")
        known = self._known_columns(fact)
        mapping = Mapping(
            name=self.path.stem,
            file=str(self.path),
            fact=fact,
            title=self._word("title") or "",
            notes=self._word("notes") or "",
            timezone=self._timezone(),
            time_formats=self._words("time_formats") or TIME_FORMATS,
            null_marks=self._words("null_marks"),
            optional=self._words("optional"),
            columns=self._columns(known),
            value_tables=self._value_tables(known),
            last_wins=self.content.get("winner") == "last",
            newest_by=self._newest_by(),
        )
        self._check_keys()
        self._raise_problems()
        return mapping

    def _raise_problems(self) -> None:
        if not self.problems:
            return
        many = f"{len(self.problems)} problems" if len(self.problems) > 1 else "a problem"
        listed = "\n".join(f"- {problem}" for problem in self.problems)
        raise UserError(
            f"The mapping {self.path} has {many}:\n{listed}\n",
            "docs/mappings.md explains every key.",
        )

    def _problem(self, key: str, sentence: str) -> None:
        line = self._line(key)
        self.problems.append(f"line {line}: {sentence}" if line else sentence)

    def _line(self, key: str) -> int | None:
        """The line on which a key or a table is written, where it can be found."""
        quoted = re.escape(key)
        pattern = re.compile(rf"""^\s*(\[.*\b)?["']?{quoted}["']?\s*(=|\.|\])""")
        return next((n for n, line in enumerate(self.lines, 1) if pattern.match(line)), None)

    def _check_keys(self) -> None:
        known = set(KEYS)
        for key in self.content:
            if key not in known:
                self._problem(key, f'"{key}" is no key of a mapping; known: {", ".join(KEYS)}.')

    def _known_columns(self, fact: object) -> tuple[str, ...]:
        if fact is None:
            return tuple(name for fact_ in FACTS for name in fact_.columns)
        try:
            return find_fact(str(fact)).columns
        except UnknownWordError as error:
            self._problem("fact", str(error))
            return ()

    def _word(self, key: str) -> str | None:
        value = self.content.get(key)
        if value is None or isinstance(value, str):
            return value
        self._problem(key, f'"{key}" must be a text in quotes.')
        return None

    def _words(self, key: str) -> tuple[str, ...]:
        value = self.content.get(key, [])
        words = [value] if isinstance(value, str) else value
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            return tuple(words)
        self._problem(key, f'"{key}" must be a list of texts, such as ["?"].')
        return ()

    def _timezone(self) -> str | None:
        name = self._word("timezone")
        if name is not None:
            self._try("timezone", lambda: zone(name))
        return name

    def _try(self, key: str, check: Callable[[], object]) -> None:
        try:
            check()
        except UserError as error:
            self._problem(key, str(error))

    def _table(self, key: str) -> dict[str, Any]:
        value = self.content.get(key, {})
        if isinstance(value, dict):
            return value
        self._problem(key, f'"{key}" must be a table: [{key}].')
        return {}

    def _columns(self, known: tuple[str, ...]) -> dict[str, Expression]:
        found = {}
        for column, text in self._table("columns").items():
            expression = self._expression(column, text)
            if known and column not in known:
                self._problem(column, f'there is no column "{column}" to fill.')
            elif expression is not None:
                found[column] = expression
        return found

    def _expression(self, key: str, text: object) -> Expression | None:
        if not isinstance(text, str) or not text.strip():
            self._problem(key, f'the expression for "{key}" must be a text in quotes.')
            return None
        try:
            return parse_expression(text)
        except ExpressionError as error:
            self._problem(key, f'the expression for "{key}" can\'t be used: {error}.')
            return None

    def _value_tables(self, known: tuple[str, ...]) -> dict[str, dict[str, str]]:
        found = {}
        for column, table in self._table("values").items():
            if known and column not in known:
                self._problem(f"values.{column}", f'there is no column "{column}" to fill.')
            elif not isinstance(table, dict):
                self._problem(column, f'the values of "{column}" must be a table.')
            else:
                found[column] = {str(k).strip().lower(): _plain(v) for k, v in table.items()}
        return found

    def _newest_by(self) -> Expression | None:
        winner = self.content.get("winner", "last")
        if winner == "last":
            return None
        if isinstance(winner, dict) and set(winner) == {"newest"}:
            return self._expression("winner", winner["newest"])
        self._problem("winner", 'write winner = "last" or winner = { newest = "a time column" }.')
        return None


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
