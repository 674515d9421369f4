"""An agency's connection: commands until they are answered, queries, and the feed."""

from ssl import SSLContext
from typing import Self

from nats.aio.client import Client

from staffel_contracts.client.asking import Asking
from staffel_contracts.client.connecting import Trouble, connected
from staffel_contracts.client.feed import Feed
from staffel_contracts.client.receipts import Receipts
from staffel_contracts.context import Context


class Connection(Asking):
    """An agency's connection to the platform."""

    def __init__(self, nc: Client, agency: str = "") -> None:
        """Use a connection that is open."""
        super().__init__(nc, agency)
        self._receipts: Receipts | None = None

    @classmethod
    async def open(
        cls,
        url: str,
        agency: str,
        password: str,
        *,
        user: str | None = None,
        tls: SSLContext | None = None,
    ) -> Self:
        """Connect as an agency; once connected, it reconnects for ever.

        Why it is not connected, as when its login was exchanged, is logged as a warning.
        ``user``: the NATS user, where it is not named like the agency.

        Raises:
            nats.errors.Error, OSError: the server is not there or does not know the agency.
        """
        trouble = Trouble(agency)
        nc = await connected(
            servers=url.split(","),
            name=agency,
            user=user or agency,
            tls=tls,
            password=password,
            inbox_prefix=f"_INBOX_{agency}".encode(),
            allow_reconnect=False,  # a wrong password is told at once
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            error_cb=trouble.heard,
            reconnected_cb=trouble.over,
        )
        nc.options["allow_reconnect"] = trouble.is_open = True
        return cls(nc, agency)

    @classmethod
    async def of(cls, context: Context) -> Self:
        """Connect as a context says; otherwise like ``open``."""
        return await cls.open(
            context.url,
            context.agency,
            context.password,
            user=context.user,
            tls=context.tls(),
        )

    async def close(self) -> None:
        """End the connection; what was published before is sent, and begun receipts are."""
        if self._receipts is not None:
            await self._receipts.finish()
        await self.nc.drain()

    def feed(self, wanted: int = 0, *, replay: bool = False, receipts: bool = False) -> Feed:
        """Follow the feed from index ``wanted`` on.

        ``replay``: begin with what the agency acknowledged long ago, if ``wanted`` lies there;
        without it the feed begins where its consumer stands. ``receipts``: every handoff to this
        agency is confirmed by itself once its entry is ``done()``, before it is acknowledged: the
        sheet is fetched and its digest computed, as ``confirm-delivery`` wants it. What cannot be
        confirmed is logged as a warning, with the handoff's id and a code.
        """
        if receipts and self._receipts is None:
            self._receipts = Receipts(self)
        return Feed(self.nc, self, wanted, replay=replay, receipts=self._receipts)
