"""The second version: who read what."""

from services.chassis.migrating import create_read_log

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    create_read_log()
