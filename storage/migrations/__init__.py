"""Brings the operations database up to date, within the transaction it is given."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from storage.errors import UserError

NEWEST = "0007"
"""The last of ``versions``; they are numbered, so that a newer database is known as such."""

VERSION_TABLE = "carekpi_version"


def migrate(connection: Connection) -> None:
    """Applies what is missing; alembic itself is loaded only where something is.

    Raises:
        UserError: the database was written by a newer CareKPI.
    """
    found = version_of(connection)
    if found == NEWEST:
        return
    if found is not None and found > NEWEST:
        raise UserError(
            "The operations database was written by a newer version of CareKPI.",
            "Update CareKPI, or restore the backup made before the update.",
        )
    _upgrade(connection)


def version_of(connection: Connection) -> str | None:
    """The version that a database is at; None for one without any table of ours."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version: str | None = connection.scalar(
        text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 - a constant
    )
    return version


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - costs a third of a second, seldom needed
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "storage:migrations")
    command.upgrade(config, NEWEST)
