"""What certificate authorities say of the certificates in a chain: not revoked, as of a time. CRLs and OCSP responses (RFC 5280, RFC 6960).

Embedded in a document, they let a reader check its signature in years to come, when nobody answers any more. Nothing here
judges them: whoever checks the chain does, and takes none that is not signed by the right authority.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from asn1crypto import x509
from attrs import frozen
from cryptography import x509 as own
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

#: An address, and for OCSP the request's DER (b"" for a CRL), to the answer's body. Raises what it likes when there is none.
LookUp = Callable[[str, bytes], bytes]
#: Each of a handful of documents holds it whole.
MAX_CRL_BYTES = 500_000
_MAX_PLACES = 3  # of one certificate that are tried
_NONE_TOLD = (own.ExtensionNotFound, own.UnsupportedGeneralNameType, ValueError)


@frozen
class Revocations:
    """CRLs and OCSP responses, DER."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


def look_up_revocations(certificates: Sequence[x509.Certificate], look_up: LookUp) -> Revocations:
    """What is said of each of `certificates` whose issuer is among them: by OCSP where there is an address for it, else by CRL.

    What cannot be had is left out, and so is what is not in form.
    """
    pool = [own.load_der_x509_certificate(each.dump()) for each in certificates]
    crls: dict[bytes, None] = {}
    ocsps: dict[bytes, None] = {}
    for each in dict.fromkeys(pool):
        if each.issuer == each.subject:
            continue  # a root: it is trusted or not, and nobody stands above it
        issuer = next((above for above in pool if above.subject == each.issuer), None)
        answer = _by_ocsp(each, issuer, look_up) if issuer else None
        if answer is not None:
            ocsps[answer] = None
            continue
        found = _by_crl(each, look_up)
        if found is not None:
            crls[found] = None
    return Revocations(tuple(crls), tuple(ocsps))


def _by_ocsp(certificate: own.Certificate, issuer: own.Certificate, look_up: LookUp) -> bytes | None:
    # SHA-1 only names the issuer here (RFC 6960, 4.1.1), and many responders know no other.
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA1()).build().public_bytes(Encoding.DER)  # noqa: S303
    for url in _responders(certificate):
        body = _asked(look_up, url, request)
        try:
            if ocsp.load_der_ocsp_response(body).response_status is ocsp.OCSPResponseStatus.SUCCESSFUL:
                return body
        except ValueError:
            continue
    return None


def _by_crl(certificate: own.Certificate, look_up: LookUp) -> bytes | None:
    for url in _lists(certificate):
        body = _asked(look_up, url, b"")
        try:
            found = own.load_pem_x509_crl(body) if body.startswith(b"-----") else own.load_der_x509_crl(body)
        except ValueError:
            continue
        raw = found.public_bytes(Encoding.DER)
        if len(raw) <= MAX_CRL_BYTES:
            return raw
    return None


def _asked(look_up: LookUp, url: str, request: bytes) -> bytes:
    try:
        return look_up(url, request)
    except Exception:  # the edge: what cannot be looked up is left out, and the level says so
        return b""


def _responders(certificate: own.Certificate) -> list[str]:
    try:
        known = certificate.extensions.get_extension_for_class(own.AuthorityInformationAccess).value
        places = [each.access_location for each in known if each.access_method == AuthorityInformationAccessOID.OCSP]
    except _NONE_TOLD:
        return []
    return list(_addresses(places))[:_MAX_PLACES]


def _lists(certificate: own.Certificate) -> list[str]:
    try:
        points = certificate.extensions.get_extension_for_class(own.CRLDistributionPoints).value
        places = [name for point in points for name in point.full_name or ()]
    except _NONE_TOLD:
        return []
    return list(_addresses(places))[:_MAX_PLACES]


def _addresses(places: Sequence[Any]) -> Iterator[str]:
    for place in places:
        if isinstance(place, own.UniformResourceIdentifier) and place.value.startswith(("http://", "https://")):
            yield place.value
