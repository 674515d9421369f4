"""Which platform is meant: by name, by the environment, or because there is only one."""

import json
import stat
from pathlib import Path

import pytest

from staffel_contracts.context import Context, NoContext, add, load, names, save

SAMPLE = Context(
    name="staffel-jobcenter-12069",
    url="nats://127.0.0.1:4622",
    agency="jobcenter-12069",
    password="not-for-logs",
    environment="sandbox",
    http={"notify": "http://127.0.0.1:8404"},
    token="also-secret",
)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of contexts, and an environment that means none."""
    for name in ("CONTEXT", "URL", "AGENCY", "PASSWORD", "TOKEN", "USER"):
        monkeypatch.delenv(f"STAFFEL_{name}", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "nats" / "context"


def test_a_context_is_read_as_it_was_written_and_only_its_owner_may() -> None:
    path = save(SAMPLE)

    assert load(SAMPLE.name) == SAMPLE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_its_file_is_one_of_the_nats_tool() -> None:
    document = json.loads(save(SAMPLE).read_bytes())

    assert document["user"] == "jobcenter-12069"
    assert document["inbox_prefix"] == "_INBOX_jobcenter-12069"
    assert {"url", "password", "description"} <= document.keys()


def test_the_only_one_is_meant_where_none_is_named(place: Path) -> None:
    save(SAMPLE)
    (place / "of-somebody-else.json").write_text('{"url": "nats://elsewhere.example"}')
    (place / "broken.json").write_text("{")

    assert load() == SAMPLE


def test_of_several_one_has_to_be_named() -> None:
    save(SAMPLE)
    save(Context("staffel-district-12069", SAMPLE.url, "district-12069", "x"))

    with pytest.raises(NoContext, match="staffel-district-12069, staffel-jobcenter-12069"):
        load()


def test_the_environment_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    save(SAMPLE)
    save(Context("staffel-district-12069", SAMPLE.url, "district-12069", "x"))
    monkeypatch.setenv("STAFFEL_CONTEXT", "staffel-district-12069")

    assert load().agency == "district-12069"
    assert load(SAMPLE.name).agency == "jobcenter-12069"


def test_the_environment_takes_the_place_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAFFEL_URL", "nats://127.0.0.1:1")
    monkeypatch.setenv("STAFFEL_AGENCY", "jobcenter-12069")
    monkeypatch.setenv("STAFFEL_PASSWORD", "p")

    assert (load().url, load().agency, load().password) == (
        "nats://127.0.0.1:1",
        "jobcenter-12069",
        "p",
    )


def test_the_environment_names_a_user_that_is_not_named_like_the_agency(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"URL": "nats://127.0.0.1:1", "AGENCY": "a", "PASSWORD": "p"}.items():
        monkeypatch.setenv(f"STAFFEL_{name}", value)
    monkeypatch.setenv("STAFFEL_USER", "a~4f2a11")

    assert (load().agency, load().user) == ("a", "a~4f2a11")


def test_half_an_environment_is_told_by_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAFFEL_URL", "nats://127.0.0.1:1")

    with pytest.raises(NoContext, match="STAFFEL_AGENCY and STAFFEL_PASSWORD"):
        load()


@pytest.mark.parametrize("text", ["", "[]", '{"url": "nats://127.0.0.1:1", "user": "a"}'])
def test_a_file_that_is_no_context_is_told_by_its_path(place: Path, text: str) -> None:
    place.mkdir(parents=True)
    (place / "bad.json").write_text(text)

    with pytest.raises(NoContext, match=r"bad\.json"):
        load("bad")


def test_nothing_at_all_says_what_to_do() -> None:
    with pytest.raises(NoContext, match="start a sandbox"):
        load()
    assert names() == []


def test_secrets_are_not_in_what_is_shown() -> None:
    shown = repr(SAMPLE)

    assert "not-for-logs" not in shown
    assert "also-secret" not in shown


def test_a_credentials_file_is_taken_up_with_what_the_nats_tool_needs_beside_it(
    place: Path, tmp_path: Path
) -> None:
    given = Context(
        name="staffel-jobcenter-12069",
        url="tls://staffel.kreis.example:4222",
        agency="jobcenter-12069",
        user="jobcenter-12069~4f2a11",
        password="invented",
        authority="-----BEGIN CERTIFICATE-----",
    )
    (tmp_path / "jobcenter-12069.json").write_text(json.dumps(given.document()))

    path = add(tmp_path / "jobcenter-12069.json")

    assert load(path.stem) == given
    assert (place / "staffel-jobcenter-12069.ca.pem").read_text() == given.authority
    assert json.loads(path.read_text())["user"] == given.user


def test_a_file_that_is_no_credentials_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "wrong.json").write_text('{"url": "nats://x"}')

    with pytest.raises(NoContext, match=r"wrong\.json lacks user, password"):
        add(tmp_path / "wrong.json")
