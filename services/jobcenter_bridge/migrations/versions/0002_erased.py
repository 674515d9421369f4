"""Persons who were erased."""

from services.chassis.store.migrating import create_erased_table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    create_erased_table()
