"""Entries heard are opened together, and each that does not open says why by itself."""

from pathlib import Path

from services.chassis.writing.opening import open_wires
from staffel_contracts.envelope import read
from tests.support.desk import hear, line, new_toy
from tests.support.toy import Rumoured


def test_an_entry_that_does_not_open_says_why_and_no_other_suffers(tmp_path: Path) -> None:
    with new_toy(f"sqlite:///{tmp_path / 'toy.sqlite'}", tmp_path) as toy:
        first, second = (read(toy.gossip(index, "a")) for index in range(2))
        key, data = first.leaf.sealkey, first.data or b""
        lines = [
            line(0, "a", data[:-1] + bytes([data[-1] ^ 1]), key, first.leaf.keycommitment),
            line(1, "a", second.data or b"", key, first.leaf.keycommitment),
            line(2, "a", b'{"words":"many"}', None, None),
            toy.gossip(3, "b", 4),
        ]

        opened = open_wires(hear(*lines).wires, {"rumoured"}, toy.keyring)

    rule = "Input should be a valid integer, unable to parse string as an integer"
    assert [one.reason for one in opened] == [
        "gossip/0: the data was changed",
        "gossip/1: the key is not the one the leaf commits to",
        f"type rumoured.v1: words: {rule}",
        None,
    ]
    assert [one.fact for one in opened] == [None, None, None, Rumoured(words=4)]
    assert [one.person for one in opened] == [None, None, None, "p-b"]
    assert [one.case_id for one in opened] == ["a", "a", "a", "b"]
