"""The fourth version: the district that last handed a person on."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; `staffel rebuild casework` fills it from the logs."""
    op.add_column("handoff_copy", sa.Column("last_district", sa.String(), nullable=True))
