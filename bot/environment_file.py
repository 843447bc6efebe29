"""``carekpi.env`` of the data folder: addresses and secrets, one ``NAME=VALUE`` a line.

It is read as systemd and Docker read such files; what stands in the environment itself goes first.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from storage.errors import SettingsError, UserError

FILE_NAME = "carekpi.env"
NAME = re.compile(r"[A-Z][A-Z0-9_]*")
PLACED_BY = "CAREKPI_DATA"
"""It says where the file lies, so it is not asked for in there."""
PRIVATE_FILE = 0o600


def with_file(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment, filled up with what the file of the data folder says."""
    filled = read_environment_file(folder / FILE_NAME)
    filled.pop(PLACED_BY, None)
    return {**filled, **{name: value for name, value in environ.items() if value}}


def read_environment_file(path: Path) -> dict[str, str]:
    """What a file says; nothing where there is none.

    Raises:
        SettingsError: it can't be read; no value is shown.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except NotADirectoryError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        why = (getattr(error, "strerror", None) or "it is no text in UTF-8").lower()
        raise SettingsError(f"{path} can't be read: {why}.", "Mend or remove it.") from error
    values: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            name, value = _pair(line, path, number)
            values[name] = value
    return values


def write_environment_file(path: Path, values: Mapping[str, str]) -> None:
    """Adds to the file, or changes in it, what is given; every other line stays as it is."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        kept = [line for line in lines if line.partition("=")[0].strip() not in values]
        new = [f"{name}={value}" for name, value in values.items()]
        _replace(path, "".join(f"{line}\n" for line in [*kept, *new]))
    except OSError as error:
        why = (error.strerror or "no reason given").lower()
        raise UserError(f"{path} can't be written: {why}.", "Choose another folder.") from error


def _pair(line: str, path: Path, number: int) -> tuple[str, str]:
    name, equals, value = line.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not NAME.fullmatch(name):
        raise SettingsError(
            f"Line {number} of {path} can't be understood.",
            "Write NAME=VALUE, such as SLACK_BOT_TOKEN=xoxb-…, without export before it.",
        )
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return name, value[1:-1] if is_quoted else value


def _replace(path: Path, text: str) -> None:
    """Whole or not at all, and at no time readable by others."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
