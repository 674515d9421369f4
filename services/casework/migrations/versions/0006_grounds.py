"""The sixth version: temporary protection and what proves a stay until the title."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; the tables are folded from the logs anew after it."""
    op.add_column("person_copy", sa.Column("temporary_on", sa.Date(), nullable=True))
    proofs = sa.Column("proofs", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("person_copy", proofs)
