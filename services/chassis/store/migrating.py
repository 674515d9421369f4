"""What every service's ``migrations/env.py`` runs, and the chassis' own tables by version."""

import sqlalchemy as sa
from alembic import context, op

from services.chassis.store.columns import UtcMoment


def run() -> None:
    """Run the migrations on the connection that ``migrate`` opened."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, render_as_batch=connection.dialect.name == "sqlite")
    with context.begin_transaction():
        context.run_migrations()


def create_chassis_tables() -> None:
    """The tables that every service keeps, as of the first version."""
    big, text = sa.BigInteger(), sa.String()
    op.create_table(
        "entry",
        sa.Column("idx", big, primary_key=True, autoincrement=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
    )
    op.create_table(
        "head",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("size", big, nullable=False),
        sa.Column("epoch", big, nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("last_time", UtcMoment(), nullable=True),
        sa.Column("holder", text, nullable=True),
        sa.Column("lease_until", UtcMoment(), nullable=True),
    )
    op.create_table(
        "cursor", sa.Column("log", text, primary_key=True), sa.Column("next", big, nullable=False)
    )
    op.create_table(
        "answer",
        sa.Column("key", text, primary_key=True),
        sa.Column("body_hash", text, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "sequence",
        sa.Column("name", text, primary_key=True),
        sa.Column("next", big, nullable=False),
    )
    _create_timer_and_parked(big, text)


def create_erased_table() -> None:
    """The table of erased persons."""
    text = sa.String()
    op.create_table(
        "erased",
        sa.Column("key_id", text, primary_key=True),
        sa.Column("person", text, nullable=False),
        sa.Column("case_id", text, nullable=False),
        sa.Column("entry", text, nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("cleaned", sa.Boolean(), nullable=False),
    )


def _create_timer_and_parked(big: sa.BigInteger, text: sa.String) -> None:
    op.create_table(
        "timer",
        sa.Column("id", text, primary_key=True),
        sa.Column("subject", text, nullable=False),
        sa.Column("key", text, nullable=False),
        sa.Column("kind", text, nullable=False),
        sa.Column("moment", UtcMoment(), nullable=False),
    )
    op.create_index("ix_timer_moment", "timer", ["moment"])
    op.create_table(
        "parked",
        sa.Column("id", text, primary_key=True),
        sa.Column("position", big, nullable=False),
        sa.Column("case_id", text, nullable=True),
        sa.Column("status", text, nullable=False),
        sa.Column("reason", text, nullable=False),
        sa.Column("place", text, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("wire", sa.LargeBinary(), nullable=False),
        sa.Column("parked_at", UtcMoment(), nullable=False),
    )
    op.create_index("ix_parked_case_id", "parked", ["case_id"])


def create_read_log() -> None:
    """The log of who read what, as of the third version."""
    big = sa.BigInteger()
    op.create_table(
        "read_entry",
        sa.Column("idx", big, primary_key=True, autoincrement=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
    )
    head = op.create_table(
        "read_head",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("size", big, nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("last_time", UtcMoment(), nullable=True),
        sa.Column("kept_from", big, nullable=False),
    )
    op.create_table(
        "read_of",
        sa.Column("case_id", sa.String(), primary_key=True),
        sa.Column("idx", big, primary_key=True, autoincrement=False),
    )
    op.bulk_insert(head, [{"id": 1, "size": 0, "frontier": b"", "last_time": None, "kept_from": 0}])
