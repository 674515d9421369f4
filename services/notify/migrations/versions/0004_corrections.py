"""The fourth version: who was given which field, so that corrections reach them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns; `staffel rebuild notify` fills them from the logs."""
    for table, column in (("work", "told"), ("receiver", "handed")):
        empty = sa.text("'[]'")
        op.add_column(table, sa.Column(column, sa.JSON(), nullable=False, server_default=empty))
