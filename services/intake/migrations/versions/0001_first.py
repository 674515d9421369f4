"""The first version: persons and quotas."""

import sqlalchemy as sa
from alembic import op

from services.chassis.store.migrating import create_chassis_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    create_chassis_tables()
    op.create_table(
        "person",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("admitted_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("titles", sa.Integer(), nullable=False),
        sa.Column("title_code", sa.String(), nullable=True),
        sa.Column("title_valid_from", sa.Date(), nullable=True),
        sa.Column("title_valid_to", sa.Date(), nullable=True),
        sa.Column("records", sa.JSON(), nullable=False),
    )
    op.create_table(
        "reception",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("persons", sa.Integer(), nullable=True),
    )
    op.create_table(
        "reception_thing",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("record", sa.JSON(), nullable=False),
    )
