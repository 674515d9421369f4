"""The sixth version: grounds to stay, court actions, ends withdrawn, members of households."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_DATES = ("end_on", "next_start_on", "last_lossfree_on")


def upgrade() -> None:
    """Add the columns; the tables are folded from the logs anew after it."""
    op.add_column("person_copy", sa.Column("temporary_on", sa.Date(), nullable=True))
    for name in ("proofs", "household_members"):
        empty = sa.Column(name, sa.JSON(), nullable=False, server_default="[]")
        op.add_column("person_copy", empty)
    op.add_column("person_copy", sa.Column("file_reference", sa.String(), nullable=True))
    op.add_column("person_copy", sa.Column("household_at", sa.Integer(), nullable=True))
    for name in ("contested_on", "draft_again_on"):
        op.add_column("case_state", sa.Column(name, sa.Date(), nullable=True))
    for name in ("contest_scope", "finality_variant"):
        op.add_column("case_state", sa.Column(name, sa.String(), nullable=True))
    with op.batch_alter_table("computation") as table:
        for name in _DATES:
            table.alter_column(name, existing_type=sa.Date(), nullable=True)
        table.alter_column("rule_id", existing_type=sa.String(), nullable=True)
        table.alter_column("rule_version", existing_type=sa.Integer(), nullable=True)
