"""Who may send for a domain (SPF), and what it says of the rest (DMARC): by the examples of the standards, and whatever a stranger publishes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.channels.mail.dmarc import Dmarc, check_dmarc
from parapet.channels.mail.spf import DnsSilent, check_spf

#: Of RFC 7208, appendix A, and what goes wrong in practice.
ZONE: dict[tuple[str, str], list[bytes]] = {
    ("example.com", "A"): [b"192.0.2.10", b"192.0.2.11"],
    ("example.com", "MX"): [b"10 mail-a.example.com.", b"20 mail-b.example.com."],
    ("mail-a.example.com", "A"): [b"192.0.2.129"],
    ("mail-b.example.com", "A"): [b"192.0.2.130"],
    ("v6.example.com", "AAAA"): [b"2001:db8::10"],
    ("10.2.0.192.in-addr.arpa", "PTR"): [b"example.com."],
    ("strong-bad.lp._spf.example.com", "A"): [b"127.0.0.2"],
    ("192.0.2.3.in._spf.example.com", "A"): [b"127.0.0.2"],
}


def lookup(name: str, kind: str) -> Sequence[bytes]:
    if name.startswith("silent"):
        raise DnsSilent
    return ZONE.get((name, kind), ())


def result(*records: str, ip: str = "192.0.2.10", sender: str = "strong-bad@example.com", **others: str) -> str:
    texts = {"example.com": records, **{name.replace("_", "."): (text,) for name, text in others.items()}}

    def with_texts(name: str, kind: str) -> Sequence[bytes]:
        return [t.encode() for t in texts.get(name, ())] if kind == "TXT" else lookup(name, kind)

    return check_spf(ip=ip, mail_from=sender, helo="mail.example.net", lookup=with_texts).result


@pytest.mark.parametrize(
    ("record", "ip", "expected"),
    [
        ("v=spf1 +all", "198.51.100.1", "pass"),
        ("v=spf1 a -all", "192.0.2.11", "pass"),
        ("v=spf1 a -all", "192.0.2.12", "fail"),
        ("v=spf1 a:example.org -all", "192.0.2.10", "fail"),
        ("v=spf1 mx ~all", "192.0.2.130", "pass"),
        ("v=spf1 mx ~all", "192.0.2.10", "softfail"),
        ("v=spf1 mx/30 -all", "192.0.2.131", "pass"),
        ("v=spf1 ptr -all", "192.0.2.10", "pass"),
        ("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.140", "pass"),
        ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::1", "pass"),
        ("v=spf1 ip6:2001:db8::/32 -all", "192.0.2.1", "fail"),
        ("v=spf1 a:v6.example.com -all", "2001:db8::10", "pass"),
        ("v=spf1 exists:%{l}.lp._spf.%{d} -all", "192.0.2.77", "pass"),
        ("v=spf1 exists:%{ir}.in._spf.%{d} -all", "3.2.0.192", "pass"),
        ("v=spf1 ?all", "192.0.2.77", "neutral"),
        ("v=spf1", "192.0.2.77", "neutral"),
        ("v=spf10 all", "192.0.2.77", "none"),
        ("v=spf1 nonsense -all", "192.0.2.10", "permerror"),
        ("v=spf1 ip4:1.2.3.4/33 -all", "192.0.2.10", "permerror"),
        ("v=spf1 a:%{x} -all", "192.0.2.10", "permerror"),
        ("v=spf1 include:example.com -all", "192.0.2.10", "permerror"),
        ("v=spf1 redirect=example.com", "192.0.2.10", "permerror"),
        ("v=spf1 exists:silent.example -all", "192.0.2.10", "temperror"),
        ("v=spf1 " + " ".join(f"a:x{n}.example.org" for n in range(5)) + " -all", "192.0.2.10", "permerror"),
        ("v=spf1 " + "mx " * 11 + "-all", "198.51.100.1", "permerror"),
    ],
)  # fmt: skip
def test_a_record_says_what_the_standard_says_that_it_says(record: str, ip: str, expected: str) -> None:
    assert result(record, ip=ip) == expected


def test_another_domain_is_followed_and_what_is_not_there_is_said() -> None:
    assert result("v=spf1 include:other.example -all", other_example="v=spf1 ip4:192.0.2.10 -all") == "pass"
    assert result("v=spf1 include:other.example -all", other_example="v=spf1 -all") == "fail"
    assert result("v=spf1 redirect=other.example", other_example="v=spf1 ip4:192.0.2.10 -all") == "pass"
    assert result("v=spf1 include:nowhere.example -all") == "permerror"
    assert result() == "none" and result("v=spf1 all", "v=spf1 -all") == "permerror"
    assert result("v=spf1 all", sender="") == "none", "the name by which the server greeted publishes nothing"
    assert result("v=spf1 all", ip="") == "unchecked", "the house's own server stands between"
    assert result("v=spf1 ip4:192.0.2.10 -all", ip="::ffff:192.0.2.10") == "pass"


TERMS = st.from_regex(r"( [+?~-]?(a|mx|ptr|exists|include|ip4|ip6)(:%?\{?[a-z.]{0,12}\}?)?(/\d{1,3})?){0,15}", fullmatch=True)


@settings(max_examples=60, deadline=None)
@given(record=st.text(st.characters(max_codepoint=127), max_size=200) | TERMS, ip=st.ip_addresses(), local=st.text(max_size=20))
def test_whatever_is_published_few_questions_are_asked(record: str, ip: object, local: str) -> None:
    asked = []

    def counting(name: str, kind: str) -> Sequence[bytes]:
        asked.append(name)
        return [f"v=spf1 {record}".encode()] if kind == "TXT" else [b"10 a.example", b"192.0.2.1"]

    found = check_spf(ip=str(ip), mail_from=f"{local}@example.com", helo="x", lookup=counting)
    assert found.result in {"pass", "fail", "softfail", "neutral", "none", "permerror"}
    assert len(asked) <= 11 * 12


def dmarc(senders: Sequence[str], records: dict[str, str], *, spf: str = "", signed: Sequence[str] = ()) -> Dmarc:
    def texts(name: str, _kind: str) -> Sequence[bytes]:
        if "silent" in name:
            raise DnsSilent
        return [records[name].encode()] if name in records else ()

    return check_dmarc(senders=senders, spf_domain=spf, signed_by=signed, lookup=texts)


def test_what_is_in_from_must_be_what_was_proven() -> None:
    own = {"_dmarc.example.com": "v=DMARC1; p=reject; sp=none"}
    assert dmarc(["example.com"], own, spf="example.com") == Dmarc("pass", "example.com", "reject")
    assert dmarc(["example.com"], own, signed=["mail.example.com"]) == Dmarc("pass", "example.com", "reject"), "of one house"
    assert dmarc(["news.example.com"], own, signed=["example.com"]) == Dmarc("pass", "news.example.com", "none")
    assert dmarc(["example.com"], own, spf="evil.example", signed=["evil.example"]) == Dmarc("fail", "example.com", "reject")
    strict = {"_dmarc.example.com": "v=DMARC1; p=quarantine; adkim=s; aspf=s"}
    assert dmarc(["example.com"], strict, signed=["mail.example.com"]) == Dmarc("fail", "example.com", "quarantine")
    suffix = {"_dmarc.co.example": "v=DMARC1; p=reject; psd=y"}
    assert dmarc(["a.co.example"], suffix, signed=["b.co.example"]).result == "fail", "neighbours under one suffix are two houses"
    assert dmarc(["a.co.example"], suffix, signed=["x.a.co.example"]).result == "pass"
    assert dmarc(["example.com"], {}).result == dmarc([], own).result == "none"
    assert dmarc(["example.com", "other.example"], own).result == "permerror"
    assert dmarc(["silent.example"], own).result == "temperror"
    assert dmarc([".".join("abcdefghijklmnop") + ".example"], {}).result == "none"
