"""Settings come from the environment or from files, and what is wrong is said in a sentence."""

from pathlib import Path

import pytest

from services.chassis.settings import Settings, WrongSettings

NEEDED = {"STAFFEL_DATABASE": "sqlite:///x", "STAFFEL_KEYRING": "sqlite:///k"}


@pytest.fixture(autouse=True)
def _needed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)


def test_a_setting_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("word of mouth\n")
    monkeypatch.setenv("STAFFEL_NATS_PASSWORD_FILE", str(tmp_path / "secret"))

    assert Settings.load().nats_password == "word of mouth"


@pytest.mark.parametrize("name", sorted(set(Settings.model_fields) - {"master_key", "log_key"}))
def test_every_setting_may_stand_in_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    variable = f"STAFFEL_{name.upper()}"
    monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(f"{variable}_FILE", str(tmp_path / "missing"))

    with pytest.raises(WrongSettings, match=f"{variable}_FILE: .*missing cannot be read: No such"):
        Settings.load()


def test_the_path_of_the_master_key_is_handed_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("00" * 32)
    monkeypatch.setenv("STAFFEL_MASTER_KEY_FILE", str(tmp_path / "key"))

    found = Settings.load()

    assert (found.master_key_file, found.master_key) == (tmp_path / "key", None)


def test_an_empty_file_is_no_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "none").write_text("\n")
    monkeypatch.setenv("STAFFEL_SMTP_URL_FILE", str(tmp_path / "none"))

    assert Settings.load().smtp_url is None


def test_a_setting_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STAFFEL_DATABASE_FILE", str(tmp_path / "any"))

    with pytest.raises(WrongSettings, match="DATABASE and STAFFEL_DATABASE_FILE are both set"):
        Settings.load()


def test_a_missing_setting_is_named_with_rule_and_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STAFFEL_DATABASE")

    with pytest.raises(
        WrongSettings,
        match=r"STAFFEL_DATABASE \(or STAFFEL_DATABASE_FILE\): field required; "
        r"SQLAlchemy URL of the service's own database, for example postgresql\+psycopg://",
    ):
        Settings.load()


def test_a_setting_that_breaks_a_rule_is_named_without_what_it_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STAFFEL_HTTP_PORT", "canary")
    monkeypatch.setenv("STAFFEL_LOG_LEVEL", "canary")

    with pytest.raises(WrongSettings, match=r"STAFFEL_HTTP_PORT .*integer.*STAFFEL_LOG_LEVEL") as e:
        Settings.load()

    assert "canary" not in str(e.value)


def test_a_list_in_a_file_is_json(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "list").write_text('["ES256"]')
    monkeypatch.setenv("STAFFEL_OIDC_ALGORITHMS_FILE", str(tmp_path / "list"))

    assert Settings.load().oidc_algorithms == ("ES256",)


@pytest.mark.parametrize(
    "url", ["smtp://h:abc", "smtp://h:99999", "smtp://[::1", "http://mail.example", "mail:25"]
)
def test_a_mail_server_that_none_can_be_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("STAFFEL_SMTP_URL", url)

    with pytest.raises(WrongSettings, match=r"STAFFEL_SMTP_URL.*smtp://host:port"):
        Settings.load()
