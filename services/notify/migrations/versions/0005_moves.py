"""The fifth version: the district that last handed a person on, and when it was heard."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; `staffel rebuild notify` fills them from the logs."""
    op.add_column("receiver", sa.Column("last_district", sa.String(), nullable=True))
    op.add_column("receiver", sa.Column("moved_at", sa.String(), nullable=False, server_default=""))
