"""What alembic runs: the missing versions, in the transaction of the connection it was given."""

from __future__ import annotations

from alembic import context

from storage.migrations import VERSION_TABLE
from storage.operations.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
)
context.run_migrations()
