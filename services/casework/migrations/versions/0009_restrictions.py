"""The ninth version: each reason for only storing data stands and is lifted by itself."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Change no column: the tables are folded from the logs anew, with a record for each reason."""
