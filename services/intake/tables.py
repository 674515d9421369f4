"""The tables of intake."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


class PersonRow(SQLModel, table=True):
    """A person under ``<district>/<file reference>``."""

    __tablename__ = "person"

    key: str = Field(primary_key=True)
    case_id: str | None = Field(index=True)
    person_id: str | None
    admitted_on: date | None
    decision: str | None
    decided_on: date | None
    served_on: date | None
    received_on: date | None
    titles: int
    title_code: str | None
    title_valid_from: date | None
    title_valid_to: date | None
    records: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class ReceptionRow(SQLModel, table=True):
    """The quota under ``<district>/<year>``."""

    __tablename__ = "reception"

    key: str = Field(primary_key=True)
    persons: int | None


class ReceptionThingRow(SQLModel, table=True):
    """A thing without a person: an accommodation."""

    __tablename__ = "reception_thing"

    key: str = Field(primary_key=True)
    """``<district>/<lifecycle>/<ref>``."""
    record: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
