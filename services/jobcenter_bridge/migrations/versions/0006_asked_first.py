"""The sixth version: every application that waits, and who was asked first."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; the tables are folded from the logs anew after it."""
    later = sa.Column("later_applications", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("handoff", later)
    op.add_column("handoff", sa.Column("first_asked", sa.String(), nullable=True))
