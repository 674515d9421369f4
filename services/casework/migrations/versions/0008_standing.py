"""The eighth version: what was accepted and is handed back before its day."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column; the tables are folded from the logs anew after it."""
    standing = sa.Column("standing", sa.JSON(), nullable=False, server_default="{}")
    op.add_column("handoff_copy", standing)
