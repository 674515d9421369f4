"""The first version: handoffs, responsibility and gaps."""

import sqlalchemy as sa
from alembic import op

from services.chassis.store.migrating import create_chassis_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    create_chassis_tables()
    op.create_table(
        "handoff",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("responsible", sa.String(), nullable=True),
        sa.Column("responsible_since", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("handoff_id", sa.String(), nullable=True),
        sa.Column("from_agency", sa.String(), nullable=True),
        sa.Column("to_agency", sa.String(), nullable=True),
        sa.Column("to_kind", sa.String(), nullable=True),
        sa.Column("sheet_ref", sa.String(), nullable=True),
        sa.Column("sheet_digest", sa.String(), nullable=True),
        sa.Column("submitted_sheet", sa.String(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("lossfree_on", sa.Date(), nullable=True),
        sa.Column("replaces_handoff", sa.String(), nullable=True),
        sa.Column("first_received_on", sa.Date(), nullable=True),
        sa.Column("chain", sa.JSON(), nullable=False),
        sa.Column("ladder", sa.JSON(), nullable=False),
        sa.Column("rungs", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("acknowledge_by", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("unit_ref", sa.String(), nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("information_due_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("next_step", sa.String(), nullable=True),
        sa.Column("new_handoff_id", sa.String(), nullable=True),
        sa.Column("benefit_start_on", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("application", sa.JSON(), nullable=False),
        sa.Column("coverage", sa.JSON(), nullable=False),
        sa.Column("left_district_on", sa.Date(), nullable=True),
        sa.Column("asylbens_to", sa.Date(), nullable=True),
        sa.Column("bridging", sa.JSON(), nullable=False),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.Column("overlaps", sa.JSON(), nullable=False),
        sa.Column("records", sa.JSON(), nullable=False),
    )
    op.create_index("ix_handoff_from_agency", "handoff", ["from_agency"])
    op.create_index("ix_handoff_responsible", "handoff", ["responsible"])
    op.create_index("ix_handoff_to_agency", "handoff", ["to_agency"])
    op.create_table(
        "admission",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("admitted_on", sa.Date(), nullable=True),
    )
    op.create_table(
        "benefits",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("next_start_on", sa.Date(), nullable=True),
        sa.Column("last_lossfree_on", sa.Date(), nullable=True),
        sa.Column("sheet_ref", sa.String(), nullable=True),
        sa.Column("sheet_digest", sa.String(), nullable=True),
        sa.Column("from_agency", sa.String(), nullable=True),
        sa.Column("to_agency", sa.String(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("lossfree_on", sa.Date(), nullable=True),
        sa.Column("replaces_handoff", sa.String(), nullable=True),
        sa.Column("answered_handoff", sa.String(), nullable=True),
        sa.Column("answered_round", sa.Integer(), nullable=False),
        sa.Column("sheet_domain", sa.String(), nullable=False),
        sa.Column("to_kind", sa.String(), nullable=False),
        sa.Column("sheet_handoff", sa.String(), nullable=True),
        sa.Column("draft_id", sa.String(), nullable=True),
        sa.Column("draft_to", sa.String(), nullable=True),
        sa.Column("drafted_on", sa.Date(), nullable=True),
        sa.Column("draft_effective_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
    )
    op.create_table(
        "handoff_record",
        sa.Column("handoff_id", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("from_agency", sa.String(), nullable=False),
        sa.Column("to_agency", sa.String(), nullable=False),
        sa.Column("to_kind", sa.String(), nullable=False),
        sa.Column("sheet_ref", sa.String(), nullable=False),
        sa.Column("sheet_digest", sa.String(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("lossfree_on", sa.Date(), nullable=False),
        sa.Column("replaces_handoff", sa.String(), nullable=True),
        sa.Column("first_received_on", sa.Date(), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("acknowledge_by", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("unit_ref", sa.String(), nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("information_due_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("next_step", sa.String(), nullable=True),
        sa.Column("new_handoff_id", sa.String(), nullable=True),
        sa.Column("benefit_start_on", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
    )
    op.create_index("ix_handoff_record_from_agency", "handoff_record", ["from_agency"])
    op.create_index("ix_handoff_record_key", "handoff_record", ["key"])
    op.create_index("ix_handoff_record_to_agency", "handoff_record", ["to_agency"])
    op.create_table(
        "responsibility",
        sa.Column("interval_id", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("handoff_id", sa.String(), nullable=True),
    )
    op.create_index("ix_responsibility_key", "responsibility", ["key"])
    op.create_table(
        "coverage_gap",
        sa.Column("gap_id", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("detected_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("cause_code", sa.String(), nullable=False),
    )
    op.create_index("ix_coverage_gap_key", "coverage_gap", ["key"])
