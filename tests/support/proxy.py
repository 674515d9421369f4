"""A network in between: passes bytes on, withholds answers, cuts connections."""

import asyncio
from contextlib import suppress

_CHUNK = 65536


class Proxy:
    """Listens on a port of its own and passes everything on to a server's port.

    While `withhold` is set, nothing that the server says reaches a client. With `cut_on` set, the
    first piece of a server's answer that contains these bytes is lost, and the connections with it.
    """

    def __init__(self, port: int) -> None:
        """Pass on to `port` of the loopback device."""
        self.withhold = False
        self.cut_on: bytes | None = None
        self.cuts = 0
        self._port = port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._served: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """Where clients connect to."""
        assert self._server is not None
        return f"nats://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def start(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def stop(self) -> None:
        """End everything."""
        if self._server is not None:
            self._server.close()
        self.cut()
        await asyncio.gather(*self._served, return_exceptions=True)

    def cut(self) -> None:
        """Cut all connections; clients may connect again."""
        self.cuts += 1
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._served.add(task)
        with suppress(OSError):
            onward, back = await asyncio.open_connection("127.0.0.1", self._port)
            await self._pass_both_ways((reader, back), (onward, writer))
        writer.transport.abort()
        self._served.discard(task)

    async def _pass_both_ways(
        self,
        questions: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        answers: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        ends = {questions[1], answers[1]}
        self._writers |= ends
        await asyncio.gather(
            self._pass_on(*questions, answers=False), self._pass_on(*answers, answers=True)
        )
        self._writers -= ends

    async def _pass_on(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        with suppress(OSError):
            while piece := await source.read(_CHUNK):
                if answers and self.cut_on is not None and self.cut_on in piece:
                    self.cut_on = None
                    self.cut()
                    break
                if not (answers and self.withhold):
                    sink.write(piece)
                    await sink.drain()
        sink.close()
        with suppress(OSError):
            await sink.wait_closed()
