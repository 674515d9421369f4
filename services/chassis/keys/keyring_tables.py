"""The tables of the keyring."""

from sqlalchemy import Column, Date, Integer, LargeBinary, MetaData, String, Table

from services.chassis.store.columns import UtcMoment

METADATA = MetaData()
PERSON_KEY = Table(
    "person_key",
    METADATA,
    Column("owner", String, primary_key=True),
    Column("key_id", String, nullable=False, unique=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("epoch", Integer, nullable=False, server_default="0"),
)
MASTER_CHECK = Table(
    "master_check",
    METADATA,
    Column("id", String, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("epoch", Integer, nullable=False, server_default="0"),
)
"""One row: under which epoch's master key new keys are wrapped, and a text to try that key on."""
DESTROYED = Table(
    "destroyed_key",
    METADATA,
    Column("key_id", String, primary_key=True),
    Column("person", String, nullable=False, index=True),
    Column("case_id", String, nullable=False),
    Column("entry", String, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("destroyed_at", UtcMoment, nullable=False),
)
"""Keys that are gone for good, and the epoch whose end makes old copies of them useless."""
RESTRICTED = Table(
    "restricted_case",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("until", Date, nullable=True),
)
"""Cases whose data is only stored for now."""
