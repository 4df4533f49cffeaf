"""What outside bodies give to the signatures of one export: a time stamp on each, and what checks it in years to come.

What level (PAdES) can be reached is settled before anything is signed, so that every document can say which it is: `anchors/signature_level.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from asn1crypto import cms, tsp, x509
from attrs import field, frozen
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext

from parapet.evidence.revocation import LookUp, Revocations
from parapet.evidence.signer import Signer

#: A DER time-stamp request to a DER reply (RFC 3161), by whatever way. Raises what it likes when there is none.
Stamp = Callable[[bytes], bytes]


@frozen
class TimeAuthority:
    """Who says when: how it is asked, and its chain of certificates as PEM. Without a chain the level is B-T.

    look_up  how a certificate authority is asked what it revoked; None asks nobody, and the level is B-T
    """

    stamp: Stamp
    chain: bytes = b""
    look_up: LookUp | None = None


@frozen
class Outside:
    """What there is for signatures by one signer.

    level    "B-T", or "B-LT" when nobody need be asked any more to check them
    why      why not B-LT: "chain" (a chain of certificates does not reach its root), "revocation" (of a certificate it could
             not be learned whether it is revoked), "revoked" (one is)
    trusted  roots, `pool` all certificates, `known` what is said of them: for B-LT
    """

    stamper: Stamper
    level: str
    why: str = ""
    trusted: Sequence[x509.Certificate] = field(default=(), repr=False)
    pool: Sequence[x509.Certificate] = field(default=(), repr=False)
    known: Revocations = field(default=Revocations(), repr=False)

    def context(self) -> ValidationContext:
        """Both chains and what is said of them, to be embedded. Nothing is fetched."""
        return checking(self.trusted, self.pool, self.known, "require")

    @property
    def stands(self) -> bool:
        """False once a B-LT is not, as the authority stamps by other certificates than were looked at."""
        return self.level != "B-LT" or self.stamper.steady


class Stamper(TimeStamper):
    """Asks an authority; keeps its first answer, which is over nothing, to know by which certificates it stamps."""

    def __init__(self, stamp: Stamp) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._stamp = stamp
        self._by: set[bytes] = set()
        self.steady = True

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Its reply. Raises ValueError for a token over something else."""
        reply = tsp.TimeStampResp.load(self._stamp(req.dump()))
        if reply["status"]["status"].native in ("granted", "granted_with_mods"):
            said = reply["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
            # pyHanko stumbles over another nonce while it says so, and does not compare the digest.
            if any(said[name].native != req[name].native for name in ("nonce", "message_imprint")):
                raise ValueError("a time stamp over something else")
            by = {each.dump() for each in token_certificates(reply["time_stamp_token"])}
            self.steady = self.steady and by == (self._by or by)
            self._by = by
        return reply


def token_certificates(token: cms.ContentInfo) -> list[x509.Certificate]:
    """Those that a token brings along."""
    return [each.chosen for each in token["content"]["certificates"] if each.name == "certificate"]


def certificates_of(signer: Signer) -> list[x509.Certificate]:
    """The signer's own, then those above it."""
    return [x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in (signer.certificate, *signer.chain)]


def key_usage(signer: Signer) -> set[str]:
    """What the signer's key may be used for: many an organisation's says "digital signature" and no more."""
    usage = certificates_of(signer)[0].key_usage_value
    return set() if usage is None or "non_repudiation" not in usage.native else {"non_repudiation"}


def checking(
    roots: Sequence[x509.Certificate], pool: Sequence[x509.Certificate], known: Revocations, mode: str
) -> ValidationContext:
    """A check of chains that end in `roots`, by certificates and revocations at hand alone. `mode` is pyHanko's revocation mode."""
    return ValidationContext(
        trust_roots=list(roots),
        other_certs=list(pool),
        crls=list(known.crls),
        ocsps=list(known.ocsps),
        allow_fetching=False,
        revocation_mode=mode,
    )
