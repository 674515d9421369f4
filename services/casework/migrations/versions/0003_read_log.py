"""The third version: who read what."""

from services.chassis.store.migrating import create_read_log

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    create_read_log()
