"""The tables of intake."""

from datetime import date

from sqlmodel import Field, SQLModel


class PersonRow(SQLModel, table=True):
    """A person under ``<district>/<file reference>``."""

    __tablename__ = "person"

    key: str = Field(primary_key=True)
    case_id: str | None
    person_id: str | None
    admitted_on: date | None
    decision: str | None
    titles: int


class ReceptionRow(SQLModel, table=True):
    """The quota under ``<district>/<year>``."""

    __tablename__ = "reception"

    key: str = Field(primary_key=True)
    persons: int | None
