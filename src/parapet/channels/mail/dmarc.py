"""What the domain in From says of mail that is not proven to be its own (DMARC). Pure: whoever calls brings the answers of the DNS.

The domain that speaks for another is found by walking up the tree of names, without a list of public suffixes that would have to be kept up to
date. A policy is noted and never applied: what a domain asks others to do with forgeries is no judgement of what a mail says.
"""

from __future__ import annotations

from collections.abc import Collection

from attrs import frozen

from parapet.channels.mail.signature import tags
from parapet.channels.mail.spf import NAME, NONE, PASS, PERMERROR, TEMPERROR, DnsSilent, Lookup

FAIL = "fail"
MAX_STEPS = 8


@frozen
class Dmarc:
    """What came of it. `policy`: what the domain asks for ("none", "quarantine", "reject"), "" where it says nothing."""

    result: str
    domain: str
    policy: str = ""


@frozen
class _Policy:
    at: str  # the name that published it
    said: dict[str, str]


def check_dmarc(*, senders: Collection[str], spf_domain: str, signed_by: Collection[str], lookup: Lookup) -> Dmarc:
    """senders     the domains in From; DMARC is about exactly one
    spf_domain  the domain for which SPF passed, or ""
    signed_by   the domains whose signature holds
    """
    if len(senders) != 1:
        return Dmarc(PERMERROR if senders else NONE, "")
    [domain] = senders
    if not NAME.match(domain) or "." not in domain:
        return Dmarc(NONE, domain[:253])
    try:
        policies = _walk(domain, lookup)
        if not policies:
            return Dmarc(NONE, domain)
        chosen = policies[0]
        policy = chosen.said.get("p", "none").lower()
        if chosen.at != domain:
            policy = chosen.said.get("sp", policy).lower()
        aligned = any(
            _aligned(domain, other, strict=chosen.said.get(tag, "r").lower() == "s", lookup=lookup)
            for tag, others in (("aspf", [spf_domain] if spf_domain else []), ("adkim", list(signed_by)))
            for other in others
        )
    except DnsSilent:
        return Dmarc(TEMPERROR, domain)
    return Dmarc(PASS if aligned else FAIL, domain, policy if policy in ("none", "quarantine", "reject") else "none")


def _aligned(domain: str, other: str, *, strict: bool, lookup: Lookup) -> bool:
    if domain == other:
        return True
    return not strict and _organisation(domain, lookup) == _organisation(other, lookup)


def _organisation(domain: str, lookup: Lookup) -> str:
    """The domain that speaks for this one: the highest that has a policy, unless that says otherwise of itself."""
    policies = _walk(domain, lookup)
    for policy in policies:
        if policy.said.get("psd") == "n":
            return policy.at
        if policy.said.get("psd") == "y" and policy.at != domain:
            below = domain.removesuffix("." + policy.at).rpartition(".")[2]
            return f"{below}.{policy.at}"
    return policies[-1].at if policies else domain


def _walk(domain: str, lookup: Lookup) -> list[_Policy]:
    """The policies on the way up, the nearest first."""
    labels = domain.split(".")
    names = [domain] + [".".join(labels[at:]) for at in range(max(1, len(labels) - MAX_STEPS + 1), len(labels))]
    found = []
    for name in names:
        held = [r for r in lookup(f"_dmarc.{name}", "TXT") if r.strip().lower().startswith(b"v=dmarc1")]
        said = tags(held[0]) if len(held) == 1 else None
        if said is not None:
            found.append(_Policy(name, said))
            if said.get("psd") in ("n", "y"):
                break
    return found
