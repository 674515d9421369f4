"""The seventh version: whether anybody is left to tell."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column; `staffel rebuild notify` fills it from the logs."""
    op.add_column(
        "work", sa.Column("is_gone", sa.Boolean(), nullable=False, server_default=sa.false())
    )
