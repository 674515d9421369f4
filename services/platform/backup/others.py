"""What others know of a log that is restored: the stream, the audit archive, other services."""

import asyncio
import json
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

from nats.aio.client import Client
from nats.errors import Error as NatsError

from services.audit.archive import Archive
from services.chassis.transport.lane import Doubt, Lane, feed_lane, last_on, log_lane
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.wire import place_of
from services.platform.connecting import connect_as
from services.platform.home import Home

_NOT_FOUND = 10037
ASK_SECONDS = 10.0


class Other(Protocol):
    """Somebody who has heard logs and can say them again."""

    name: str

    def size(self, log: str) -> int:
        """How much of a log it has heard: the index after the last."""

    def wires(self, log: str, start: int, limit: int) -> list[bytes]:
        """Up to ``limit`` lines from index ``start`` on."""


class Stream:
    """The stream ``LOG`` and the agencies' inboxes: each lane lies in the order of its index."""

    name = "the stream"

    def __init__(self, home: Home) -> None:
        """Connect; the server must be there."""
        self._runner = asyncio.Runner()
        try:
            self._nc: Client = self._runner.run(connect_as(home, "ops", once=True))
        except BaseException:
            self._runner.close()
            raise

    def close(self) -> None:
        """End the connection."""
        self._runner.run(self._nc.close())
        self._runner.close()

    def size(self, log: str) -> int:
        """The index after the last entry that the stream holds; 0 where there is no stream."""
        try:
            last = self._runner.run(last_on(self._nc, log_lane(log)))
        except Doubt:
            return 0
        return place_of(last.wire)[1] + 1 if last.sequence else 0

    def wires(self, log: str, start: int, limit: int) -> list[bytes]:
        """The lines from ``start`` on, as far as the stream still holds them without a gap."""
        found: list[bytes] = []
        for wire in self._since(log_lane(log), start, _index):
            if len(found) == limit or _index(wire) != start + len(found):
                break
            found.append(wire)
        return found

    def feed(self, agency: str, start: int) -> Iterator[dict[str, Any]]:
        """What an agency's inbox still holds of its feed, from ``start`` on; with gaps."""
        try:
            for line in self._since(feed_lane(agency), start, _feed_index):
                yield json.loads(line)
        except Doubt:
            return  # it has no inbox

    def _since(self, lane: Lane, start: int, index: "_Index") -> Iterator[bytes]:
        sequence = self._sequence_of(lane, start, index)
        while message := self._from(lane, sequence):
            yield message[1]
            sequence = message[0] + 1

    def _sequence_of(self, lane: Lane, start: int, index: "_Index") -> int:
        """The least sequence from which on this lane's entries have an index of at least this."""
        low, high = 1, self._runner.run(last_on(self._nc, lane)).sequence
        while low < high:
            middle = (low + high) // 2
            message = self._from(lane, middle)
            if message is None or index(message[1]) >= start:
                high = middle
            else:
                low = message[0] + 1
        return low

    def _from(self, lane: Lane, sequence: int) -> tuple[int, bytes] | None:
        """The first message of a lane at or after a sequence."""
        question = json.dumps({"seq": sequence, "next_by_subj": lane.family}).encode()
        asked = self._nc.request(lane.last_request, question, timeout=ASK_SECONDS)
        answer = json.loads(self._runner.run(asked).data)
        if answer.get("error", {}).get("err_code") == _NOT_FOUND:
            return None
        message = answer["message"]
        return message["seq"], b64decode(message.get("data", ""))


_Index = Callable[[bytes], int]


def _index(wire: bytes) -> int:
    return place_of(wire)[1]


def _feed_index(line: bytes) -> int:
    return int(json.loads(line)["feedindex"])


class Archived:
    """The audit archive: every log in files."""

    name = "the archive"

    def __init__(self, folder: Path) -> None:
        """Read from a folder."""
        self._archive = Archive(folder)

    def size(self, log: str) -> int:
        """How many entries of a log are archived."""
        return self._archive.size(log)

    def wires(self, log: str, start: int, limit: int) -> list[bytes]:
        """The lines from ``start`` on."""
        return self._archive.wires(log, start, limit)


def feeds(known: Sequence[Other]) -> Callable[[str, int], Iterator[dict[str, Any]]]:
    """What their inboxes still hold of agencies' feeds, as a function of agency and first index."""

    def events(agency: str, start: int) -> Iterator[dict[str, Any]]:
        for other in known:
            if isinstance(other, Stream):
                yield from other.feed(agency, start)

    return events


@contextmanager
def others(home: Home, archive: Path, *, stopped: bool = True) -> Iterator[list[Other]]:
    """Who is there to be asked: a stream whose server runs or can be started, and the archive.

    ``stopped``: the platform surely is, and a server that still runs was left behind.
    """
    with ExitStack() as stack:
        found: list[Other] = []
        stream = None if stopped and not home.config.deployed else _stream(home)
        if stream is None and not home.config.deployed and (home.folder / "nats/store").is_dir():
            port = home.config.nats_port
            stack.enter_context(NatsServer(home.folder / "nats", home.config.accounts(), port=port))
            stream = _stream(home)
        if stream is not None:
            stack.callback(stream.close)
            found.append(stream)
        if archive.is_dir():
            found.append(Archived(archive))
        yield found


def _stream(home: Home) -> Stream | None:
    """The stream; none where no server answers: nobody has heard anything from it."""
    try:
        return Stream(home)
    except (NatsError, OSError):
        return None
