"""Who signs a home's documents: the home itself, by a certificate of its own making, or its organisation."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from attrs import field, frozen
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12

from parapet.domain.errors import SettingRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.keys import InstanceKey, derive

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186-5)
_MADE = datetime(2026, 1, 1, tzinfo=UTC)
#: "No well-defined expiration" (RFC 5280, 4.1.2.5): nobody could renew it, and the log tells when it was used.
_NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@frozen
class Signer:
    """A key, its certificate, and the certificates above it, nearest first. Only `key` is secret."""

    key: PrivateKey = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def sha256(self) -> str:
        """The certificate's fingerprint: SHA-256 of its DER, 64 hex digits. The log holds it with every export."""
        return hashlib.sha256(self.certificate.public_bytes(Encoding.DER)).hexdigest()

    def pem(self) -> bytes:
        """The certificate, then those above it."""
        return b"".join(each.public_bytes(Encoding.PEM) for each in (self.certificate, *self.chain))


def key_for(instance: InstanceKey, purpose: str) -> ec.EllipticCurvePrivateKey:
    """A key of P-256 for one purpose, always the same for one instance key. 64 bytes are reduced, so that no key is likelier than
    another (FIPS 186-5, A.2.1)."""
    wide = derive(instance.secret, f"{purpose} 1") + derive(instance.secret, f"{purpose} 2")
    return ec.derive_private_key(int.from_bytes(wide, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


def home_signer(instance: InstanceKey) -> Signer:
    """The home's own: always the same for one instance key, signed by itself. Its name tells nothing of whose home it is.

    The key is of P-256 and not of Ed25519 as the log's: readers of PDF know the one and not the other.
    """
    key = key_for(instance, "document signing")
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"Parapet {instance.fingerprint}")])
    public = key.public_key()
    serial = hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()[:16]
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        False,
    )
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=public)
        .serial_number(int.from_bytes(serial, "big") >> 1 | 1)
        .not_valid_before(_MADE)
        .not_valid_after(_NEVER)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    return Signer(key, made.sign(key, SHA256(), ecdsa_deterministic=True))


def organisation_signer(bundle: bytes, passphrase: bytes) -> Signer:
    """What a PKCS#12 file of the organisation holds. Raises SettingRefused."""
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(bundle, passphrase or None)
    except ValueError:
        refusal = _("PARAPET_SIGNING_P12 is no PKCS#12 file, or PARAPET_SIGNING_PASSPHRASE_FILE holds another passphrase.")
        raise SettingRefused(refusal) from None
    if certificate is None or not isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
        raise SettingRefused(_("PARAPET_SIGNING_P12 must hold one RSA or EC key with its certificate."))
    if key.public_key() != certificate.public_key():
        raise SettingRefused(_("PARAPET_SIGNING_P12 must hold one RSA or EC key with its certificate."))
    return Signer(key, certificate, tuple(chain))
