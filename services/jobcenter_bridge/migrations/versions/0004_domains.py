"""The fourth version: consents to a handoff, and by when a sender submits."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns; `staffel rebuild jobcenter_bridge` fills them from the logs."""
    consents = sa.Column("consents", sa.JSON(), nullable=False, server_default="{}")
    op.add_column("admission", consents)
    op.add_column("benefits", sa.Column("draft_submit_days", sa.Integer(), nullable=True))
