"""The time zone in ``carekpi.toml``, where nobody has set one yet."""

from __future__ import annotations

import tomllib
from pathlib import Path

from storage.errors import UserError
from storage.periods import zone
from storage.settings import FILE_NAME

SETTING = "timezone"


def is_zone_set(folder: Path) -> bool:
    """Also where the file can't be understood: then it is not ours to change."""
    try:
        return SETTING in tomllib.loads(_text(folder))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return True


def wrong_with_zone(name: str) -> str:
    try:
        zone(name)
    except UserError as error:
        return str(error)
    return ""


def write_zone(folder: Path, name: str) -> None:
    """Above all that stands in the file already, as sections have to come last."""
    path = folder / FILE_NAME
    unfinished = path.with_name(f"{FILE_NAME}.new")
    try:
        unfinished.write_text(f'{SETTING} = "{name}"\n{_text(folder)}', encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        why = (error.strerror or "no reason given").lower()
        raise UserError(f"{path} can't be written: {why}.", "Choose another folder.") from error


def _text(folder: Path) -> str:
    path = folder / FILE_NAME
    return path.read_text(encoding="utf-8") if path.exists() else ""
