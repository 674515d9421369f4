"""The auditor's verbs: a verdict for people, a report for machines, exit codes by finding."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from staffel_contracts.audit.bundle import write_bundle
from staffel_contracts.cli import all_verbs
from staffel_contracts.cli.verbs import command_line
from staffel_contracts.tlog.keys import Kind, read_vkey
from tests.support.bundles import bundle_of, policy, story

LOGS = story()
LOG_KEY = policy(["intake"]).split()[1].decode()
RUN = "from staffel_contracts.cli.witness import witness_app; witness_app()"
APP = command_line(all_verbs())


def staffel(*words: object) -> Result:
    return CliRunner().invoke(APP, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bundle, a policy, a policy that trusts others, and a checkpoint kept."""
    folder = tmp_path_factory.mktemp("audit")
    write_bundle(folder / "november.bundle", bundle_of(LOGS))
    (folder / "trust").write_bytes(policy(LOGS))
    (folder / "distrust").write_bytes(policy(["casework"]))
    (folder / "kept").write_bytes(LOGS["intake"].checkpoint(2))
    (folder / "fork").write_bytes(story()["intake"].checkpoint(2))
    return folder


@pytest.fixture(autouse=True)
def folder(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder, and there one stands."""
    monkeypatch.chdir(made)
    return made


def test_a_bundle_is_verified_in_one_command() -> None:
    done = staffel(
        "audit",
        "verify",
        "november.bundle",
        "--trust",
        "trust",
        "--since",
        "kept",
    )

    assert (done.exit_code, done.stderr) == (0, "")
    assert "holds: november.bundle (whole logs, full)" in done.stdout
    assert "cosigned by witness-district.example" in done.stdout


def test_machines_get_json() -> None:
    done = staffel("audit", "verify", "november.bundle", "--json")

    report = json.loads(done.stdout)
    assert (report["holds"], report["trust"], report["findings"]) == (True, "bundle", [])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("november.bundle", "--trust", "distrust"), 10, "DOES NOT HOLD"),
        (("november.bundle", "--since", "fork"), 12, "history: intake: the first 2 entries"),
        (("nowhere",), 2, "nowhere"),
        (("trust",), 2, "trust: no zip file"),
        (("november.bundle", "--trust", "kept"), 2, "the policy: line 1"),
        (("november.bundle", "--since", "trust"), 2, "trust: an empty line"),
    ],
)
def test_the_exit_code_tells_what_is_wrong(words: tuple[str, ...], code: int, said: str) -> None:
    done = staffel("audit", "verify", *words)

    assert done.exit_code == code
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_proof_of_one_entry_stands_for_itself(folder: Path) -> None:
    proven = staffel("audit", "prove", "november.bundle", "jobcenter_bridge/5")
    name = proven.stdout.strip()

    checked = staffel("audit", "check", name, "--trust", "trust", "--json")

    assert name == "jobcenter_bridge-5.tlog-proof"
    assert json.loads(checked.stdout)["leaf"]["type"] == "responsibility-changed.v1"
    assert staffel("audit", "check", name, "--trust", "distrust").exit_code == 10
    proof = (folder / name).read_bytes()
    (folder / "moved").write_bytes(proof.replace(b"index 5", b"index 4"))
    assert staffel("audit", "check", "moved", "--trust", "trust").exit_code == 13


@pytest.mark.parametrize("entry", ["casework/1", "intake/99", "intake", "intake/-1", "intake/²"])
def test_no_proof_of_what_is_not_there(entry: str) -> None:
    done = staffel("audit", "prove", "november.bundle", entry)

    assert done.exit_code == 2
    assert entry in done.stderr


@pytest.mark.parametrize("out", ["nowhere/proof", ".", "november.bundle", "linked"])
def test_a_proof_is_written_neither_over_the_bundle_nor_where_nothing_can_be(
    folder: Path, out: str
) -> None:
    (folder / "linked").unlink(missing_ok=True)
    (folder / "linked").symlink_to("november.bundle")
    before = (folder / "november.bundle").read_bytes()

    done = staffel("audit", "prove", "november.bundle", "intake/0", "--out", out)

    assert done.exit_code == 2
    assert out in done.stderr
    assert (folder / "november.bundle").read_bytes() == before


def test_a_witness_is_set_up_in_one_command() -> None:
    words = ("--name", "jobcenter.example/w1", "--log", LOG_KEY)
    made = staffel("witness", "init", "w", *words)

    assert read_vkey(made.stdout).kind is Kind.COSIGNATURE
    assert staffel("witness", "key", "w").stdout == made.stdout
    assert staffel("witness", "init", "w", *words).exit_code == 2
    other = policy(["notify"]).split()[1].decode()
    assert (
        staffel("witness", "add", "w", "--log", other).stdout == "staffel.example/notify: known\n"
    )
    assert staffel("witness", "add", "w", "--log", other).exit_code == 2
    assert staffel("witness", "add", "nowhere", "--log", other).exit_code == 2
    assert staffel("witness", "run", "nowhere").exit_code == 2
    assert staffel("witness", "run", "w", "--listen", "x").exit_code == 2


def test_a_witness_runs_until_it_is_told_to_stop(folder: Path) -> None:
    staffel("witness", "init", "w2", "--name", "x.example", "--log", LOG_KEY)
    command = [sys.executable, "-c", RUN, "run", "w2", "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.terminate()
        code = process.wait(60)

    assert said.startswith("witness: http://127.0.0.1:")
    assert code == 0
