"""The page about access says what the code declares."""

from pathlib import Path

import pytest

from services.chassis.settings import Settings
from services.platform.publish.access import command_table, query_table

PAGE = (Path(__file__).parents[2] / "docs" / "access.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", [command_table, query_table])
def test_the_tables_of_the_page_are_those_of_the_code(table: object) -> None:
    assert callable(table)
    wanted = table()

    assert wanted in PAGE, f"docs/access.md should hold:\n{wanted}"


def test_every_setting_of_the_page_is_one() -> None:
    named = {word for word in PAGE.split("`") if word.startswith("STAFFEL_OIDC_")}

    known = {f"STAFFEL_{name.upper()}" for name in Settings.model_fields if name.startswith("oidc")}
    assert named == known
