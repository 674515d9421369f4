"""A real mail server that keeps what it takes."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from services.chassis.transport.nats_server import free_port

_HERE = IPv4Address("127.0.0.1")


class Box:
    """A mail server's handler that keeps what it takes and refuses some recipients."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.refuse = False

    async def handle_RCPT(self, *args: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refuse:
            return "550 no such mailbox"
        args[2].rcpt_tos.append(args[3])
        return "250 OK"

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(envelope.content)
        return "250 OK"


@contextmanager
def mail_server(box: Box, **options: Any) -> Iterator[str]:
    """Run a server that hands to a box, and say under which URL."""
    controller = Controller(box, hostname=str(_HERE), port=free_port(), **options)
    controller.start()
    try:
        yield f"smtp://{_HERE}:{controller.port}"
    finally:
        controller.stop()


def certified(folder: Path) -> ssl.SSLContext:
    """A server's certificate that only ``folder``'s server.pem vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, str(_HERE))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(_HERE)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(private + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context
