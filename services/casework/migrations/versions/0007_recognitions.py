"""The seventh version: several recognitions of a person, each with its own finality."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns; the tables are folded from the logs anew after it."""
    op.add_column("case_state", sa.Column("finality_served_on", sa.Date(), nullable=True))
    before = sa.Column("finality_before", sa.JSON(), nullable=False, server_default="{}")
    op.add_column("case_state", before)
    earlier = sa.Column("earlier", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("person_copy", earlier)
