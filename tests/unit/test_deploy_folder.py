"""An operator's folder: made once, added to later, secrets never written over."""

import json
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from services.chassis.transport.nats_accounts import AGENCY_BYTES
from services.platform.config import SERVICES
from services.platform.deploy import certificates
from services.platform.deploy.folder import Answers, certify, prepare, write_derived
from services.platform.home import Home

ANSWERS = Answers(host="staffel.kreis.example", origin="staffel.kreis.example")
SECRET = (
    "staffel.json",
    "master/master.key",
    "accounts/accounts.json",
    "tls/ca.key",
    "tls/nats.key",
)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare(tmp_path / "deploy", ANSWERS)
    return tmp_path / "deploy"


def test_secrets_are_for_their_owner_alone(folder: Path) -> None:
    files = [folder / name for name in SECRET]
    files += [path for path in (folder / "secrets").rglob("*") if path.is_file()]

    assert {path for path in files if path.stat().st_mode & 0o777 != 0o600} == set()


def test_every_service_gets_secrets_of_its_own(folder: Path) -> None:
    texts = [
        (folder / "secrets" / s / k).read_text() for s in SERVICES for k in ("nats", "database")
    ]

    assert len(set(texts)) == 2 * len(SERVICES)
    assert all("sslmode=verify-full" in text for text in texts if text.startswith("postgresql"))


def test_a_part_sees_its_own_secrets_and_no_others(folder: Path) -> None:
    seen = {
        part.name: {path.name for path in part.iterdir()} for part in (folder / "secrets").iterdir()
    }

    assert seen["intake"] == {"database", "keyring", "log.key", "nats"}
    assert seen["audit"] == {"nats"}
    assert seen["nats"] == {"ca.crt", "nats.crt", "nats.key"}
    assert not any("ca.key" in files for files in seen.values())


def test_run_again_it_changes_nothing(folder: Path) -> None:
    before = contents(folder)

    report = prepare(folder, Answers(host="another.example"))

    assert (report.made, report.differs) == ([], [])
    assert contents(folder) == before


def test_run_again_it_adds_what_is_new(folder: Path) -> None:
    settings = json.loads((folder / "staffel.json").read_text())
    kept = settings["service_passwords"]["intake"]
    del (
        settings["service_passwords"]["notify"],
        settings["deployed"]["database_passwords"]["notify"],
    )
    (folder / "staffel.json").write_text(json.dumps(settings))
    (folder / "secrets/notify/nats").unlink()

    report = prepare(folder, ANSWERS)

    found = Home.load(folder).config.service_passwords
    assert report.made == ["staffel.json"]
    assert found["intake"] == kept
    assert (folder / "secrets/notify/nats").read_text() == f"notify:{found['notify']}"


def test_a_file_that_the_operator_changed_is_named_and_kept(folder: Path) -> None:
    (folder / "compose.yaml").write_text("mine")

    report = prepare(folder, ANSWERS)

    assert report.differs == ["compose.yaml"]
    assert (folder / "compose.yaml").read_text() == "mine"


def test_what_stands_in_the_settings_stays(folder: Path) -> None:
    (folder / ".env").write_text("STAFFEL_UID=4711\nSTAFFEL_GID=4711\nSTAFFEL_NATS_PORT=14222\n")

    prepare(folder, ANSWERS)

    lines = (folder / ".env").read_text().splitlines()
    assert lines[:3] == ["STAFFEL_UID=4711", "STAFFEL_GID=4711", "STAFFEL_NATS_PORT=14222"]
    assert "STAFFEL_HOST=staffel.kreis.example" in lines


def test_certificates_are_good_for_their_hosts_and_from_our_authority(folder: Path) -> None:
    found = x509.load_pem_x509_certificate((folder / "tls/nats.crt").read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    authority = x509.load_pem_x509_certificate((folder / "tls/ca.crt").read_bytes())

    found.verify_directly_issued_by(authority)
    assert {"nats", "nats-2", "staffel.kreis.example"} <= set(
        names.get_values_for_type(x509.DNSName)
    )
    ssl.create_default_context(cafile=str(folder / "tls/ca.crt"))


def test_a_certificate_that_ends_soon_is_issued_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / "tls/edge.crt").read_bytes()
    monkeypatch.setattr(certificates, "RENEW_BEFORE", timedelta(days=398))

    report = prepare(folder, ANSWERS)

    assert "tls/edge.crt" in report.made
    assert (folder / "tls/edge.crt").read_bytes() != before


def test_all_certificates_of_our_authority_are_issued_anew_when_asked_for(folder: Path) -> None:
    before = (folder / "tls/edge.crt").read_bytes()
    home = Home.load(folder)

    issued = certify(home, anew=True)
    write_derived(home)

    assert len(issued) == 4
    assert (folder / "tls/edge.crt").read_bytes() != before
    assert (folder / "secrets/caddy/edge.crt").read_bytes() == (
        folder / "tls/edge.crt"
    ).read_bytes()


def test_certificates_of_another_authority_are_left_alone(folder: Path) -> None:
    (folder / "tls/ca.key").unlink()
    (folder / "tls/edge.crt").unlink()

    report = prepare(folder, ANSWERS)

    assert report.made == []
    assert not (folder / "tls/edge.crt").exists()


def test_nats_knows_the_platform_and_the_agencies_of_the_self_test(folder: Path) -> None:
    found = json.loads((folder / "accounts/accounts.json").read_text())

    assert found["system_account"] == "SYSTEM"
    assert set(found["accounts"]) == {"SYSTEM", "PLATFORM", "district-12000", "jobcenter-12000"}


def test_a_cluster_keeps_every_stream_three_times(tmp_path: Path) -> None:
    prepare(tmp_path / "deploy", Answers(cluster=True))

    home = Home.load(tmp_path / "deploy")
    assert home.config.replicas == 3
    assert home.nats_url == "tls://nats:4222,tls://nats-2:4222,tls://nats-3:4222"
    assert "compose.cluster.yaml" in (tmp_path / "deploy/.env").read_text()
    limits = home.config.accounts().config()["jobcenter-12000"]["jetstream"]
    assert limits["max_file"] == 3 * AGENCY_BYTES
    assert all((tmp_path / f"deploy/data/{name}").is_dir() for name in ("nats-2", "nats-3"))


def test_the_containers_user_may_write_beside_every_file_that_verbs_exchange(folder: Path) -> None:
    exchanged = ("staffel.json", "accounts/accounts.json", "directory/agencies.json", ".env")

    owners = {(folder / name).parent.stat().st_uid for name in exchanged}

    assert owners == {(folder / "staffel.json").stat().st_uid}
