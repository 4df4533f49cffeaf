"""Signing the documents of an export: by the home, or by its organisation where the settings name its key."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from attrs import define, frozen
from django.conf import settings
from pyhanko.sign.general import SigningError
from pyhanko_certvalidator.errors import PathError, ValidationError

from parapet.actions.stamp_checkpoints import was_just_silent
from parapet.anchors.document_time import asker
from parapet.anchors.revocation import RevocationAsker
from parapet.anchors.signature_level import outside_of
from parapet.domain.errors import ParapetError
from parapet.evidence.outside import Outside, TimeAuthority
from parapet.evidence.signature import signed
from parapet.evidence.signer import Signer, home_signer
from parapet.records.keyring import keyring
from parapet.settings.signing import organisation

_log = logging.getLogger(__name__)

_REASONS = {
    "en": "Made from the records of Parapet, and unchanged since",
    "fr": "Établi à partir des dossiers de Parapet, et inchangé depuis",
}
#: Why a level is not B-LT, in a document's own words.
_WHY = {
    "": {"en": "", "fr": ""},
    "time": {
        "en": ": no stamp could be had of the time authority",
        "fr": "\u00a0: aucun horodatage n’a pu être obtenu de l’autorité",
    },
    "chain": {"en": ": a chain of certificates is not whole", "fr": "\u00a0: une chaîne de certificats est incomplète"},
    "revocation": {
        "en": ": it could not be learned whether a certificate is revoked",
        "fr": "\u00a0: impossible de savoir si un certificat est révoqué",
    },
    "revoked": {"en": ": a certificate is revoked", "fr": "\u00a0: un certificat est révoqué"},
}
_TROUBLES = (ParapetError, OSError, ValueError, TypeError, KeyError, SigningError, PathError, ValidationError)


@frozen
class SignedDocument:
    """A PDF with its signature. `level` is that of PAdES: "B-B", "B-T", "B-LT"; `why` says why it is not B-LT, as `Outside.why`."""

    document: bytes
    level: str
    why: str


def document_signer() -> Signer:
    """Who signs here. Raises SettingRefused when the organisation's key cannot be read."""
    return organisation(settings.ENVIRONMENT) or home_signer(keyring().instance)


def document_authority() -> TimeAuthority | None:
    """Who says when a document was signed: the first that the settings name, to be asked anew for each export; None for one that was silent just now."""
    for named in settings.ENVIRONMENT.time_authorities[:1]:
        if was_just_silent(named.name, datetime.now(UTC)):
            return None
        try:
            return TimeAuthority(asker(named.url), named.chain.read_bytes(), RevocationAsker())
        except OSError as error:
            _log.warning("the certificates of a time authority cannot be read: %s", type(error).__name__)
            return TimeAuthority(_nobody)
    return None


def _nobody(_request: bytes) -> bytes:
    raise OSError("no certificates to trust it by")


@define
class Hand:
    """Signs the documents of one export, each at the highest level that can be had.

    An authority that does not answer, or whose answer does not hold, does not hold up evidence: the level is then B-B. The
    log's own time stamps, which catch up later, say when.
    """

    signer: Signer
    outside: Outside | None = None
    why: str = ""

    @classmethod
    def of(cls, signer: Signer, authority: TimeAuthority | None) -> Hand:
        """Asks `authority` once what it can give; nobody, when there is none."""
        if authority is None:
            return cls(signer)
        try:
            outside = outside_of(signer, authority)
        except _TROUBLES as error:
            _log.warning("documents are signed without an outside time stamp: %s", type(error).__name__)
            return cls(signer, None, "time")
        return cls(signer, outside, outside.why)

    def sign(self, document: bytes, lang: str, at: datetime) -> SignedDocument:
        """A PDF with its signature; in "en" or "fr" it says why it was signed, and at what level."""
        if self.outside is not None:
            try:
                made = signed(document, self.signer, at=at, reason=self._reason(lang, self.outside.level), outside=self.outside)
                if self.outside.stands:
                    return SignedDocument(made, self.outside.level, self.why)
                _log.warning("the time authority stamps by other certificates than a moment ago")
                self.outside = Outside(self.outside.stamper, "B-T", "revocation")
                self.why = "revocation"
                return self.sign(document, lang, at)
            except _TROUBLES as error:
                _log.warning("a document was signed without an outside time stamp: %s", type(error).__name__)
                self.outside, self.why = None, "time"
        return SignedDocument(signed(document, self.signer, at=at, reason=self._reason(lang, "B-B")), "B-B", self.why)

    def _reason(self, lang: str, level: str) -> str:
        return f"{_REASONS[lang]} (PAdES {level}{_WHY[self.why][lang]})"
