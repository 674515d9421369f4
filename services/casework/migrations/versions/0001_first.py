"""The first version: cases, copies and sheets."""

import sqlalchemy as sa
from alembic import op

from services.chassis.store.migrating import create_chassis_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    create_chassis_tables()
    op.create_table(
        "case_state",
        sa.Column("case_id", sa.String(), primary_key=True),
        sa.Column("finality_on", sa.Date(), nullable=True),
        sa.Column("finality_basis", sa.String(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("next_start_on", sa.Date(), nullable=True),
        sa.Column("last_lossfree_on", sa.Date(), nullable=True),
        sa.Column("rule_id", sa.String(), nullable=True),
        sa.Column("computations", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("draft_id", sa.String(), nullable=True),
        sa.Column("draft_to", sa.String(), nullable=True),
        sa.Column("draft_effective_on", sa.Date(), nullable=True),
        sa.Column("sheet_ref", sa.String(), nullable=True),
        sa.Column("sheet_replaces", sa.String(), nullable=True),
        sa.Column("sheet_handoff", sa.String(), nullable=True),
        sa.Column("sheet_effective_on", sa.Date(), nullable=True),
        sa.Column("sheet_by_law", sa.Boolean(), nullable=False),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("norms", sa.JSON(), nullable=False),
        sa.Column("supplied", sa.JSON(), nullable=False),
        sa.Column("answered_handoff", sa.String(), nullable=True),
        sa.Column("answered_round", sa.Integer(), nullable=False),
        sa.Column("courses", sa.JSON(), nullable=False),
        sa.Column("records", sa.JSON(), nullable=False),
    )
    op.create_table(
        "person_copy",
        sa.Column("case_id", sa.String(), primary_key=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("admitted_on", sa.Date(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("given_name", sa.String(), nullable=True),
        sa.Column("family_name", sa.String(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("nationality", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("household_ref", sa.String(), nullable=True),
        sa.Column("address_area", sa.String(), nullable=True),
        sa.Column("protection_kind", sa.String(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("special_period", sa.Boolean(), nullable=False),
        sa.Column("refused_on", sa.Date(), nullable=True),
        sa.Column("residence_rule", sa.JSON(), nullable=False),
        sa.Column("consents", sa.JSON(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
    )
    op.create_index("ix_person_copy_household_ref", "person_copy", ["household_ref"])
    op.create_table(
        "handoff_copy",
        sa.Column("case_id", sa.String(), primary_key=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("responsible", sa.String(), nullable=True),
        sa.Column("responsible_since", sa.Date(), nullable=True),
        sa.Column("handoff_id", sa.String(), nullable=True),
        sa.Column("from_agency", sa.String(), nullable=True),
        sa.Column("to_agency", sa.String(), nullable=True),
        sa.Column("sheet_ref", sa.String(), nullable=True),
        sa.Column("forwarded_to", sa.String(), nullable=True),
        sa.Column("new_handoff_id", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("resubmittable", sa.Boolean(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("next_step", sa.String(), nullable=True),
        sa.Column("requested_by", sa.String(), nullable=True),
        sa.Column("paid_twice", sa.JSON(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("benefit_start_on", sa.Date(), nullable=True),
    )
    op.create_table(
        "handover_sheet",
        sa.Column("sheet_ref", sa.String(), primary_key=True),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("from_agency", sa.String(), nullable=False),
        sa.Column("to_agency", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("lossfree_on", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("withheld_codes", sa.JSON(), nullable=False),
        sa.Column("replaces_handoff", sa.String(), nullable=True),
    )
    op.create_index("ix_handover_sheet_case_id", "handover_sheet", ["case_id"])
    op.create_table(
        "computation",
        sa.Column("computation_id", sa.String(), primary_key=True),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("next_start_on", sa.Date(), nullable=False),
        sa.Column("last_lossfree_on", sa.Date(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("replaces_end_on", sa.Date(), nullable=True),
    )
    op.create_index("ix_computation_case_id", "computation", ["case_id"])
    op.create_table(
        "network",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("record", sa.JSON(), nullable=False),
    )
