"""The fifth version: drafts, sheets and handoffs of other domains than benefits."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; `staffel rebuild casework` fills them from the logs."""
    for table in ("case_state", "handoff_copy"):
        op.add_column(table, sa.Column("domains", sa.JSON(), nullable=False, server_default="{}"))
    domain = sa.Column("domain", sa.String(), nullable=False, server_default="benefits")
    op.add_column("handover_sheet", domain)
