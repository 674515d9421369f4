"""Persons who were erased, whose rows are found by their case."""

from alembic import op

from services.chassis.store.migrating import create_erased_table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table and an index."""
    create_erased_table()
    op.create_index("ix_person_case_id", "person", ["case_id"])
