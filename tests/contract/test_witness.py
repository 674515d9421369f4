"""A witness cosigns only what grew since it last looked, and keeps that before it answers."""

import multiprocessing
import os
import threading
from collections.abc import Iterator
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path

import pytest

from staffel_contracts.tlog.checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    read_checkpoint,
    sign_checkpoint,
)
from staffel_contracts.tlog.cosignature import cosignatures
from staffel_contracts.tlog.keys import BadKey, Kind, SigningKey, VerifierKey, new_key
from staffel_contracts.tlog.note import read_signatures
from staffel_contracts.tlog.spelling import to_base64
from staffel_contracts.tlog.tree import (
    EMPTY_ROOT,
    NodeReader,
    consistency_proof,
    leaf_hash,
    nodes_of,
    root_at,
)
from staffel_contracts.tlog.witness import (
    Unusable,
    Witness,
    add_log,
    create_witness,
    read_key,
)
from staffel_contracts.tlog.witness_http import MAX_BODY, serve

ORIGIN = "staffel.example/intake"
LOG = SigningKey(ORIGIN, Kind.NOTE, b"i" * 32)
NAME = "jobcenter.example/w1"
TREE = nodes_of([leaf_hash(b"%d" % n) for n in range(40)])
FORK = nodes_of([leaf_hash(b"%d" % (n if n != 3 else 99)) for n in range(40)])
AT = 1_800_000_000


def checkpoint(size: int, tree: NodeReader = TREE, key: SigningKey = LOG) -> SignedCheckpoint:
    return sign_checkpoint(Checkpoint(key.name, size, root_at(tree, size)), key)


def request(old: int, size: int, tree: NodeReader = TREE, key: SigningKey = LOG) -> bytes:
    return body(old, consistency_proof(tree, min(old, size), size), checkpoint(size, tree, key))


def body(old: int | str, proof: list[bytes], signed: SignedCheckpoint) -> bytes:
    lines = [f"old {old}", *(to_base64(node) for node in proof), "", ""]
    return "\n".join(lines).encode() + signed.encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_witness(tmp_path / "w", NAME, [LOG.verifier])
    return tmp_path / "w"


@pytest.fixture
def witness(folder: Path) -> Iterator[Witness]:
    opened = Witness(folder, lambda: AT)
    yield opened
    opened.close()


def cosigned(witness: Witness, answer: str, size: int) -> list[int]:
    key = read_key(witness._folder).verifier  # noqa: SLF001 - the key is what is tested
    note = checkpoint(size).note.also(read_signatures(answer))
    return [found.at for found in cosignatures(note, [key])]


def test_what_grows_is_cosigned_step_by_step(witness: Witness) -> None:
    for old, size in ((0, 5), (5, 6), (6, 40)):
        answer = witness.add_checkpoint(request(old, size))

        assert answer.status == 200
        assert cosigned(witness, answer.body, size) == [AT]


def test_the_same_checkpoint_is_cosigned_again(witness: Witness) -> None:
    witness.add_checkpoint(request(0, 5))

    assert witness.add_checkpoint(request(5, 5)).status == 200


def test_a_log_that_forgot_is_told_the_size(witness: Witness) -> None:
    witness.add_checkpoint(request(0, 7))

    answer = witness.add_checkpoint(request(0, 9))

    assert answer == (409, "7\n", "text/x.tlog.size")


def test_a_rolled_back_log_is_refused(witness: Witness) -> None:
    witness.add_checkpoint(request(0, 7))

    assert witness.add_checkpoint(request(7, 5)).status == 400
    assert witness.add_checkpoint(request(5, 5)).status == 409


@pytest.mark.parametrize(("size", "status"), [(7, 409), (8, 422), (40, 422)])
def test_a_forked_log_is_refused(witness: Witness, size: int, status: int) -> None:
    witness.add_checkpoint(request(0, 7))

    answer = witness.add_checkpoint(request(7, size, FORK))

    assert answer.status == status
    assert witness.add_checkpoint(request(7, 8)).status == 200


def test_a_proof_of_something_else_is_refused(witness: Witness) -> None:
    assert witness.add_checkpoint(body(0, [EMPTY_ROOT], checkpoint(5))).status == 422
    witness.add_checkpoint(request(0, 5))
    assert witness.add_checkpoint(body(5, [], checkpoint(9))).status == 422
    assert witness.add_checkpoint(body(5, [EMPTY_ROOT], checkpoint(5))).status == 422


def test_an_empty_log_has_the_root_of_nothing(witness: Witness) -> None:
    wrong = sign_checkpoint(Checkpoint(ORIGIN, 0, root_at(TREE, 1)), LOG)

    assert witness.add_checkpoint(body(0, [], wrong)).status == 422
    assert witness.add_checkpoint(request(0, 0)).status == 200


def test_an_unknown_log_is_not_found(witness: Witness) -> None:
    other = SigningKey("staffel.example/notify", Kind.NOTE, b"n" * 32)

    assert witness.add_checkpoint(request(0, 5, key=other)).status == 404


def test_a_signature_of_another_key_is_forbidden(witness: Witness) -> None:
    forged = SigningKey(ORIGIN, Kind.NOTE, b"x" * 32)
    right = checkpoint(5)
    wrong = right.note.signatures[0]._replace(value=bytes(64))

    assert witness.add_checkpoint(request(0, 5, key=forged)).status == 403
    altered = SignedCheckpoint(right.checkpoint, right.note.also([wrong]))
    assert witness.add_checkpoint(body(0, [], altered)).status == 403


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"old 0\n\n",
        body("00", [], checkpoint(5)),
        body("-1", [], checkpoint(5)),
        body("0 ", [], checkpoint(5)),
        body("0\nAAAA", [], checkpoint(5)),
        body(0, [EMPTY_ROOT] * 64, checkpoint(5)),
        b"new" + request(0, 5)[3:],
        request(0, 5)[:-20],
        b"\xff" + request(0, 5),
    ],
)
def test_what_is_no_request_is_refused(witness: Witness, wrong: bytes) -> None:
    assert witness.add_checkpoint(wrong).status == 400
    assert witness.add_checkpoint(request(0, 5)).status == 200


def test_what_was_seen_is_known_after_a_restart(folder: Path) -> None:
    first = Witness(folder, lambda: AT)
    first.add_checkpoint(request(0, 7))
    first.close()

    again = Witness(folder, lambda: AT)

    assert again.add_checkpoint(request(0, 9)).status == 409
    assert again.add_checkpoint(request(7, 9)).status == 200
    again.close()


def test_nothing_but_the_logs_and_the_own_signature_is_shown(witness: Witness) -> None:
    stranger = new_key("stranger.example", Kind.NOTE)
    signed = checkpoint(5)
    line = signed.note.signatures[0]._replace(name=stranger.name, key_id=b"abcd")
    witness.add_checkpoint(
        body(0, [], SignedCheckpoint(signed.checkpoint, signed.note.also([line])))
    )

    shown = witness.latest(sha256(ORIGIN.encode()).hexdigest())

    names = [s.name for s in read_checkpoint(shown.body.encode()).note.signatures]
    assert names == [ORIGIN, NAME]
    assert witness.latest(sha256(b"staffel.example/notify").hexdigest()).status == 404


def die_before_answering(folder: Path) -> None:
    """Cosign, keep, and be gone before anybody is told."""

    class Dying(Witness):
        def _keep(self, signed: SignedCheckpoint) -> None:
            super()._keep(signed)
            os._exit(137)

    Dying(folder, lambda: AT).add_checkpoint(request(0, 7))


def test_a_witness_killed_before_it_answered_has_kept_what_it_cosigned(folder: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=die_before_answering, args=(folder,)
    )
    process.start()
    process.join()

    witness = Witness(folder, lambda: AT)
    assert process.exitcode == 137
    assert witness.add_checkpoint(request(0, 9, FORK)) == (409, "7\n", "text/x.tlog.size")
    assert witness.add_checkpoint(request(7, 7)).status == 200
    witness.close()


def test_a_file_half_written_by_a_crash_changes_nothing(folder: Path) -> None:
    first = Witness(folder, lambda: AT)
    first.add_checkpoint(request(0, 7))
    first.close()
    kept = folder / "logs" / sha256(ORIGIN.encode()).hexdigest()
    kept.with_name(kept.name + ".unfinished").write_bytes(b"half")

    again = Witness(folder, lambda: AT)

    assert again.add_checkpoint(request(7, 9)).status == 200
    again.close()


@pytest.mark.parametrize("damage", [b"", b"old news", checkpoint(3).encode()[:-9]])
def test_a_witness_with_a_damaged_memory_does_not_start(folder: Path, damage: bytes) -> None:
    (folder / "logs" / sha256(ORIGIN.encode()).hexdigest()).write_bytes(damage)

    with pytest.raises(Unusable, match="logs"):
        Witness(folder, lambda: AT)


STATE = sha256(ORIGIN.encode()).hexdigest()


def test_a_witness_that_lost_its_memory_cosigns_no_fork(folder: Path) -> None:
    first = Witness(folder, lambda: AT)
    first.add_checkpoint(request(0, 7))
    first.close()
    (folder / "logs" / STATE).unlink()

    with pytest.raises(Unusable, match=f"what was seen of {ORIGIN} is lost"):
        Witness(folder, lambda: AT)
    with pytest.raises(Unusable, match="is lost"):
        add_log(folder, SigningKey(ORIGIN, Kind.NOTE, b"j" * 32).verifier)


OTHER = SigningKey("staffel.example/notify", Kind.NOTE, b"n" * 32)


def test_what_was_seen_of_one_log_is_not_taken_for_that_of_another(folder: Path) -> None:
    add_log(folder, OTHER.verifier)
    seen = checkpoint(7, key=OTHER).encode()
    (folder / "logs" / STATE).write_bytes(seen)

    with pytest.raises(Unusable, match="this is another log's"):
        Witness(folder, lambda: AT)


def test_a_log_is_added_while_the_witness_is_down(folder: Path) -> None:
    running = Witness(folder, lambda: AT)
    running.add_checkpoint(request(0, 7))
    with pytest.raises(Unusable, match="another witness runs"):
        add_log(folder, OTHER.verifier)
    running.close()

    add_log(folder, OTHER.verifier)

    witness = Witness(folder, lambda: AT)
    assert witness.add_checkpoint(request(0, 5, key=OTHER)).status == 200
    assert witness.add_checkpoint(request(7, 9)).status == 200
    witness.close()
    with pytest.raises(Unusable, match="is there already"):
        add_log(folder, OTHER.verifier)


def test_a_second_key_of_a_log_continues_what_was_seen(folder: Path) -> None:
    first = Witness(folder, lambda: AT)
    first.add_checkpoint(request(0, 7))
    first.close()
    rotated = SigningKey(ORIGIN, Kind.NOTE, b"j" * 32)

    add_log(folder, rotated.verifier)

    witness = Witness(folder, lambda: AT)
    assert witness.add_checkpoint(request(0, 9, FORK, rotated)).status == 409
    assert witness.add_checkpoint(request(7, 9, key=rotated)).status == 200
    witness.close()


def test_a_log_that_was_only_written_into_the_policy_is_not_cosigned(folder: Path) -> None:
    policy = folder / "policy"
    policy.write_text(f"log {OTHER.verifier.text()}\n" + policy.read_text())

    with pytest.raises(Unusable, match="is lost"):
        Witness(folder, lambda: AT)


def test_two_witnesses_never_share_a_folder(witness: Witness, folder: Path) -> None:
    assert witness.add_checkpoint(request(0, 5)).status == 200

    with pytest.raises(Unusable, match="another witness runs"):
        Witness(folder, lambda: AT)


def test_a_key_is_never_replaced_and_only_its_owner_reads_it(folder: Path) -> None:
    with pytest.raises(Unusable, match="has a key already"):
        create_witness(folder, NAME, [])

    assert (folder / "key").stat().st_mode & 0o777 == 0o600


def test_a_logs_key_makes_no_witness(folder: Path) -> None:
    (folder / "key").write_text(LOG.text())

    with pytest.raises(Unusable, match="not a witness's key"):
        Witness(folder, lambda: AT)


def test_a_name_with_a_plus_sign_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(BadKey):
        create_witness(tmp_path / "w", "a+b", [])

    assert not (tmp_path / "w").exists()


@pytest.fixture
def http(witness: Witness) -> Iterator[HTTPConnection]:
    server = serve(witness, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=30)
    yield connection
    connection.close()
    server.shutdown()
    server.server_close()
    thread.join()


def asked(
    http: HTTPConnection, method: str, path: str, body: bytes | None = None
) -> tuple[int, bytes]:
    http.request(method, path, body)
    response = http.getresponse()
    return response.status, response.read()


def test_it_speaks_http_on_one_connection(http: HTTPConnection, folder: Path) -> None:
    path = f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert asked(http, "GET", path) == (404, b"nothing of this log was cosigned\n")

    status, answer = asked(http, "POST", "/add-checkpoint", request(0, 5))

    key: VerifierKey = read_key(folder).verifier
    note = checkpoint(5).note.also(read_signatures(answer.decode()))
    assert (status, [c.key for c in cosignatures(note, [key])]) == (200, [key])
    assert asked(http, "GET", path) == (200, note.encode())
    assert asked(http, "POST", "/add-checkpoint", request(0, 5)) == (409, b"5\n")


def test_what_is_not_its_business_is_refused(http: HTTPConnection) -> None:
    assert asked(http, "GET", "/")[0] == 404
    assert asked(http, "GET", "/../key")[0] == 404
    assert asked(http, "POST", "/sign-subtree", b"x")[0] == 404
    assert asked(http, "POST", "/add-checkpoint", b"x" * (MAX_BODY + 1))[0] == 413
    http.putrequest("POST", "/add-checkpoint")
    http.endheaders()
    assert http.getresponse().status == 411
