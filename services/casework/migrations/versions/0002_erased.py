"""Persons who were erased, cases whose period is over, and those that are only stored."""

import sqlalchemy as sa
from alembic import op

from services.chassis.store.migrating import create_erased_table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables and the columns."""
    create_erased_table()
    op.add_column("case_state", sa.Column("retention_due_on", sa.Date(), nullable=True))
    op.add_column("case_state", sa.Column("erased_on", sa.Date(), nullable=True))
    op.create_table(
        "restriction",
        sa.Column("case_id", sa.String(), primary_key=True),
        sa.Column("restricted_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
    )
