"""A PDF, signed: PAdES (ETSI EN 319 142-1) at level B-B, B-T with a time stamp, B-LT with what checks it in years to come.

The signature is added behind the file's own bytes, which stay as they are, with their claim to PDF/A.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime

from asn1crypto import keys, pem, tsp, x509
from attrs import frozen
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.extensions import DeveloperExtension
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from parapet.evidence.signer import Signer

#: A DER time-stamp request to a DER reply (RFC 3161), by whatever way. Raises what it likes when there is none.
Stamp = Callable[[bytes], bytes]
_FIELD = "Parapet"


@frozen
class TimeAuthority:
    """Who says when: how it is asked, and its chain of certificates as PEM. Without a chain the level is B-T."""

    stamp: Stamp
    chain: bytes = b""
    revocations: Sequence[bytes] = ()  # CRLs, DER


def signed(document: bytes, signer: Signer, *, at: datetime, reason: str, authority: TimeAuthority | None = None) -> bytes:
    """`document` with a signature over all of it. `reason` is shown by readers of PDF; `at` is the signer's own clock.

    Without `authority` nothing is asked of anybody. Raises what `authority` raises.
    """
    writer = _Quiet(io.BytesIO(document))
    # A PDF/A wants the print flag on every annotation; PDF/UA wants one that says nothing outside of what is shown.
    unseen = fields.InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
    place = fields.SigFieldSpec(_FIELD, invis_sig_settings=unseen, readable_field_name=reason)
    fields.append_signature_field(writer, place)
    page = writer.root["/Pages"]["/Kids"][0]
    while "/Kids" in page:
        page = page["/Kids"][0]
    page[generic.pdf_name("/Tabs")] = generic.pdf_name("/S")
    writer.update_container(page)
    about = signers.PdfSignatureMetadata(
        field_name=_FIELD,
        md_algorithm="sha256",
        reason=reason,
        name=_asn1(signer)[0].subject.native.get("common_name"),
        subfilter=fields.SigSeedSubFilter.PADES,
        embed_validation_info=bool(authority and authority.chain),
        validation_context=_checking(signer, authority) if authority and authority.chain else None,
    )
    stamper = _Asking(authority.stamp) if authority else None
    maker = signers.PdfSigner(about, signer=_hand(signer), timestamper=stamper)
    made = maker.sign_pdf(writer, existing_fields_only=True)
    return bytes(made.getbuffer())


class _Quiet(IncrementalPdfFileWriter):
    """Leaves alone what a PDF/A says of itself: its metadata, and that it is of version 1.7.

    pyHanko would put its own name and the time into the metadata, and call the file PDF 2.0 because of the curve.
    """

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """No other than it has."""

    def register_extension(self, ext: DeveloperExtension) -> None:
        """None: what they announce is in the signature."""

    def _update_meta(self) -> None:
        """The signature holds its own time."""


class _Asking(TimeStamper):
    def __init__(self, stamp: Stamp) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._stamp = stamp

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        reply = tsp.TimeStampResp.load(self._stamp(req.dump()))
        if reply["status"]["status"].native in ("granted", "granted_with_mods"):
            said = reply["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
            # pyHanko stumbles over another nonce while it says so, and does not compare the digest.
            if any(said[name].native != req[name].native for name in ("nonce", "message_imprint")):
                raise ValueError("a time stamp over something else")
        return reply


def _asn1(signer: Signer) -> list[x509.Certificate]:
    return [x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in (signer.certificate, *signer.chain)]


def _hand(signer: Signer) -> signers.SimpleSigner:
    own, *above = _asn1(signer)
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(above)
    key = keys.PrivateKeyInfo.load(signer.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    return signers.SimpleSigner(signing_cert=own, signing_key=key, cert_registry=store)


def _checking(signer: Signer, authority: TimeAuthority) -> ValidationContext:
    """Both chains, offline: what is embedded is what was given, and nothing is fetched."""
    ours = _asn1(signer)
    chain = list(load_certs_from_pemder_data(authority.chain)) if pem.detect(authority.chain) else []
    return ValidationContext(
        trust_roots=[ours[-1], *(c for c in chain if c.self_issued)],
        other_certs=[*ours, *chain],
        crls=list(authority.revocations),
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
