"""The first version: feeds and notices."""

import sqlalchemy as sa
from alembic import op

from services.chassis.store.migrating import create_chassis_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    create_chassis_tables()
    op.create_table(
        "case_notices",
        sa.Column("case_id", sa.String(), primary_key=True),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("letters", sa.JSON(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
    )
    op.create_table(
        "origin",
        sa.Column("case_id", sa.String(), primary_key=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("consents", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
    )
    op.create_table(
        "work",
        sa.Column("case_id", sa.String(), primary_key=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("for_receiver", sa.JSON(), nullable=False),
    )
    op.create_table(
        "receiver",
        sa.Column("case_id", sa.String(), primary_key=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("responsible", sa.String(), nullable=True),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("handoff_id", sa.String(), nullable=True),
        sa.Column("since", sa.String(), nullable=False),
    )
    op.create_table(
        "feed",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("event", sa.JSON(), nullable=False),
    )
    op.create_index("ix_feed_case_id", "feed", ["case_id"])
    op.create_table(
        "notice",
        sa.Column("notice_id", sa.String(), primary_key=True),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("cause_entry", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_notice_status", "notice", ["status"])
    op.create_table(
        "letter",
        sa.Column("letter_id", sa.String(), primary_key=True),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
    )
    op.create_index("ix_letter_agency", "letter", ["agency"])
    op.create_index("ix_letter_case_id", "letter", ["case_id"])
    op.create_index("ix_letter_status", "letter", ["status"])
