"""Which witnesses are asked: `URL=VERIFIERKEY`, with spaces between."""

from __future__ import annotations

from urllib.parse import urlsplit

from attrs import frozen

from parapet.domain.errors import LogBroken, SettingRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.cosignature import WitnessKey


@frozen
class KnownWitness:
    """Where a witness answers, and the key by which its cosignatures are believed.

    url  without a slash at the end. Plain http is enough: nobody on the way can make a cosignature, and a checkpoint tells nothing
    """

    url: str
    key: str

    @property
    def name(self) -> str:
        return WitnessKey.parse(self.key).name


def read_witnesses(listed: str) -> tuple[KnownWitness, ...]:
    """From the variable's value. Raises SettingRefused, with one sentence that does not repeat it."""
    refused = SettingRefused(
        _("PARAPET_WITNESSES must be addresses with keys, with spaces between: https://witness.example.org=NAME+HASH+KEY.")
    )
    found = []
    for each in listed.split():
        url, _equals, key = each.partition("=")
        try:
            parts = urlsplit(url)
            _port = parts.port
            witness = WitnessKey.parse(key)
        except (ValueError, LogBroken):
            raise refused from None
        more = parts.query or parts.fragment or parts.username
        if parts.scheme not in ("http", "https") or not parts.hostname or more or not url.isascii():
            raise refused
        found.append(KnownWitness(url.rstrip("/"), str(witness)))
    if len({witness.key for witness in found}) != len(found):
        raise SettingRefused(_("PARAPET_WITNESSES names one witness twice."))
    return tuple(found)
