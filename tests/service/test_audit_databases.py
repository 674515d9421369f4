"""SQLite and PostgreSQL give an auditor, and the person, the same answers of the same rows."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from services.chassis.keys.keyring_tables import METADATA
from services.chassis.store.database import open_database, reading
from services.chassis.store.migrate import migrate
from services.platform.backup.rows import dump, load
from services.platform.home import Home
from tests.service.test_replay import HANDOFF, a_spring
from tests.support.cli import Ran, whole_command_line
from tests.support.entries import RECEIVER
from tests.support.erasing import destroy
from tests.support.homely import NAMES, house_at_home
from tests.support.postgres import Postgres

QUESTIONS = (
    "subject-access CASE --json",
    "subject-access CASE",
    "audit who-saw CASE --json",
    "audit who-saw 12069/50-4711 --json",
    "audit replay --json",
    "audit replay --diff --json",
    "audit replay --at 2025-04-07 --json",
    "audit replay --at 2025-04-07 --case CASE --json",
    "audit replay --at 2025-04-07 --diff --json",
    "audit replay --case CASE --follow --all --json",
    "audit replay --case CASE --valid-on 2025-05-20 --known-at 2025-03-25 --json",
    "audit replay --service casework --at 1 --json",
    "audit replay --service casework --at 99999 --json",
    "audit who-saw c-none --json",
    "subject-access nobody",
)
_NOW = re.compile(r"20(?!25)\d\d-\d\d-\d\dT[\d:.]+Z")


class Both(NamedTuple):
    """A home on SQLite, the same on PostgreSQL, and a case in both."""

    folders: tuple[Path, Path]
    case: str

    def answers(self, question: str) -> list[Ran]:
        """What each says, but for the moment in which it was asked."""
        words = question.replace("CASE", self.case).split()
        found = []
        for folder in self.folders:
            done = CliRunner().invoke(whole_command_line(), [*words, "--home", str(folder)])
            assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
            found.append(Ran(done.exit_code, _NOW.sub("NOW", done.stdout), done.stderr))
        return found


@pytest.fixture(scope="module", params=["there", "erased"])
def both(
    request: pytest.FixtureRequest, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("both")
    with house_at_home(folder / "sqlite", "2025-01-07") as (home, house), ExitStack() as stack:
        case, _ = a_spring(house)
        sheet = house.rows("jobcenter_bridge", HANDOFF)[0]["sheet_ref"]
        house.query("casework", "handover-sheet", RECEIVER, sheet_ref=sheet)
        if request.param == "erased":
            destroy(house.keyring, f"p{case[1:]}", case)
        same = on_postgres(home, folder / "postgresql", postgres, stack)
        yield Both((home.folder, same.folder), case)


def on_postgres(home: Home, folder: Path, postgres: Postgres, stack: ExitStack) -> Home:
    """A home with the same keys, and databases with the same rows on PostgreSQL."""
    shutil.copytree(home.folder, folder, ignore=shutil.ignore_patterns("db"))
    name = f"test_{uuid4().hex}"
    same = Home(folder, home.config.model_copy(update={"database": _url(postgres, name)}))
    (folder / "staffel.json").write_text(same.config.model_dump_json())
    for one in (*NAMES, "keyring"):
        stack.callback(postgres.drop_database, postgres.create_database(f"{name}_{one}"))
        with reading(home.database_url(one)) as conn:
            dump(conn, folder / one, lambda _: None)
        if one != "keyring":
            migrate(one, same.database_url(one))
        engine = open_database(same.database_url(one))
        with engine.begin() as conn:
            if one == "keyring":
                METADATA.create_all(conn)
            load(conn, folder / one, lambda _: None)
        engine.dispose()
    return same


def _url(postgres: Postgres, name: str) -> str:
    return postgres.url.set(database=name).render_as_string(hide_password=False)


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_databases_give_the_same_answer(both: Both, question: str) -> None:
    sqlite, postgresql = both.answers(question)

    assert postgresql == sqlite
    assert sqlite.code in {0, 1, 2}


def test_the_answers_are_none_that_say_nothing(both: Both) -> None:
    for answer in both.answers("subject-access CASE --json"):
        found = json.loads(answer.out)
        assert len(found["held"]) + found["erased"] > 5
        assert {"casework", "intake"} <= {one["service"] for one in found["purposes"]}
