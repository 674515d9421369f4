"""The fifth version: why a case was closed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; `staffel rebuild jobcenter_bridge` fills it from the logs."""
    op.add_column("benefits", sa.Column("close_reason", sa.String(), nullable=True))
