"""FastStream's broker for a service: how it logs in, and that it never gives up reconnecting."""

from faststream.nats import NatsBroker
from faststream.security import SASLPlaintext

from services.chassis.running.process import GRACE
from services.chassis.settings import ProcessSettings
from services.chassis.transport.connection import ErrorNotice, Notice, connection_options, servers
from services.chassis.transport.login import Certificate, Login


def broker_of(
    settings: ProcessSettings,
    name: str,
    login: Login,
    certificate: Certificate,
    told: tuple[Notice, ErrorNotice],
) -> NatsBroker:
    """A broker, not connected yet; ``told`` that the connection is closed for good, and errors."""
    tls = certificate.context
    return NatsBroker(
        servers(settings.nats_url),
        security=SASLPlaintext(
            login.user(),
            login.password(),
            ssl_context=tls,
            use_ssl=tls is not None,
        ),
        graceful_timeout=GRACE,
        apply_types=False,  # a batch is read by hand: nothing is injected, nothing converted
        logger=None,
        **connection_options(name, *told),  # type: ignore[arg-type] # FastStream says int for seconds, nats-py float
    )
