"""Signing the documents of an export: by the home, or by its organisation where the settings name its key."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from parapet.evidence.signature import TimeAuthority, signed
from parapet.evidence.signer import Signer, home_signer
from parapet.records.keyring import keyring
from parapet.settings.signing import organisation

_REASONS = {
    "en": "Made from the records of Parapet, and unchanged since",
    "fr": "Établi à partir des dossiers de Parapet, et inchangé depuis",
}


def document_signer() -> Signer:
    """Who signs here. Raises SettingRefused when the organisation's key cannot be read."""
    return organisation(settings.ENVIRONMENT) or home_signer(keyring().instance)


def sign_document(document: bytes, signer: Signer, lang: str, at: datetime, authority: TimeAuthority | None = None) -> bytes:
    """A PDF with its signature, the reason in "en" or "fr". Raises what `authority` raises."""
    return signed(document, signer, at=at, reason=_REASONS[lang], authority=authority)
