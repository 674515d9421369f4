"""Databases are made by migrations, and a wrong one is refused before anything is done to it."""

from pathlib import Path

import pytest
import typer
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData
from typer.testing import CliRunner

from services.chassis.store.database import open_database
from services.chassis.store.migrate import WrongSchema, check_schema, migrate
from services.chassis.store.tables import CHASSIS_TABLES
from services.platform.config import SERVICES
from services.platform.home import Home
from services.platform.rebuild import rebuild
from services.platform.services import service_named


@pytest.mark.parametrize("service", SERVICES)
def test_a_migrated_database_has_exactly_the_tables(service: str, database: str) -> None:
    migrate(service, database)
    wanted = MetaData()
    for table in (*CHASSIS_TABLES, *service_named(service).tables()):
        table.__table__.to_metadata(wanted)  # type: ignore[attr-defined]

    engine = open_database(database, read_only=True)
    with engine.connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        differences = compare_metadata(context, wanted)
    engine.dispose()

    assert differences == []


def test_migrating_twice_changes_nothing(database: str) -> None:
    migrate("intake", database)

    migrate("intake", database)

    check_schema("intake", database)


def test_a_database_that_is_not_there_is_named(tmp_path: Path) -> None:
    lost = tmp_path / "intake.sqlite"
    with pytest.raises(WrongSchema, match=f"there is none in {lost}: migrate it first"):
        check_schema("intake", f"sqlite:///{lost}")

    assert not lost.exists()


def test_an_empty_database_is_to_be_migrated_first(database: str) -> None:
    with pytest.raises(WrongSchema, match="version none, not 0003: migrate it first"):
        check_schema("intake", database)


def test_a_newer_database_is_refused_and_left_as_it_is(database: str) -> None:
    migrate("intake", database)
    engine = open_database(database)
    with engine.begin() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")

    for refuse in (migrate, check_schema):
        with pytest.raises(WrongSchema, match="version 0999 is newer than this program"):
            refuse("intake", database)

    with engine.connect() as conn:
        assert conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0999"
    engine.dispose()


@pytest.mark.parametrize("words", [("--check",), ()])
def test_the_tables_of_a_newer_database_are_not_folded_anew(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    home = Home.create(tmp_path / "home")
    url = home.database_url("intake")
    migrate("intake", url)
    engine = open_database(url)
    with engine.begin() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    engine.dispose()
    app = typer.Typer()
    app.command()(rebuild)

    ran = CliRunner().invoke(app, ["intake", "--home", str(home.folder), *words])

    assert ran.exit_code == 1
    assert "version 0999 is newer than this program" in ran.stderr
