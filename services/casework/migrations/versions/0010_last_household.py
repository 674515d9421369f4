"""The tenth version: the household that a person belonged to last, although they left it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column and its index; the tables are folded from the logs anew after it."""
    op.add_column("person_copy", sa.Column("last_household", sa.String(), nullable=True))
    op.create_index("ix_person_copy_last_household", "person_copy", ["last_household"])
