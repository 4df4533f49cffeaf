"""The certificate that signed the documents of a bag: the entry of the export holds its fingerprint."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Optional

from parapet.evidence.reader.files import Blame
from parapet.evidence.reader.layout import SIGNER
from parapet.evidence.reader.leaves import Leaf

_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE-----\n")


def check_documents_signer(leaves: list[Leaf], pem: Optional[bytes], blame: Blame) -> None:  # noqa: UP045  Python 3.9
    """Blame a certificate other than that of the export before the head, or the want of one. `pem` is the file's bytes."""
    export = leaves[-2].body if len(leaves) > 1 else {}
    details = export.get("details")
    stated = details.get("signer_sha256") if isinstance(details, dict) else None
    if stated is None and pem is None:
        return
    if pem is None:
        blame("signer.missing", SIGNER)
        return
    match = _BLOCK.match(pem)
    try:
        der = base64.b64decode(match.group(1), validate=False) if match else b""
    except ValueError:
        der = b""
    if hashlib.sha256(der).hexdigest() != stated:
        blame("signer.other", SIGNER)
