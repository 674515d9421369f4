"""Notes, checkpoints, cosignatures, policies and proofs are those of C2SP, and nothing else is."""

from base64 import b64encode

import pytest

from staffel_contracts.tlog.checkpoint import (
    Checkpoint,
    read_checkpoint,
    sign_checkpoint,
    verified_checkpoint,
)
from staffel_contracts.tlog.cosignature import cosign, cosignatures
from staffel_contracts.tlog.keys import (
    BadKey,
    Kind,
    SigningKey,
    VerifierKey,
    new_key,
    read_skey,
    read_vkey,
)
from staffel_contracts.tlog.note import (
    Malformed,
    Note,
    Signature,
    Unsigned,
    read_note,
    read_signatures,
    sign,
    verified,
)
from staffel_contracts.tlog.policy import BadPolicy, read_policy
from staffel_contracts.tlog.proof import TlogProof, read_proof
from staffel_contracts.tlog.spelling import number
from staffel_contracts.tlog.tree import (
    EMPTY_ROOT,
    Unproven,
    inclusion_proof,
    leaf_hash,
    nodes_of,
    root_at,
)

# The example of C2SP signed-note.
FOO_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppz"
    "i2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
# The example of Go's package golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb"
    "6KE6RyyBwJnAM=\n"
)
# The example of C2SP tlog-cosignature; the keys to it are not published.
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcy"
    "v2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3"
    "b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)

ORIGIN = "staffel.example/jobcenter_bridge"
LOG = SigningKey(ORIGIN, Kind.NOTE, bytes(range(32)))
LEAVES = [leaf_hash(b"%d" % n) for n in range(7)]
ROOT = root_at(nodes_of(LEAVES), 7)
SIGNED = sign_checkpoint(Checkpoint(ORIGIN, 7, ROOT), LOG)
WITNESSES = [
    SigningKey(f"witness-{name}.example", Kind.COSIGNATURE, bytes([n]) * 32)
    for n, name in enumerate("abc", 1)
]
AT = 1_800_000_000
POLICY = f"""\
# who may vouch
log {LOG.verifier.text()} https://staffel.example/log/

\twitness a {WITNESSES[0].verifier.text()} https://a.example/
witness b {WITNESSES[1].verifier.text()}
witness c {WITNESSES[2].verifier.text()}
group two-agencies 2 a b c
quorum two-agencies
"""


def cosigned(*witnesses: int) -> Note:
    return SIGNED.note.also(cosign(SIGNED, WITNESSES[n], AT + n) for n in witnesses)


def test_the_example_of_the_standard_is_verified() -> None:
    note = read_note(FOO_NOTE)

    assert verified(note, [read_vkey(FOO_KEY)]) == [read_vkey(FOO_KEY)]
    assert note.encode() == FOO_NOTE


def test_go_signs_the_same_with_the_same_key() -> None:
    key = read_skey(PETER_SECRET)

    assert key.text() == PETER_SECRET
    assert key.verifier.text() == PETER
    assert sign(PETER_TEXT, key).line() == PETER_LINE


def test_a_key_survives_its_text_form() -> None:
    for kind in Kind:
        key = new_key("agency.example/w+".rstrip("+"), kind)
        assert read_skey(key.text() + "\n") == key
        assert read_vkey(key.verifier.text()) == key.verifier


def test_a_secret_shows_in_no_representation() -> None:
    key = read_skey(PETER_SECRET)

    assert "AYEKFALV" not in repr(key)
    assert key.seed.hex() not in repr(key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("c74f20a3", "c74f20a"),
        PETER.replace("PeterNeumann", "Peter Neumann"),
        PETER.replace("PeterNeumann", "Peter\u2003Neumann"),
        PETER.replace("PeterNeumann", ""),
        PETER.replace("ARpc", "BRpc"),
        PETER.replace("ARpc", "Ahpc"),
        PETER[:-4],
        PETER + "=",
        PETER_SECRET,
    ],
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(BadKey):
        read_vkey(text)


@pytest.mark.parametrize(
    "text", ["", PETER, PETER_SECRET.replace("a3+", "a4+"), PETER_SECRET.replace("AYEK", "AZEK")]
)
def test_what_is_no_private_key_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(BadKey) as refused:
        read_skey(text)

    assert "FALVFGyN" not in str(refused.value)


def test_an_unknown_signature_is_kept_and_ignored() -> None:
    other = new_key("stranger.example", Kind.NOTE)
    note = read_note(FOO_NOTE).also([sign("This is an example message.\n", other)])
    same_name = Signature("example.com/foo", b"none", b"of its business")

    again = read_note(note.also([same_name]).encode())

    assert verified(again, [read_vkey(FOO_KEY)]) == [read_vkey(FOO_KEY)]
    assert len(again.signatures) == 3


def test_a_known_key_under_another_text_refuses_the_whole_note() -> None:
    note = read_note(FOO_NOTE.replace(b"example message", b"example massage"))

    with pytest.raises(Unsigned, match=r"example\.com/foo"):
        verified(note, [read_vkey(FOO_KEY)])


def test_one_wrong_signature_of_a_known_key_is_not_outvoted_by_a_right_one() -> None:
    note = read_note(FOO_NOTE)
    wrong = note.signatures[0]._replace(value=bytes(64))

    with pytest.raises(Unsigned):
        verified(Note(note.text, (*note.signatures, wrong)), [read_vkey(FOO_KEY)])


def test_a_note_that_nobody_known_signed_is_refused() -> None:
    with pytest.raises(Unsigned, match="no key that is trusted"):
        verified(read_note(FOO_NOTE), [read_vkey(PETER)])


def test_a_text_may_have_empty_lines() -> None:
    key = read_skey(PETER_SECRET)
    note = Note("a\n\n\nb\n\n", (sign("a\n\n\nb\n\n", key),))

    assert verified(read_note(note.encode()), [key.verifier])


@pytest.mark.parametrize(
    ("note", "rule"),
    [
        (b"", "an empty line"),
        (b"text\n", "an empty line"),
        (b"text\n\n", "must end in a newline"),
        (FOO_NOTE[:-1], "must end in a newline"),
        (FOO_NOTE + b"\n", "must end in a newline"),
        (FOO_NOTE.replace(b"\xe2\x80\x94", b"-"), "line 3: a signature"),
        (FOO_NOTE.replace(b"message.", b"\xff"), "byte 19: a note is in UTF-8"),
        (FOO_NOTE.replace(b"example message", b"a\rb"), "line 1: a note has no control"),
        (FOO_NOTE.replace(b"QM=", b"QM"), "line 3: a signature"),
        (FOO_NOTE.replace(b"QM=", b"QN="), "line 3: a signature"),
        (FOO_NOTE.replace(b"foo ", b"f+o "), "line 3: a signature"),
        ("text\n\n— foo AAAA\n".encode(), "line 3: the signature is too short"),
        ("text\n\n— foo AAAAAA==\n".encode(), "line 3: the signature is too short"),
        (b"text\n\nfoo AAAAAAAA\n", "line 3: a signature is a dash"),
        (FOO_NOTE + b"x" * 1_000_000, "at most 1000000 bytes"),
        (b"text\n\n" + "— foo AAAAAAAA\n".encode() * 65, "at most 64 signatures"),
    ],
)
def test_what_is_no_note_is_refused_with_rule_and_place(note: bytes, rule: str) -> None:
    with pytest.raises(Malformed, match=rule):
        read_note(note)


def test_a_note_may_have_as_many_signatures_as_are_allowed() -> None:
    assert len(read_note(b"text\n\n" + "— foo AAAAAAAA\n".encode() * 64).signatures) == 64


def test_a_text_without_its_last_newline_is_not_signed() -> None:
    with pytest.raises(Malformed, match="must end in a newline"):
        sign("text", read_skey(PETER_SECRET))


def test_the_example_checkpoint_is_read() -> None:
    signed = read_checkpoint(SOFA.encode())

    assert signed.checkpoint.origin == "example.com/behind-the-sofa"
    assert signed.checkpoint.size == 20852163
    assert signed.checkpoint.text() == SOFA.partition("\n\n")[0] + "\n"
    assert signed.note.signatures[1].value[:8] == (1679315147).to_bytes(8)
    assert signed.encode() == SOFA.encode()


def test_a_checkpoint_is_verified_with_the_key_of_its_log() -> None:
    signed = verified_checkpoint(SIGNED.encode(), [read_vkey(PETER), LOG.verifier])

    assert signed == SIGNED


def test_another_logs_key_vouches_for_nothing() -> None:
    other = SigningKey("staffel.example/intake", Kind.NOTE, LOG.seed)
    note = Note(SIGNED.note.text, (sign(SIGNED.note.text, other),))

    with pytest.raises(Unsigned, match=r"no key of the log staffel\.example/jobcenter_bridge"):
        verified_checkpoint(note.encode(), [other.verifier])
    with pytest.raises(Malformed, match=r"does not sign for staffel\.example/jobcenter_bridge"):
        sign_checkpoint(SIGNED.checkpoint, other)


@pytest.mark.parametrize(
    "text",
    [
        "origin\n",
        "origin\n7\n",
        f"origin\n07\n{b64encode(ROOT).decode()}\n",
        f"origin\n+7\n{b64encode(ROOT).decode()}\n",
        f"origin\n\u0667\n{b64encode(ROOT).decode()}\n",
        f"origin\n{2**63}\n{b64encode(ROOT).decode()}\n",
        f"origin\n7\n{b64encode(ROOT[1:]).decode()}\n",
        f"origin\n7\n{ROOT.hex()}\n",
        f"\n7\n{b64encode(ROOT).decode()}\n",
        f"origin\n7\n{b64encode(ROOT).decode()}\n\nextension\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read_checkpoint(f"{text}\n{PETER_LINE}".encode())


def test_an_empty_log_has_a_checkpoint_too() -> None:
    signed = sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT), LOG)

    assert verified_checkpoint(signed.encode(), [LOG.verifier]).checkpoint.size == 0


def test_an_empty_log_has_no_other_root() -> None:
    signed = sign_checkpoint(Checkpoint(ORIGIN, 0, ROOT), LOG)

    with pytest.raises(Malformed, match="hash of nothing"):
        verified_checkpoint(signed.encode(), [LOG.verifier])


def test_extension_lines_are_kept_and_signed() -> None:
    signed = sign_checkpoint(SIGNED.checkpoint._replace(extensions=("a", "b")), LOG)

    again = verified_checkpoint(signed.encode(), [LOG.verifier])

    assert again.checkpoint.extensions == ("a", "b")


def test_cosignatures_are_verified_with_their_times() -> None:
    found = cosignatures(cosigned(0, 2), [w.verifier for w in WITNESSES])

    assert [(c.key.name, c.at) for c in found] == [
        ("witness-a.example", AT),
        ("witness-c.example", AT + 2),
    ]


def test_a_cosignature_signs_the_message_of_the_standard() -> None:
    line = cosign(SIGNED, WITNESSES[0], AT)

    message = f"cosignature/v1\ntime {AT}\n{SIGNED.note.text}".encode()
    assert line.value == AT.to_bytes(8) + WITNESSES[0].sign(message)


def test_a_cosignature_replayed_under_another_checkpoint_is_found_out() -> None:
    later = sign_checkpoint(Checkpoint(ORIGIN, 6, root_at(nodes_of(LEAVES), 6)), LOG)

    with pytest.raises(Unsigned, match=r"witness-a\.example"):
        cosignatures(later.note.also([cosign(SIGNED, WITNESSES[0], AT)]), [WITNESSES[0].verifier])


RIGHT = cosign(SIGNED, WITNESSES[0], AT).value


@pytest.mark.parametrize(
    "forged",
    [
        (AT + 1).to_bytes(8) + RIGHT[8:],
        bytes(8) + RIGHT[8:],
        RIGHT[:-1],
        RIGHT + b"\x00",
        RIGHT[:8] + bytes(64),
        RIGHT[:8],
        WITNESSES[0].sign(SIGNED.note.text.encode()),
    ],
)
def test_a_forged_cosignature_is_found_out(forged: bytes) -> None:
    line = cosign(SIGNED, WITNESSES[0], AT)._replace(value=forged)

    with pytest.raises(Unsigned, match=r"witness-a\.example"):
        cosignatures(SIGNED.note.also([line]), [WITNESSES[0].verifier])


def test_a_log_key_is_no_witness_and_a_witness_no_log() -> None:
    as_log = VerifierKey(WITNESSES[0].name, Kind.NOTE, WITNESSES[0].verifier.public)

    with pytest.raises(ValueError, match="not a witness's"):
        cosign(SIGNED, LOG, AT)
    assert not cosignatures(cosigned(0), [as_log])


def test_a_policy_accepts_a_checkpoint_that_reaches_its_quorum() -> None:
    judgement = read_policy(POLICY.encode()).judge(cosigned(0, 2).encode())

    assert judgement.signed.checkpoint == SIGNED.checkpoint
    assert [c.key.name for c in judgement.cosigned] == ["witness-a.example", "witness-c.example"]


def test_too_few_witnesses_are_named() -> None:
    with pytest.raises(Unsigned, match=r"quorum two-agencies.*by witness-b\.example"):
        read_policy(POLICY.encode()).judge(cosigned(1).encode())


def test_the_same_witness_twice_is_still_one() -> None:
    twice = cosigned(0).also([cosign(SIGNED, WITNESSES[0], AT + 5)])

    with pytest.raises(Unsigned, match="quorum"):
        read_policy(POLICY.encode()).judge(twice.encode())


def test_groups_of_groups_count_as_they_say() -> None:
    nested = POLICY.replace(
        "group two-agencies 2 a b c\nquorum two-agencies",
        "group pair all a b\ngroup either any pair c\nquorum either",
    )
    policy = read_policy(nested.encode())

    assert policy.judge(cosigned(0, 1).encode())
    assert policy.judge(cosigned(2).encode())
    with pytest.raises(Unsigned, match="quorum either"):
        policy.judge(cosigned(0).encode())


@pytest.mark.parametrize(("needed", "enough"), [("1", (2,)), ("3", (0, 1, 2))])
def test_a_group_may_need_one_or_all_by_number(needed: str, enough: tuple[int, ...]) -> None:
    policy = read_policy(POLICY.replace("2 a b c", f"{needed} a b c").encode())

    assert policy.judge(cosigned(*enough).encode())
    with pytest.raises(Unsigned, match="quorum two-agencies"):
        policy.judge(cosigned(*enough[1:]).encode())


def test_a_quorum_of_none_asks_for_no_witness() -> None:
    policy = read_policy(f"log {LOG.verifier.text()}\nquorum none\n".encode())

    assert policy.judge(SIGNED.encode()).cosigned == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("quorum two-agencies\n", ""), "one line that begins with quorum"),
        (("quorum two-agencies\n", "quorum d\n"), "line 8: d is not defined"),
        (("quorum two", "quorum a\nquorum two"), "line 9: there is a quorum already"),
        (("2 a b c", "4 a b c"), "line 7: a group of 3 needs"),
        (("2 a b c", "0 a b c"), "line 7: a group of 3 needs"),
        (("2 a b c", "02 a b c"), "line 7: a group of 3 needs"),
        (("2 a b c", "2 a b b"), "line 7: b is in a group already"),
        (("2 a b c", "2 a b two-agencies"), "line 7: two-agencies is not defined"),
        (("2 a b c", "2 a b none"), "line 7: none is not defined"),
        (("2 a b c", "2"), "line 7: a line is log, witness"),
        (("witness b", "witness a"), "line 5: the name a is taken"),
        (("witness b", "witness none"), "line 5: the name none is taken"),
        (("quorum two", "hello\nquorum two"), "line 8: a line is log"),
        ((LOG.verifier.text(), "log+key"), "line 2: a vkey has three parts"),
        (("https://a.example/", "x y"), "line 4: a line is log"),
        (("# who", "# w\x00ho"), "line 1: a policy has no control"),
        ((WITNESSES[1].verifier.text(), WITNESSES[0].verifier.text()), "line 5: this witness's"),
        ((WITNESSES[1].verifier.text(), LOG.verifier.text()), "line 5: a key of kind 0x04"),
        ((LOG.verifier.text(), WITNESSES[0].verifier.text()), "line 2: a key of kind 0x01"),
        (("# who may vouch", f"log {LOG.verifier.text()}"), "line 2: this log's key was named"),
        (("quorum two-agencies\n", "quorum two-agencies"), "must end in a newline"),
        (("# who", f"# {'x' * 1_000_000}"), "a policy has at most 1000000 bytes"),
    ],
)
def test_what_is_no_policy_is_refused_with_rule_and_line(
    change: tuple[str, str], rule: str
) -> None:
    text = POLICY.replace(*change, 1)

    with pytest.raises(BadPolicy, match=rule):
        read_policy(text.encode())


def test_names_in_a_policy_are_octets() -> None:
    text = POLICY.replace("two-agencies", "zwei-Ämter").encode("latin-1", "replace")

    with pytest.raises(Unsigned, match=r"zwei-\\xc4mter"):
        read_policy(text).judge(cosigned(1).encode())


def proof(extra: bytes | None = None) -> TlogProof:
    hashes = inclusion_proof(nodes_of(LEAVES), 4, 7)
    return TlogProof(4, tuple(hashes), cosigned(0, 1).encode(), extra)


@pytest.mark.parametrize("extra", [None, b"", b"the leaf"])
def test_a_proof_file_proves_its_leaf(extra: bytes | None) -> None:
    again = read_proof(proof(extra).encode())

    assert again == proof(extra)
    assert again.verify(LEAVES[4], read_policy(POLICY.encode())).signed == SIGNED._replace(
        note=cosigned(0, 1)
    )


def test_a_proof_file_proves_no_other_leaf() -> None:
    with pytest.raises(Unproven, match="leaf 4"):
        proof().verify(LEAVES[5], read_policy(POLICY.encode()))


def test_a_proof_under_too_few_witnesses_proves_nothing() -> None:
    weak = proof()._replace(checkpoint=cosigned(0).encode())

    with pytest.raises(Unsigned, match="quorum"):
        weak.verify(LEAVES[4], read_policy(POLICY.encode()))


@pytest.mark.parametrize(
    "change",
    [
        (b"@v1", b"@v2"),
        (b"index 4", b"index 04"),
        (b"index 4", b"index -4"),
        (b"index 4", b"Index 4"),
        (b"index 4", b"4"),
        (b"index 4\n", b""),
        (b"\n\n", b"\n"),
        (b"extra ", b"extra *"),
        (b"index 4\n", b"index 4\nAAAA\n"),
        (b"index 4\n", b"index 4\n\xc3\xa4\n"),
        (b"staffel.example", b"\x01"),
    ],
)
def test_what_is_no_proof_file_is_refused(change: tuple[bytes, bytes]) -> None:
    with pytest.raises(Malformed):
        read_proof(proof(b"the leaf").encode().replace(*change, 1))


@pytest.mark.parametrize(
    "text", ["", "-0", "+1", "01", "1.0", "٣", "9223372036854775808", "9" * 20]
)
def test_what_is_no_number_of_sixty_three_bits_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        number(text)

    assert [number("0"), number("9223372036854775807")] == [0, 2**63 - 1]


def test_a_witness_answers_signature_lines_that_join_the_note() -> None:
    answer = cosign(SIGNED, WITNESSES[0], AT).line() + cosign(SIGNED, WITNESSES[1], AT).line()

    joined = SIGNED.note.also(read_signatures(answer))

    assert len(cosignatures(joined, [w.verifier for w in WITNESSES])) == 2
    assert joined.also(read_signatures(answer)) == joined
