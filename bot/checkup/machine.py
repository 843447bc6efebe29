"""The data folder, its settings and the room it has; and whether the bot is reached."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from bot.checkup.finding import Finding, fine, note, problem
from bot.environment_file import FILE_NAME as ENVIRONMENT_FILE
from bot.workplace import Workplace
from storage.addresses import file_of
from storage.errors import UserError
from storage.settings import FILE_NAME as SETTINGS_FILE

FOLDER, DISK, SETTINGS, ZONE, ADDRESS = (
    "Data folder",
    "Free disk",
    "Settings",
    "Time zone",
    "Public address",
)
LEAST_FREE_BYTES = 500_000_000
OTHERS = 0o077
TIMEOUT_SECONDS = 10
ALIVE = b"alive"
GIGABYTE = 1_000_000_000
UNSET_ZONE = "UTC"


def check_machine(place: Workplace) -> Iterator[Finding]:
    yield from _check_folder(place.folder)
    yield _check_disk(place)
    yield from _check_settings(place)


def check_bot(place: Workplace) -> Finding:
    folder = place.folder
    if place.is_open:
        return fine("Bot", f"one runs on {folder}, and looked at all this.")
    if place.environment.facts_on_server:
        return note("Bot", "with facts on a server, bots can't be seen from here.")
    return note("Bot", f"none runs on {folder}.", "Start it: carekpi run.")


def check_address(url: str) -> Finding:
    """Whether the bot is reached over the address that Slack is told."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        words = f"{url} does not start with https://, which Slack asks for."
        if parts.scheme != "http" or not parts.hostname:
            return problem(ADDRESS, words, "Write it as https://carekpi.example.com.")
    at = f"{parts.scheme}://{parts.netloc}"
    try:
        request = Request(f"{at}/healthz")  # noqa: S310 - the scheme was looked at
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - as above
            status, is_ours = answer.status, answer.read(len(ALIVE)) == ALIVE
    except HTTPError as error:
        status, is_ours = error.code, False
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        step = "Start carekpi run --http, and see where the balancer sends requests."
        return problem(ADDRESS, f"{at}/healthz can't be reached: {reason}.", step)
    if status != HTTPStatus.OK or not is_ours:
        step = "See that the balancer sends requests to carekpi run --http."
        words = f"{at}/healthz answers {status}, and it is not CareKPI that does."
        return problem(ADDRESS, words, step)
    if parts.scheme != "https":
        return note(ADDRESS, f"{at}/healthz answers.", "Slack itself asks for https.")
    return fine(ADDRESS, f"{at}/healthz answers; Slack's request address is {at}/slack/events.")


def _check_folder(folder: Path) -> Iterator[Finding]:
    if not folder.exists():
        yield _check_parent(folder)
        return
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        step = "Give it to the user that runs CareKPI, or choose another with --data."
        yield problem(FOLDER, f"{folder} can't be written.", step)
        return
    yield fine(FOLDER, f"{folder} can be written.")
    for path in sorted(folder.iterdir()):
        if stat.S_IMODE(path.lstat().st_mode) & OTHERS and path.name != SETTINGS_FILE:
            words = f"{path.name} can be read by others."
            if _is_private(folder) and path.name != ENVIRONMENT_FILE:
                continue
            yield problem(FOLDER, words, f"chmod go= {path}")


def _is_private(folder: Path) -> bool:
    return not stat.S_IMODE(folder.stat().st_mode) & OTHERS


def _check_parent(folder: Path) -> Finding:
    parent = next(each for each in folder.parents if each.exists())
    if os.access(parent, os.W_OK | os.X_OK):
        return note(FOLDER, f"{folder} is not there yet.", "It is made at the first start.")
    step = "Choose another with --data or CAREKPI_DATA."
    return problem(FOLDER, f"{folder} can't be made: {parent} can't be written.", step)


def _check_disk(place: Workplace) -> Finding:
    """An import or a backup may take as much again as the facts have."""
    folder = next(each for each in (place.folder, *place.folder.parents) if each.exists())
    facts = file_of(place.environment.facts_url.reveal())
    size = facts.stat().st_size if facts and facts.is_file() else 0
    free, needed = shutil.disk_usage(folder).free, max(LEAST_FREE_BYTES, size)
    words = f"{free / GIGABYTE:,.1f} GB on the disk of {folder}."
    if free >= needed:
        return fine(DISK, words)
    step = f"Make room: imports and backups may need {needed / GIGABYTE:,.1f} GB."
    return problem(DISK, words, step)


def _check_settings(place: Workplace) -> Iterator[Finding]:
    path = place.folder / SETTINGS_FILE
    try:
        settings = place.settings
    except UserError as error:
        first, *lines = str(error).splitlines()
        yield problem(SETTINGS, first, " ".join(line.strip() for line in lines) or "Mend it.")
        return
    if path.exists():
        yield fine(SETTINGS, f"{path.name} is valid.")
    else:
        yield note(SETTINGS, f"there is no {path.name}, so every default holds.")
    if settings.timezone == UNSET_ZONE:
        step = f'If that is not meant, write timezone = "Europe/Berlin" into {path.name}.'
        yield note(ZONE, "days and weeks begin at midnight UTC.", step)
    else:
        yield fine(ZONE, f"days and weeks begin at midnight of {settings.timezone}.")
