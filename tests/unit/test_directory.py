"""The directory of agencies: tokens that are exchanged, and a file that changes."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import structlog
from pydantic import ValidationError

from services.chassis.agencies import Agencies, Agency
from services.chassis.running.directory_watch import follow_directory
from staffel_contracts.codes import AgencyKind
from tests.support.until import until


def agency(number: int = 1, **more: Any) -> Agency:
    district = f"1205{number}"
    return Agency(
        id=f"district-{district}",
        kind=AgencyKind.DISTRICT,
        district=district,
        name="Beispiel",
        **more,
    )


def hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def written(path: Path, *agencies: Agency) -> Path:
    path.write_text(json.dumps([one.model_dump(mode="json") for one in agencies]))
    return path


@pytest.mark.parametrize(
    "email",
    ["a,b@c.example", "<a@b.example>", ":;@x", '"x@y', "a@[1.2.3.4", "=?utf-8?q?a?=@b", "a@b\n"],
)
def test_a_mailbox_is_one_plain_address(email: str) -> None:
    with pytest.raises(ValidationError, match="one plain address is expected"):
        agency(email=email)


@pytest.mark.parametrize("email", ["jc-12@jobcenter.kreis.de", "jürgen.o'neil+x@groß-köln.example"])
def test_a_mailbox_may_have_letters_of_any_script(email: str) -> None:
    assert agency(email=email).email == email


def test_a_former_token_holds_until_its_time_is_over() -> None:
    soon, past = (datetime.now(UTC) + timedelta(hours=hours) for hours in (1, -1))
    holds = agency(
        1, token_hash=hashed("new"), former_token_hash=hashed("old"), former_token_until=soon
    )
    over = agency(2, former_token_hash=hashed("older"), former_token_until=past)
    directory = Agencies([holds, over])

    assert directory.by_token("new") == holds
    assert directory.by_token("old") == holds
    assert directory.by_token("older") is None


async def test_a_change_of_the_file_is_noticed_and_one_that_breaks_a_rule_is_not_taken(
    tmp_path: Path,
) -> None:
    path = written(tmp_path / "agencies.json", agency(1))
    directory = Agencies.load(path)
    heard: list[int] = []
    directory.after_change.append(lambda: heard.append(len(list(directory))))
    following = asyncio.create_task(follow_directory(directory, path, structlog.get_logger()))
    await until(lambda: heard == [1], "the first look")

    path.write_text("[{")
    written(path.with_suffix(".fresh"), agency(1), agency(2)).replace(path)
    await until(lambda: heard[-1] == 2, "the change is noticed")

    following.cancel()
    assert directory.get("district-12052") is not None
    assert directory.competent("district", "12052", datetime.now(UTC).date()) == "district-12052"


async def test_who_was_let_in_just_now_is_known_before_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.chassis.following.LOOK_EVERY", 3600)
    path = written(tmp_path / "agencies.json", agency(1))
    directory = Agencies.load(path)
    heard: list[int] = []
    directory.after_change.append(lambda: heard.append(len(list(directory))))
    following = asyncio.create_task(follow_directory(directory, path, structlog.get_logger()))
    await until(lambda: heard == [1], "the first look")

    assert directory.asking("district-12052") is None
    written(path.with_suffix(".fresh"), agency(1), agency(2)).replace(path)
    assert directory.asking("district-12052") is not None
    with_token = agency(3, token_hash=hashed("new"))
    written(path.with_suffix(".fresh"), agency(1), with_token).replace(path)
    assert directory.by_token("new") == directory.get("district-12053")
    path.write_text("[{")
    assert directory.asking("district-12059") is None

    assert heard == [1, 2, 2]
    following.cancel()
