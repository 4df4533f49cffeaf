"""Signing the documents of an export: by the home, or by its organisation where the settings name its key."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from django.conf import settings
from pyhanko.sign.general import SigningError

from parapet.actions.stamp_checkpoints import was_just_silent
from parapet.anchors.document_time import asker
from parapet.domain.errors import ParapetError
from parapet.evidence.signature import TimeAuthority, signed
from parapet.evidence.signer import Signer, home_signer
from parapet.records.keyring import keyring
from parapet.settings.signing import organisation

_log = logging.getLogger(__name__)

_REASONS = {
    "en": "Made from the records of Parapet, and unchanged since",
    "fr": "Établi à partir des dossiers de Parapet, et inchangé depuis",
}


def document_signer() -> Signer:
    """Who signs here. Raises SettingRefused when the organisation's key cannot be read."""
    return organisation(settings.ENVIRONMENT) or home_signer(keyring().instance)


def document_authority() -> TimeAuthority | None:
    """Who says when a document was signed: the first that the settings name, to be asked anew for each export; None for one that was silent just now."""
    for named in settings.ENVIRONMENT.time_authorities[:1]:
        if was_just_silent(named.name, datetime.now(UTC)):
            return None
        try:
            return TimeAuthority(asker(named.url), named.chain.read_bytes())
        except OSError as error:
            _log.warning("the certificates of a time authority cannot be read: %s", type(error).__name__)
    return None


def sign_document(document: bytes, signer: Signer, lang: str, at: datetime, authority: TimeAuthority | None = None) -> bytes:
    """A PDF with its signature, the reason in "en" or "fr".

    An authority that does not answer, or whose answer does not hold, does not hold up evidence: the level is then B-B. The
    log's own time stamps, which catch up later, say when.
    """
    if authority is not None:
        try:
            return signed(document, signer, at=at, reason=_REASONS[lang], authority=authority)
        except (ParapetError, OSError, ValueError, SigningError) as error:
            _log.warning("a document was signed without an outside time stamp: %s", type(error).__name__)
    return signed(document, signer, at=at, reason=_REASONS[lang])
