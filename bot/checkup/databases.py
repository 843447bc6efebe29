"""Whether both databases answer and are up to date, and whether what is sealed can be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.checkup.finding import Finding, fine, note, problem
from bot.workplace import Workplace
from storage.errors import UserError
from storage.facts.growing import difference
from storage.facts.tables import contacts
from storage.looking import InUseError, NothingThereError, looking_at_facts, looking_at_operations
from storage.migrations import NEWEST, version_of
from storage.operations.sealed import count_unreadable

OPERATIONS, FACTS, KEYS = "Operations database", "Facts database", "CAREKPI_KEYS"
BEFORE_UPDATE = "It is brought up to date at the next start; take a backup before: carekpi backup."
NEWER = "Update CareKPI, or restore the backup made before the update."


def check_databases(place: Workplace) -> Iterator[Finding]:
    operations = list(_look(OPERATIONS, _operations(place), place))
    yield from operations
    if all(each.about != KEYS for each in operations):
        yield _check_keys(None, place)
    yield from _look(FACTS, _facts(place), place)


def _look(
    about: str, looking: AbstractContextManager[Connection], place: Workplace
) -> Iterator[Finding]:
    try:
        with looking as connection:
            if about == FACTS:
                yield from _check_facts(connection)
            else:
                yield from _check_operations(connection, place)
    except (NothingThereError, InUseError) as error:
        yield note(about, error.sentence, error.next_step)
    except UserError as error:
        yield problem(about, error.sentence, error.next_step)
    except SQLAlchemyError as error:
        yield problem(about, f"it can't be read ({type(error).__name__}).", "Restore a backup.")


def _operations(place: Workplace) -> AbstractContextManager[Connection]:
    """By way of what is open, where this is the running bot."""
    if place.is_open:
        return place.operations.connect()
    return looking_at_operations(place.environment.operations_url.reveal())


def _facts(place: Workplace) -> AbstractContextManager[Connection]:
    if place.is_open:
        return place.facts.connect()
    return looking_at_facts(place.environment.facts_url.reveal())


def _check_operations(connection: Connection, place: Workplace) -> Iterator[Finding]:
    found = version_of(connection)
    if found is None:
        yield note(OPERATIONS, "it is empty.", "It is filled at the first start.")
        return
    if found > NEWEST:
        yield problem(OPERATIONS, f"a newer CareKPI has written it ({found}).", NEWER)
        return
    if found < NEWEST:
        yield note(OPERATIONS, f"it is of an earlier version ({found}).", BEFORE_UPDATE)
        return
    yield fine(OPERATIONS, f"answers, and is up to date ({found}).")
    yield _check_keys(Session(connection), place)


def _check_keys(session: Session | None, place: Workplace) -> Finding:
    try:
        sealer = place.sealer
    except UserError as error:
        return problem(KEYS, error.sentence, error.next_step)
    sealed, unreadable = count_unreadable(session, sealer) if session else (0, 0)
    if unreadable:
        words = f"{unreadable:,} of {sealed:,} sealed texts can't be read with them."
        return problem(KEYS, words, "Put the key back that sealed them, after the newest.")
    if not sealer.has_key:
        step = "carekpi keys new makes one; without it there are no coaching notes."
        return note(KEYS, "there is none.", step)
    read = f", and all {sealed:,} sealed texts can be read" if sealed else ""
    return fine(KEYS, f"valid{read}.")


def _check_facts(connection: Connection) -> Iterator[Finding]:
    found = difference(connection)
    if found.unknown:
        yield problem(FACTS, "a newer CareKPI has written it.", NEWER)
    elif contacts.name in found.missing_tables:
        yield note(FACTS, "it is empty.", "It is filled by carekpi import.")
    elif found.is_older:
        yield note(FACTS, "it is of an earlier version.", BEFORE_UPDATE)
    else:
        number = connection.scalar(select(func.count()).select_from(contacts)) or 0
        if number:
            yield fine(FACTS, f"answers, and holds {number:,} contacts.")
        else:
            yield note(FACTS, "answers, and holds no contacts.", "Load them: carekpi import.")
