"""The eighth version: what was taken over is kept while it is being handed back."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Change no column: the tables are folded from the logs anew, with what may yet go on."""
