"""The fifth version: why a case was closed, the last district, what is answered."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; `staffel rebuild jobcenter_bridge` fills them from the logs."""
    op.add_column("handoff", sa.Column("last_district", sa.String(), nullable=True))
    op.add_column("handoff", sa.Column("answered_on", sa.Date(), nullable=True))
    op.add_column("benefits", sa.Column("close_reason", sa.String(), nullable=True))
