"""A process's login at NATS: from a file that may be exchanged while it runs."""

from pathlib import Path

import pytest

from services.chassis.settings import ProcessSettings, WrongSettings
from services.chassis.transport.login import Login


def login(path: Path, text: str) -> Login:
    path.write_text(text)
    return Login(ProcessSettings(nats_login=path), "casework")


def test_without_a_file_the_user_is_named_like_the_service() -> None:
    fixed = Login(ProcessSettings(nats_password="word"), "casework")

    assert (fixed.user(), fixed.password()) == ("casework", "word")


def test_an_exchanged_login_is_used_with_the_next_connection(tmp_path: Path) -> None:
    path = tmp_path / "nats"
    known = login(path, "casework:first\n")
    before = known.user(), known.password()

    path.write_text("casework~2:second:with-colon")
    used = known.used

    assert before == ("casework", "first")
    assert used == "casework"
    assert (known.user(), known.password()) == ("casework~2", "second:with-colon")
    assert known.used == "casework~2"


def test_the_operators_token_is_the_password_that_holds_now(tmp_path: Path) -> None:
    known = login(tmp_path / "nats", "casework:first")
    (tmp_path / "nats").write_text("casework~2:second")

    assert known.is_password("second")
    assert not known.is_password("first")
    assert not Login(ProcessSettings(), "casework").is_password("")


@pytest.mark.parametrize("text", ["", "casework", ":word", "casework:"])
def test_a_file_without_a_login_is_refused_by_its_name_and_rule(tmp_path: Path, text: str) -> None:
    with pytest.raises(WrongSettings, match=r"nats: one line <user>:<password> is expected"):
        login(tmp_path / "nats", text)


def test_a_file_that_is_broken_while_it_runs_changes_nothing(tmp_path: Path) -> None:
    known = login(tmp_path / "nats", "casework:first")
    (tmp_path / "nats").write_text("half")

    assert known.now() == ("casework", "first")
