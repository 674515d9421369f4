"""The tables that every service keeps: its log, and what makes reading and asking exactly once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, LargeBinary, String
from sqlmodel import Field, SQLModel

from services.chassis.store.columns import UtcMoment


def _big() -> Any:
    return Column(BigInteger, primary_key=True, autoincrement=False)


class EntryRow(SQLModel, table=True):
    """One entry of the log: the leaf as hashed, and its data (sealed where there is a key)."""

    __tablename__ = "entry"

    idx: int = Field(sa_column=_big())
    leaf: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    data: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))


class HeadRow(SQLModel, table=True):
    """The end of the log: its size, its Merkle frontier, and the epoch of the one who may write."""

    __tablename__ = "head"

    id: int = Field(primary_key=True, default=1)
    size: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    epoch: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    frontier: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    last_time: datetime | None = Field(default=None, sa_column=Column(UtcMoment))
    holder: str | None = Field(default=None, max_length=200)
    """Who holds the lease: ``host/pid/start``; the moment until which it holds is real time."""
    lease_until: datetime | None = Field(default=None, sa_column=Column(UtcMoment))


class CursorRow(SQLModel, table=True):
    """The next index wanted of another service's log."""

    __tablename__ = "cursor"

    log: str = Field(primary_key=True)
    next: int = Field(sa_column=Column(BigInteger, nullable=False))


class AnswerRow(SQLModel, table=True):
    """The first answer to an idempotency key."""

    __tablename__ = "answer"

    key: str = Field(primary_key=True)
    body_hash: str
    status: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class TimerRow(SQLModel, table=True):
    """A pending deadline of a state; always equal to what the states say is due."""

    __tablename__ = "timer"

    id: str = Field(primary_key=True)
    subject: str
    key: str
    kind: str
    moment: datetime = Field(sa_column=Column(UtcMoment, nullable=False, index=True))


class SequenceRow(SQLModel, table=True):
    """The next number of a sequence of numbered facts, such as an agency's feed."""

    __tablename__ = "sequence"

    name: str = Field(primary_key=True)
    next: int = Field(sa_column=Column(BigInteger, nullable=False))


class ParkedRow(SQLModel, table=True):
    """An input that was set aside: why, where, how often; its case waits behind it."""

    __tablename__ = "parked"

    id: str = Field(primary_key=True)
    """``<log>/<index>`` for a heard entry, ``due/<timer id>`` for a deadline."""
    order: int = Field(sa_column=Column("position", BigInteger, nullable=False))
    case_id: str | None = Field(default=None, sa_column=Column(String, nullable=True, index=True))
    status: str
    """``broken`` (the first of its case), ``waiting`` behind it, ``dropped`` by a person, or put
    back by a restore to be tried ``again``."""
    reason: str
    place: str
    count: int
    wire: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    parked_at: datetime = Field(sa_column=Column(UtcMoment, nullable=False))


class ReadRow(SQLModel, table=True):
    """One read of personal data: the leaf as hashed, and its data, which goes after six months."""

    __tablename__ = "read_entry"

    idx: int = Field(sa_column=_big())
    at: datetime = Field(sa_column=Column(UtcMoment, nullable=False))
    leaf: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    data: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))


class ReadHeadRow(SQLModel, table=True):
    """The end of the read log, and from which index on its data is still kept."""

    __tablename__ = "read_head"

    id: int = Field(primary_key=True, default=1)
    size: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    frontier: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    last_time: datetime | None = Field(default=None, sa_column=Column(UtcMoment))
    kept_from: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))


class ReadOfRow(SQLModel, table=True):
    """Which reads were of which case, for as long as the read's data is kept."""

    __tablename__ = "read_of"

    case_id: str = Field(primary_key=True)
    idx: int = Field(sa_column=_big())


class ErasedRow(SQLModel, table=True):
    """A person whose data was deleted here; what is said of their cases is refused from then on."""

    __tablename__ = "erased"

    key_id: str = Field(primary_key=True)
    person: str
    case_id: str
    entry: str
    """The wire line of the fact that decided it."""
    cases: list[str] = Field(sa_column=Column(JSON, nullable=False))
    entries: int
    """How many entries lost their data, and how many rows were deleted."""
    rows: int
    cleaned: bool
    """What lies outside of the database is deleted too."""


CHASSIS_TABLES: tuple[type[SQLModel], ...] = (
    EntryRow,
    HeadRow,
    CursorRow,
    AnswerRow,
    TimerRow,
    SequenceRow,
    ParkedRow,
    ReadRow,
    ReadHeadRow,
    ReadOfRow,
    ErasedRow,
)
