"""Authorities and certificates of servers, made here."""

from __future__ import annotations

import base64
import hashlib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)


@frozen
class Certified:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def mark(self) -> str:
        """By which Chromium is told to trust whom this key signed: SHA-256 of it, in base 64."""
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        return base64.b64encode(
            hashlib.sha256(self.certificate.public_key().public_bytes(serialization.Encoding.DER, spki)).digest()
        ).decode()


def certified(name: str, by: Certified | None = None, *, is_authority: bool = False, ended_days_ago: int = 0) -> Certified:
    """Who is called `name`, signed by `by` or by themselves."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    ends = datetime.now(UTC) + (-_DAY * ended_days_ago if ended_days_ago else 30 * _DAY)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - 60 * _DAY)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if not is_authority:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return Certified(made.sign(by.key if by else key, hashes.SHA256()), key)


def shows(folder: Path, *chain: Certified) -> ssl.SSLContext:
    """A server that shows this chain, its own certificate first."""
    folder.mkdir(parents=True, exist_ok=True)
    key = chain[0].key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key)
    (folder / "chain.pem").write_text("".join(each.pem for each in chain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    return context
