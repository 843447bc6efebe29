"""Lists of people to ask, as a file or pasted: customer ids, Slack user ids or e-mail addresses."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from storage.errors import UserError

MOST = 100_000
LONGEST_ID = 200
MOST_PROBLEMS = 50
_USER_ID = re.compile(r"(?:<@)?([UW][A-Z0-9]{2,30})(?:\|[^>]*)?>?")
_MAILTO = re.compile(r"<mailto:([^|>]+)(?:\|[^>]*)?>")
_COLUMNS = {
    "customer_id": "customer_id",
    "customer id": "customer_id",
    "customer": "customer_id",
    "slack_user_id": "user_id",
    "slack user id": "user_id",
    "user_id": "user_id",
    "email": "email",
    "e-mail": "email",
}


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody as a list names them; one of the three at least."""

    customer_id: str = ""
    user_id: str = ""
    email: str = ""


def read_list(text: str) -> list[Named]:
    """The people of a CSV file with or without a heading, or of pasted lines.

    Raises:
        UserError: every problem, by line.
    """
    problems: list[str] = []
    found = list(_read(text.removeprefix("\ufeff"), problems))
    if problems:
        shown = "".join(f"\n  {problem}" for problem in problems[:MOST_PROBLEMS])
        more = len(problems) - MOST_PROBLEMS
        rest = f"\n  and {more:,} more" if more > 0 else ""
        raise UserError(f"The list can't be used yet.{shown}{rest}", "Mend these lines.")
    if not found:
        raise UserError("The list is empty.", "Give a customer id, Slack id or e-mail a line.")
    if len(found) > MOST:
        raise UserError(f"The list has more than {MOST:,} people.", "Split it in two.")
    return found


def _read(text: str, problems: list[str]) -> Iterator[Named]:
    delimiter = next((each for each in ";\t" if each in text.partition("\n")[0]), ",")
    rows = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    columns: Sequence[str] | None = None
    is_first = True
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if is_first:
                is_first, columns = False, _heading(row)
                if columns:
                    continue
            yield from _named(row, columns, rows.line_num, problems)
    except csv.Error as error:
        problems.append(f"line {rows.line_num}: this is no CSV ({error})")


def _heading(row: Sequence[str]) -> Sequence[str] | None:
    """What the columns are, where the first line says so; "" for others."""
    columns = [_COLUMNS.get(cell.strip().casefold(), "") for cell in row]
    return columns if any(columns) else None


def _named(
    row: Sequence[str], columns: Sequence[str] | None, line: int, problems: list[str]
) -> Iterator[Named]:
    cells = [cell.strip() for cell in row]
    if any(len(cell) > LONGEST_ID for cell in cells):
        problems.append(f"line {line}: an id is longer than {LONGEST_ID} characters")
        return
    if columns is None:
        yield from (_guessed(cell) for cell in cells if cell)
        return
    given = {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell}
    if wrong := _wrong(given):
        problems.append(f"line {line}: {wrong}")
    else:
        yield Named(**_cleaned(given))


def _wrong(given: Mapping[str, str]) -> str:
    if not given:
        return "there is no customer id, Slack user id or e-mail address"
    if "user_id" in given and not _USER_ID.fullmatch(given["user_id"]):
        return f'"{given["user_id"]}" is no Slack user id, such as U0123ABCD'
    if "email" in given and "@" not in given["email"]:
        return f'"{given["email"]}" is no e-mail address'
    return ""


def _cleaned(given: Mapping[str, str]) -> dict[str, str]:
    user_id = _USER_ID.fullmatch(given.get("user_id", ""))
    return {**given, **({"user_id": user_id[1]} if user_id else {})}


def _guessed(cell: str) -> Named:
    """Each cell for itself, by how it looks."""
    if mail := _MAILTO.fullmatch(cell):
        return Named(email=mail[1])
    if user_id := _USER_ID.fullmatch(cell):
        return Named(user_id=user_id[1])
    return Named(email=cell) if "@" in cell else Named(customer_id=cell)
