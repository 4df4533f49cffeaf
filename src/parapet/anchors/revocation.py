"""Asking a certificate authority what it revoked, at the address that its certificate names: a list, or an answer by OCSP.

It is told that somebody here signs, or has something stamped, and of OCSP by which certificate; nothing of what.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from parapet.anchors.post import get, post
from parapet.domain.errors import OutsideUnreachable, gettext_noop
from parapet.evidence.revocation import MAX_CRL_BYTES

_MAX_QUESTIONS = 20  # of one export: a chain has three or four certificates


class RevocationAsker:
    """Looks up what is said of certificates, for one export: no question is put twice, and nobody who was silent is asked again."""

    def __init__(self, *, within_s: float = 3.0) -> None:
        self._within_s = within_s
        self._known: dict[tuple[str, bytes], bytes] = {}
        self._silent: set[str] = set()
        self._asked = 0

    def __call__(self, url: str, request: bytes) -> bytes:
        """The body of the answer to a request by OCSP, or a list (CRL) when `request` is empty. Raises OutsideUnreachable."""
        if (url, request) not in self._known:
            self._known[url, request] = self._ask(url, request)
        return self._known[url, request]

    def _ask(self, url: str, request: bytes) -> bytes:
        host = urlsplit(url).netloc
        if host not in self._silent and self._asked < _MAX_QUESTIONS:
            self._asked += 1
            self._silent.add(host)
            answer = (
                post(url, request, media_type="application/ocsp-request", within_s=self._within_s)
                if request
                else get(url, within_s=self._within_s, max_bytes=2 * MAX_CRL_BYTES)
            )
            self._silent.discard(host)
            if answer.status == 200:
                return answer.body
        raise OutsideUnreachable(gettext_noop("No answer came from a body outside this home."))
