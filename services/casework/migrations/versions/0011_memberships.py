"""The eleventh version: every household that a person belonged to, and from when to when."""

import sqlalchemy as sa
from alembic import op

from services.chassis.store.columns import UtcMoment

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Put a table in the place of the last household; the logs tell what has to be in it.

    The tables are folded from the logs anew after it, so that it holds every membership of those
    who were not erased.
    """
    text = sa.String()
    op.drop_index("ix_person_copy_last_household", "person_copy")
    op.drop_column("person_copy", "last_household")
    op.add_column(
        "person_copy", sa.Column("households", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("person_copy", sa.Column("household_since", UtcMoment(), nullable=True))
    op.create_table(
        "membership",
        sa.Column("membership_id", text, primary_key=True),
        sa.Column("case_id", text, nullable=False),
        sa.Column("household_ref", text, nullable=False),
        sa.Column("since", UtcMoment(), nullable=False),
        sa.Column("until", UtcMoment(), nullable=True),
    )
    op.create_index("ix_membership_case_id", "membership", ["case_id"])
    op.create_index("ix_membership_household_ref", "membership", ["household_ref"])
