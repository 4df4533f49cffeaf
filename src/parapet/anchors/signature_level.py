"""Settles what level (PAdES) the signatures of an export can reach, by asking a time authority and those who issued certificates."""

from __future__ import annotations

import asyncio

from asn1crypto import pem, x509
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError

from parapet.evidence.outside import Outside, Stamper, TimeAuthority, certificates_of, checking, key_usage, token_certificates
from parapet.evidence.revocation import Revocations, look_up_revocations
from parapet.evidence.signer import Signer


def outside_of(signer: Signer, authority: TimeAuthority) -> Outside:
    """Ask `authority` for a first stamp, over nothing, and the certificate authorities for what they revoked.

    Raises what `authority.stamp` raises, and ValueError when its stamps are not by the chain that was given for it.
    """
    stamper = Stamper(authority.stamp)
    token = asyncio.run(stamper.async_dummy_response("sha256"))
    ours, chain = certificates_of(signer), _chain(authority)
    if not chain:
        return Outside(stamper, "B-T", "chain")
    theirs = token_certificates(token)
    pool = [*ours, *chain, *theirs]
    roots = [c for c in chain if c.self_issued] or chain
    try:
        _check_time(stamper, checking(roots, pool, Revocations(), "soft-fail"))
    except (PathError, ValidationError) as error:
        raise ValueError("its stamps are not by the chain that was named") from error
    top = [c for c in ours if c.self_issued]
    if not top or not all(c.self_issued for c in roots):
        return Outside(stamper, "B-T", "chain")
    known = look_up_revocations(pool, authority.look_up) if authority.look_up else Revocations()
    found = Outside(stamper, "B-LT", "", [*top, *roots], pool, known)
    try:
        _check_time(stamper, found.context())
        _check_signer(signer, found.context())
    except RevokedError:
        return Outside(stamper, "B-T", "revoked")
    except (PathError, ValidationError):
        return Outside(stamper, "B-T", "revocation")
    return found


def _chain(authority: TimeAuthority) -> list[x509.Certificate]:
    return list(load_certs_from_pemder_data(authority.chain)) if pem.detect(authority.chain) else []


def _check_time(stamper: Stamper, context: ValidationContext) -> None:
    async def check() -> None:
        async for _ in stamper.validation_paths(context):  # type: ignore[no-untyped-call]
            pass

    asyncio.run(check())


def _check_signer(signer: Signer, context: ValidationContext) -> None:
    own, *above = certificates_of(signer)
    validator = CertificateValidator(own, intermediate_certs=above, validation_context=context)
    asyncio.run(validator.async_validate_usage(key_usage(signer)))  # type: ignore[no-untyped-call]
