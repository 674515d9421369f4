"""A tiny service for testing the chassis: it keeps visits per place and knows no case word."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Engine
from sqlmodel import Field, SQLModel

from services.chassis.decider import About, Asked, Due, Heard, Input, Refused
from services.chassis.service import Copy, CopyView, Route, Service, Subject, View
from services.chassis.store.columns import UtcMoment
from services.chassis.store.tables import CHASSIS_TABLES, HeadRow, ReadHeadRow
from staffel_contracts.codes import RefusalCode
from staffel_contracts.command import Command
from staffel_contracts.fact import Fact, Ref

STAY = timedelta(days=3)


class Visited(Fact):
    """Somebody came; they will leave."""

    by: Ref
    leaves_at: datetime


class Left(Fact):
    """The stay ended by itself."""

    stays: int


class Counted(Fact):
    """A visit got a number in its district."""

    NUMBERED: ClassVar[tuple[str, str] | None] = ("district", "number")

    district: Ref
    number: int = -1


class Rumoured(Fact):
    """What another log says about a place."""

    words: int


class Praised(Fact):
    """Somebody praised a place: the first version, which counted no stars."""

    SUCCESSOR: ClassVar[str | None] = "praised.v2"
    DEPRECATED_SINCE: ClassVar[str | None] = "0.2.0"

    by: Ref

    def upcast(self) -> Fact:
        """Praise without a number was worth one star."""
        return PraisedV2(by=self.by, stars=1)


class PraisedV2(Fact):
    """Somebody praised a place, with stars."""

    VERSION: ClassVar[int] = 2

    by: Ref
    stars: int

    def older(self) -> Fact:
        """For those who do not know stars yet."""
        return Praised(by=self.by)


class Praise(Command):
    """Praise a place; without stars as it was done before."""

    NAME: ClassVar[str] = "praise"
    place: Ref
    by: Ref
    stars: int | None = None


class Visit(Command):
    """Come to a place."""

    NAME: ClassVar[str] = "visit"
    place: Ref
    by: Ref


class Break(Command):
    """Find our bug."""

    NAME: ClassVar[str] = "break"
    place: Ref


class PlaceRow(SQLModel, table=True):
    """A place."""

    __tablename__ = "toy_place"
    place: str = Field(primary_key=True)
    visits: int = 0
    leaves_at: datetime | None = Field(default=None, sa_column=Column(UtcMoment))


class RumourRow(SQLModel, table=True):
    """What was heard about a place."""

    __tablename__ = "toy_rumour"
    place: str = Field(primary_key=True)
    words: int = Field(default=0, sa_column=Column(BigInteger))


class VisitorRow(SQLModel, table=True):
    """Who came last, for readers."""

    __tablename__ = "toy_visitor"
    by: str = Field(primary_key=True)
    place: str


class WordRow(SQLModel, table=True):
    """How many words had been heard about a place after each rumour."""

    __tablename__ = "toy_word"
    rumour: str = Field(primary_key=True)
    place: str
    words: int = Field(default=0, sa_column=Column(BigInteger))


@dataclass(frozen=True, slots=True)
class Rumour:
    """What was heard about a place."""

    place: str
    words: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A place and what happened there."""

    place: str
    visits: int = 0
    leaves_at: datetime | None = None
    rumour: Rumour | None = None

    @property
    def about(self) -> About:
        """A place is the case and the person."""
        if not self.visits and not self.rumour:
            return About(None, None, "")
        return About(self.place, f"p-{self.place}", "12069")


def decide(state: Place, given: Input, at: datetime) -> list[Fact]:
    """Decide about a place."""
    if isinstance(given, Due):
        return [Left(stays=state.visits)]
    if isinstance(given, Heard) and given.concern:
        return [Visited(by=given.concern, leaves_at=at + STAY)]
    if isinstance(given, Heard):
        return _hear(state, given)
    if isinstance(given.command, Break):
        raise ZeroDivisionError
    if isinstance(given.command, Praise):
        by, stars = given.command.by, given.command.stars
        return [Praised(by=by) if stars is None else PraisedV2(by=by, stars=stars)]
    assert isinstance(given.command, Visit)
    if given.command.by == "nobody":
        raise Refused(RefusalCode.NOT_FOUND, "nobody cannot come", "by")
    visited = Visited(by=given.command.by, leaves_at=at + STAY)
    return [visited, Counted(district="12069")]


def _hear(state: Place, heard: Heard[Any]) -> list[Fact]:
    if heard.fact.words == 13:
        msg = "thirteen"
        raise ValueError(msg)
    if heard.fact.words == 14:
        raise Refused(RefusalCode.NOT_FOUND)
    assert state.rumour is not None
    return [Counted(district="12069")] if state.rumour.words else []


def evolve(state: Place, fact: Fact) -> Place:
    """Fold own facts."""
    if isinstance(fact, Visited):
        return replace(state, visits=state.visits + 1, leaves_at=fact.leaves_at)
    if isinstance(fact, Left):
        return replace(state, leaves_at=None)
    if isinstance(fact, Praised):
        fact = fact.upcast()
    if isinstance(fact, PraisedV2):
        return replace(state, visits=state.visits + fact.stars)
    return state


def due(state: Place) -> dict[str, datetime]:
    """The end of the stay."""
    return {"leave": state.leaves_at} if state.leaves_at else {}


def evolve_rumour(copy: Rumour, heard: Heard[Any]) -> Rumour:
    """Count the words heard."""
    return replace(copy, words=copy.words + heard.fact.words)


def word_rows(before: Rumour, after: Rumour, heard: Heard[Any]) -> list[dict[str, Any]]:
    """A row for each rumour that said anything."""
    if before.words == after.words:
        return []
    return [{"rumour": f"{heard.index}", "place": after.place, "words": after.words}]


def visitor_rows(fact: Fact, state: Place) -> list[dict[str, Any]]:
    """Who came."""
    return [{"by": fact.by, "place": state.place}] if isinstance(fact, Visited) else []


PLACE = Subject(
    name="place",
    state=Place,
    table=PlaceRow,
    decide=decide,
    evolve=evolve,
    due=due,
    copies=(
        Copy("rumour", "gossip", Rumour, RumourRow, evolve_rumour, (CopyView(WordRow, word_rows),)),
    ),
    views=(View(VisitorRow, visitor_rows),),
)


def _by_command(asked: Asked[Any]) -> str:
    return str(asked.command.place)


TOY = Service(
    name="toy",
    asks={
        Visit: Route(PLACE, _by_command),
        Praise: Route(PLACE, _by_command),
        Break: Route(PLACE, _by_command),
    },
    hears={"gossip": {Rumoured: Route(PLACE, lambda heard: str(heard.case))}},
)

TABLES = [*CHASSIS_TABLES, *TOY.tables()]


def create_tables(engine: Engine) -> None:
    """The toy's tables, as a migration would make them."""
    with engine.begin() as conn:
        SQLModel.metadata.create_all(conn, tables=[t.__table__ for t in TABLES])  # type: ignore[attr-defined]
        head = HeadRow.__table__  # type: ignore[attr-defined]
        conn.execute(head.insert().values(id=1, size=0, epoch=0, frontier=b""))
        reads = ReadHeadRow.__table__  # type: ignore[attr-defined]
        conn.execute(reads.insert().values(id=1, size=0, frontier=b"", kept_from=0))
