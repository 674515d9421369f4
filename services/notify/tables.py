"""The tables of notify."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column
from sqlmodel import Field, SQLModel


class CaseNoticesRow(SQLModel, table=True):
    """A case, its notices, and which entries of casework a receiver has seen."""

    __tablename__ = "case_notices"

    case_id: str = Field(primary_key=True)
    notices: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    letters: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    shown: list[int] = Field(sa_column=Column(JSON, nullable=False))


class OriginRow(SQLModel, table=True):
    """What intake said: whose case it is, and what the person consented to."""

    __tablename__ = "origin"

    case_id: str = Field(primary_key=True)
    person_id: str | None
    district: str
    consents: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    language: str | None


class WorkRow(SQLModel, table=True):
    """What casework said: whose case it is, and what the receiver of a handoff may see."""

    __tablename__ = "work"

    case_id: str = Field(primary_key=True)
    person_id: str | None
    district: str
    for_receiver: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    told: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    is_gone: bool


class ReceiverRow(SQLModel, table=True):
    """What the bridge said: whose case it is, and to whom it is handed at present."""

    __tablename__ = "receiver"

    case_id: str = Field(primary_key=True)
    person_id: str | None
    district: str
    responsible: str | None
    agency: str | None
    handoff_id: str | None
    since: str
    last_district: str | None
    moved_at: str
    handed: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    domains: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class FeedRow(SQLModel, table=True):
    """An entry of an agency's feed; the row id sorts by agency and index."""

    __tablename__ = "feed"

    id: str = Field(primary_key=True)
    """``<agency>/<index with 12 digits>``."""
    case_id: str = Field(index=True)
    event: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    """The CloudEvent as the agency receives it."""


class NoticeRow(SQLModel, table=True):
    """A notice, and how far it got."""

    __tablename__ = "notice"

    notice_id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    template: str
    recipient: str
    cause_entry: str
    status: str = Field(index=True)
    """``composed``, ``failed`` (tried again), ``sent`` or ``given-up``."""
    attempts: int = Field(sa_column=Column(BigInteger, nullable=False))


class LetterRow(SQLModel, table=True):
    """A letter to a person, and whether it was handed over."""

    __tablename__ = "letter"

    letter_id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    template: str
    language: str
    agency: str = Field(index=True)
    """Who hands it over."""
    values: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    status: str = Field(index=True)
    """``waiting``, ``handed-over``, ``outdated`` or ``held``."""
