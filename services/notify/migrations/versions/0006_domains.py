"""The sixth version: to whom a person is handed in other domains than benefits."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; `staffel rebuild notify` fills it from the logs."""
    domains = sa.Column("domains", sa.JSON(), nullable=False, server_default="{}")
    op.add_column("receiver", domains)
