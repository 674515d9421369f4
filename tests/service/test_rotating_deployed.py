"""Rotations in a deployed folder: a NATS that is not reached is not taken for one that stands."""

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copy
from ssl import SSLCertVerificationError

import pytest
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from services.chassis.agencies import Agency
from services.chassis.transport.nats_server import ServerTrouble
from services.platform import agency_keys
from services.platform.alone import alone
from services.platform.config import PROCESSES
from services.platform.connecting import connect_as
from services.platform.deploy.folder import write_accounts
from services.platform.home import Home
from services.platform.rotating import (
    LOGINS,
    end_signing,
    renew_certificates,
    rotate_logins,
    rotate_signing,
)
from staffel_contracts.client import Connection
from staffel_contracts.codes import AgencyKind
from tests.support.deployed import JOBCENTER, Deployed, deployed


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    """A folder whose server runs and answers."""
    with deployed(tmp_path / "deploy", monkeypatch) as place:
        asyncio.run(answers(place.home))
        yield place


async def answers(home: Home) -> None:
    """Return when NATS lets the operator in."""
    nc = await connect_as(home, "ops")
    await nc.close()


def kept(folder: Path) -> dict[str, bytes]:
    """What a rotation may change: settings, accounts and the parts' secrets."""
    paths = [folder / "staffel.json", *(folder / "accounts").iterdir()]
    paths += [path for path in (folder / "secrets").rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def with_another_authority(place: Deployed, beside: Path) -> None:
    """Put the files of another authority in place, as an operator does, in one step."""
    other = Deployed(beside)
    for path in (other.folder / "tls").iterdir():
        copy(path, place.folder / "tls")
    (place.folder / "tls/ca.key").unlink()


async def test_all_logins_are_exchanged_and_the_former_ones_end(place: Deployed) -> None:
    former, home = place.home, place.home

    done = await rotate_logins(home, LOGINS)

    assert (done.exchanged, done.behind) == (list(LOGINS), [])
    assert place.home.config.former_services == {}
    await answers(place.home)
    with pytest.raises((NatsError, OSError)):
        await connect_as(former, "ops", once=True)


async def test_while_nats_does_not_answer_no_login_is_exchanged(place: Deployed) -> None:
    before = kept(place.folder)
    assert place.process is not None
    os.kill(place.process.pid, signal.SIGSTOP)

    with pytest.raises(ServerTrouble, match="cannot be reached"):
        await rotate_logins(place.home, LOGINS)

    assert kept(place.folder) == before
    os.kill(place.process.pid, signal.SIGCONT)
    assert (await rotate_logins(place.home, LOGINS)).behind == []


async def test_a_server_that_knows_another_login_is_told_and_keeps_what_it_knows(
    place: Deployed,
) -> None:
    home = place.home
    home.save(system_password="never-heard-of")
    write_accounts(home)
    before = kept(place.folder)

    with pytest.raises(ServerTrouble, match="Authorization Violation"):
        await rotate_logins(home, ["casework"])

    assert kept(place.folder) == before


async def test_a_renewal_that_nats_does_not_take_up_fails(place: Deployed, tmp_path: Path) -> None:
    with_another_authority(place, tmp_path / "other")

    with pytest.raises(ServerTrouble, match="certificate"):
        await renew_certificates(place.home)


async def test_from_one_authority_to_another_it_goes_in_two_steps(
    place: Deployed, tmp_path: Path
) -> None:
    tls = place.folder / "tls"
    old = (tls / "ca.crt").read_bytes()
    other = Deployed(tmp_path / "other").folder / "tls"
    (tls / "ca.crt").write_bytes(old + (other / "ca.crt").read_bytes())
    (tls / "ca.key").unlink()
    await renew_certificates(place.home)
    for name in ("nats", "platform", "edge", "postgres"):
        copy(other / f"{name}.crt", tls)
        copy(other / f"{name}.key", tls)
    await renew_certificates(place.home)

    (tls / "ca.crt").write_bytes((other / "ca.crt").read_bytes())
    await answers(place.home)


async def test_a_renewal_where_nats_does_not_run_fails(place: Deployed) -> None:
    place.stop()

    with pytest.raises(ServerTrouble, match="does not run"):
        await renew_certificates(place.home)


async def test_where_nats_does_not_run_former_logins_end_at_once(place: Deployed) -> None:
    place.stop()

    done = await rotate_logins(place.home, PROCESSES)

    assert (done.exchanged, done.behind) == (list(PROCESSES), [])
    assert place.home.config.former_services == {}


async def test_while_nats_does_not_answer_no_agency_is_added_or_exchanged(place: Deployed) -> None:
    before, directory = kept(place.folder), place.home.agencies_file.read_bytes()
    new = Agency(id="jobcenter-14713", kind=AgencyKind.JOBCENTER, district="14713", name="Beispiel")
    path = place.folder / "credentials" / "a.json"
    assert place.process is not None
    os.kill(place.process.pid, signal.SIGSTOP)

    for verb in (
        agency_keys.rotate(place.home, JOBCENTER, timedelta(days=1), path),
        agency_keys.add(place.home, new, path),
    ):
        with pytest.raises(ServerTrouble, match=r"cannot be reached.*nothing was changed"):
            await verb

    assert (kept(place.folder), place.home.agencies_file.read_bytes()) == (before, directory)
    assert not path.exists()
    os.kill(place.process.pid, signal.SIGCONT)
    await (await connect_as(place.home, JOBCENTER)).close()


async def test_where_the_streams_cannot_be_made_nats_forgets_the_new_login(
    place: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, home = kept(place.folder), place.home

    async def later(*_: object) -> None:
        (home.folder / "seen").write_bytes(home.nats_config.read_bytes())
        raise NatsError

    monkeypatch.setattr(agency_keys, "provision_streams", later)

    with pytest.raises(ServerTrouble, match="nothing was changed"):
        await agency_keys.rotate(home, JOBCENTER, timedelta(days=1))

    assert kept(place.folder) == before
    assert f'"{JOBCENTER}~' in (home.folder / "seen").read_text()
    await (await connect_as(place.home, JOBCENTER)).close()


async def test_credentials_that_cannot_be_written_exchange_no_login(place: Deployed) -> None:
    before = kept(place.folder)
    (place.folder / "file").write_text("no folder")

    with pytest.raises(ServerTrouble, match="nothing was changed"):
        await agency_keys.rotate(
            place.home, JOBCENTER, timedelta(), place.folder / "file" / "a.json"
        )

    assert kept(place.folder) == before
    await (await connect_as(place.home, JOBCENTER)).close()


async def test_signing_keys_are_changed_alone(tmp_path: Path) -> None:
    folder = Home.create(tmp_path / "home", passing=True).folder
    home = Home.load(folder)
    before = (home.policy.read_bytes(), home.log_key("intake").read_bytes())

    async with alone(Home.load(folder)):
        begun = asyncio.create_task(rotate_signing(home, ["intake"]))
        for _ in range(100):
            await asyncio.sleep(0)
        meanwhile = (home.policy.read_bytes(), home.log_key("intake").read_bytes())
    await begun

    assert meanwhile == before
    assert len(home.log_key("intake").read_text("ascii").split()) == 2
    assert await end_signing(home, ["intake"]) == ["intake"]


async def test_an_agency_is_shut_out_over_http_even_while_nats_is_not_reached(
    place: Deployed,
) -> None:
    token = place.home.config.agency_passwords[JOBCENTER]
    assert place.process is not None
    os.kill(place.process.pid, signal.SIGSTOP)

    with pytest.raises(ServerTrouble, match=r"shut out over HTTP, and at NATS not yet.*reached"):
        await agency_keys.disable(place.home, JOBCENTER)

    assert place.home.agencies().by_token(token) is None


async def test_an_agency_that_is_shut_out_during_a_rotation_stays_out(place: Deployed) -> None:
    home, nc = place.home, await connect_as(place.home, "ops")
    asked: list[str] = []

    async def answer(message: Msg) -> None:
        """As casework, that goes over to its new login while the operator does something else."""
        if not asked:
            asked.append(message.subject)
            await agency_keys.disable(place.home, JOBCENTER)
        login, _ = place.home.config.service_login("casework")
        await message.respond(json.dumps({"login": login}).encode())

    await nc.subscribe("status.casework", cb=answer)
    done = await rotate_logins(home, ["casework"])
    await nc.close()

    assert done.behind == []
    assert place.home.config.disabled == (JOBCENTER,)
    assert place.home.config.logins(JOBCENTER) == {}
    with pytest.raises((NatsError, OSError)):
        await connect_as(place.home, JOBCENTER, once=True)


async def test_of_verbs_that_run_at_once_none_takes_back_what_another_did(tmp_path: Path) -> None:
    folder = Home.create(tmp_path / "home", passing=True).folder
    before = Home.load(folder).config
    agencies = list(before.agency_passwords)
    at_once = [Home.load(folder) for _ in agencies]

    await asyncio.gather(
        *(agency_keys.rotate(home, agency, timedelta(days=1))
          for home, agency in zip(at_once, agencies, strict=True)),
        rotate_logins(Home.load(folder), PROCESSES),
    )  # fmt: skip

    after = Home.load(folder)
    assert set(after.config.former_logins) == set(agencies)
    assert not set(after.config.agency_passwords.values()) & set(before.agency_passwords.values())
    for agency, token in after.config.agency_passwords.items():
        found = after.agencies().by_token(token)
        assert found is not None
        assert found.id == agency
    assert after.config.service_passwords["notify"] != before.service_passwords["notify"]


async def test_an_agency_that_does_not_trust_the_certificate_is_told_so(place: Deployed) -> None:
    context = replace(agency_keys.context_of(place.home, JOBCENTER), authority=None)

    with pytest.raises(SSLCertVerificationError):
        await Connection.of(context)
