"""When an event was answered: one whose answer was cut off is taken up again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("seen_events", sa.Column("finished_at", sa.DateTime))
