"""Certificates for development and trial: a certificate authority of one's own, and what it issues.

In production the files in ``tls/`` come from the agency's own authority; the names stay the same.
"""

import ipaddress
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from services.chassis.files import write_secret

AUTHORITY_DAYS, LEAF_DAYS = 3650, 397
RENEW_BEFORE = timedelta(days=30)
"""Certificates of our own are issued anew this long before they end."""
_BACKDATED = timedelta(hours=1)  # a clock that is a little behind must not refuse them


class Authority(NamedTuple):
    """A certificate authority: its certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def take_authority(folder: Path) -> Authority | None:
    """The authority in ``ca.crt`` and ``ca.key``, made where there is neither.

    ``None`` where there is a certificate without its key: it is somebody else's.
    """
    certificate, key = folder / "ca.crt", folder / "ca.key"
    if certificate.exists() and not key.exists():
        return None
    if not certificate.exists():
        _make_authority(certificate, key)
    loaded = serialization.load_pem_private_key(key.read_bytes(), password=None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        return None
    return Authority(x509.load_pem_x509_certificate(certificate.read_bytes()), loaded)


def issue(
    authority: Authority, folder: Path, name: str, hosts: Iterable[str], *, anew: bool = False
) -> bool:
    """Issue ``NAME.crt`` and ``NAME.key`` for these hosts, unless they are good for a while yet.

    ``anew``: even then. One of somebody else's is left alone in any case.
    """
    certificate, wanted = folder / f"{name}.crt", sorted(set(hosts))
    if certificate.exists() and not _is_due(certificate, wanted, authority, anew=anew):
        return False
    key = ec.generate_private_key(ec.SECP256R1())
    write_secret(folder / f"{name}.key", _pem(key))
    leaf = _builder(name, authority.certificate.subject, LEAF_DAYS).public_key(key.public_key())
    leaf = leaf.add_extension(x509.SubjectAlternativeName(map(_name, wanted)), critical=False)
    usage = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    leaf = leaf.add_extension(x509.ExtendedKeyUsage(usage), critical=False)
    leaf = leaf.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    _write(certificate, leaf.add_extension(above, critical=False), authority.key)
    return True


def _is_due(path: Path, hosts: list[str], authority: Authority, *, anew: bool) -> bool:
    """Whether one of ours ends soon or is for other hosts; somebody else's is left alone."""
    found = x509.load_pem_x509_certificate(path.read_bytes())
    if found.issuer != authority.certificate.subject:
        return False
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    ends_soon = found.not_valid_after_utc - datetime.now(UTC) < RENEW_BEFORE
    return anew or ends_soon or set(names) != {_name(host) for host in hosts}


def _make_authority(certificate: Path, key_file: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    write_secret(key_file, _pem(key))
    # The serial in the name tells the authorities of two installations apart.
    name = f"Staffel {x509.random_serial_number():x}"[:40]
    made = _builder(name, _subject(name), AUTHORITY_DAYS).public_key(key.public_key())
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    made = made.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
    )
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    _write(certificate, made.add_extension(usage, critical=True), key)


def _builder(name: str, issuer: x509.Name, days: int) -> x509.CertificateBuilder:
    begins = datetime.now(UTC) - _BACKDATED
    return (
        x509.CertificateBuilder()
        .subject_name(_subject(name))
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
    )


def _write(path: Path, builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> None:
    signed = builder.sign(key, hashes.SHA256())
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM))


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
