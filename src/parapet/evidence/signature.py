"""A PDF, signed: PAdES (ETSI EN 319 142-1) at level B-B, B-T with a time stamp, B-LT with what checks it in years to come.

The signature is added behind the file's own bytes, which stay as they are, with their claim to PDF/A. All that level B-LT adds
(chains, CRLs, OCSP responses) lies under the signature, so that it covers the whole file.
"""

from __future__ import annotations

import io
from datetime import datetime

from asn1crypto import keys
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.extensions import DeveloperExtension
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko_certvalidator.registry import SimpleCertificateStore

from parapet.evidence.outside import Outside, certificates_of, key_usage
from parapet.evidence.signer import Signer

_FIELD = "Parapet"


def signed(document: bytes, signer: Signer, *, at: datetime, reason: str, outside: Outside | None = None) -> bytes:
    """`document` with a signature over all of it. `reason` is shown by readers of PDF; `at` is the signer's own clock.

    outside  what outside bodies give to it; without it nothing is asked of anybody, and the level is B-B

    Raises what the time authority raises.
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
    lasting = outside is not None and outside.level == "B-LT"
    about = signers.PdfSignatureMetadata(
        field_name=_FIELD,
        md_algorithm="sha256",
        reason=reason,
        name=certificates_of(signer)[0].subject.native.get("common_name"),
        subfilter=fields.SigSeedSubFilter.PADES,
        embed_validation_info=lasting,
        validation_context=outside.context() if outside and lasting else None,
        signer_key_usage=key_usage(signer),
        # In the same revision: what is added behind a signature, readers of PDF show as a change.
        dss_settings=DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE),
    )
    maker = signers.PdfSigner(about, signer=_hand(signer), timestamper=outside.stamper if outside else None)
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


def _hand(signer: Signer) -> signers.SimpleSigner:
    own, *above = certificates_of(signer)
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(above)
    key = keys.PrivateKeyInfo.load(signer.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    return signers.SimpleSigner(signing_cert=own, signing_key=key, cert_registry=store)
