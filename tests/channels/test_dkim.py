"""A mail server's signature holds over what was signed, and over nothing else."""

from __future__ import annotations

import re
import time

import dkim as dkimpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.signing import MAIL, RFC_8463, RFC_8463_KEYS, rsa_pem, rsa_record, signed

from parapet.channels.mail.dkim import Published, check, first_look, key_names
from parapet.domain.source import Result

EML = "message/rfc822"
NAME = "s1._domainkey.mail.example"
WAYS = [(header, body) for header in (b"simple", b"relaxed") for body in (b"simple", b"relaxed")]


def keys(record: bytes | None = None, name: str = NAME) -> dict[str, Published]:
    return {name: Published([rsa_record(rsa_pem()) if record is None else record], "2026-09-14T10:00:00.000000Z")}


def result(mail: bytes, record: bytes | None = None, pointer: str = "") -> Result:
    return check(mail, EML, pointer, keys(record)).result


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_what_dkimpy_signed_holds_in_every_form(way, line_end):
    mail = signed(canonicalize=way).replace(b"\r\n", line_end)
    assert dkimpy.verify(mail, dnsfunc=lambda _name, timeout=5: rsa_record(rsa_pem()))
    assert result(mail) is Result.MATCH


@pytest.mark.parametrize("way", WAYS)
@given(at=st.integers(0), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_no_changed_bit_is_taken_for_signed_unless_dkimpy_takes_it_too(way, at, bit):
    mail = bytearray(signed(canonicalize=way))
    mail[at % len(mail)] ^= 1 << bit
    if result(bytes(mail)) is Result.MATCH:
        assert dkimpy.verify(bytes(mail), dnsfunc=lambda _name, timeout=5: rsa_record(rsa_pem()))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [(b"right", b"wrong"), (b"Dana <dana@", b"Doctor <dana@"), (b"14 Sep", b"15 Sep"), (b"lecture", b"lectures")],
)
def test_another_word_in_body_or_signed_header_does_not_hold(was, becomes):
    mail = signed()
    assert was in mail
    assert result(mail.replace(was, becomes)) is Result.MISMATCH


def test_both_algorithms_of_rfc_8463_hold_each_by_itself():
    for name, record in RFC_8463_KEYS.items():
        one = check(RFC_8463, EML, "", {name: Published([record], "t")})
        assert one.result is Result.MATCH
        assert one.learned["signatures"][0]["nearness"] == "same"
        tampered = check(RFC_8463.replace(b"hungry", b"angry"), EML, "", {name: Published([record], "t")})
        assert Result.MATCH not in {signature["result"] for signature in tampered.learned["signatures"]}


def test_what_was_added_beyond_the_signed_length_is_told():
    mail = signed(length=True, canonicalize=(b"relaxed", b"simple"))
    assert result(mail) is Result.MATCH
    more = check(mail + b"and a threat\r\n", EML, "", keys())
    assert more.result is Result.PART
    assert more.learned["signatures"][0]["uncovered_bytes"] >= len(b"and a threat\r\n")


def test_a_second_from_that_nobody_signed_does_not_hold():
    mail = re.sub(rb"(?s)h=.*?;", b"h=from : to;", signed())
    assert result(b"From: Other <o@x.example>\r\n" + signed()) is Result.MISMATCH
    assert result(b"From: Other <o@x.example>\r\n" + mail) is Result.MISMATCH


@pytest.mark.parametrize(
    "record",
    [
        b"v=DKIM1; p=",
        b"v=DKIM2; k=rsa; p=" + rsa_record(rsa_pem()).partition(b"p=")[2],
        b"k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        b"h=sha1; " + rsa_record(rsa_pem()).partition(b"; ")[2],
        b"s=web; " + rsa_record(rsa_pem()).partition(b"; ")[2],
        b"p=!!!",
        b"p=AAAA",
        b"\xff\x00",
        b"",
        b"p=" + b"A" * 20_000,
    ],
)
def test_a_key_that_was_revoked_or_cannot_be_used_is_told_as_such(record):
    assert result(signed(), record) is Result.NO_KEY


def test_a_key_that_was_changed_does_not_hold():
    assert result(signed(), rsa_record(rsa_pem(2048, 1))) is Result.MISMATCH


def test_a_weak_key_does_not_count():
    assert result(signed(pem=rsa_pem(1024)), rsa_record(rsa_pem(1024))) is Result.MATCH
    weak = (
        b"MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALqbHeRLCyOdykC5SDLqI49ArYGYG1mqaH9/GnWjGavZM02fos4lc2w6tCchcUBNtJvGqKwhC5JEnx3RYoSX2ucC"
        b"AwEAAQ=="
    )
    assert result(signed(), b"p=" + weak) is Result.NO_KEY


def test_several_signatures_are_each_told_and_the_best_is_the_mails():
    twice = signed(signed(), domain=b"list.example", selector=b"x", pem=rsa_pem(2048, 1))
    both = {**keys(), **keys(rsa_record(rsa_pem(2048, 1)), "x._domainkey.list.example")}
    told = check(twice, EML, "", both).learned["signatures"]
    assert [(one["domain"], one["result"], one["nearness"]) for one in told] == [
        ("mail.example", "match", "same"),
        ("list.example", "match", "other"),
    ]
    assert key_names(twice, EML, "") == ["x._domainkey.list.example", NAME]


def test_a_mailbox_that_quotes_from_in_bodies_does_not_break_it():
    quoted = signed().replace(b"\r\nFrom here", b"\r\n>From here")
    assert result(quoted, pointer="message 3") is Result.MATCH
    assert result(quoted, pointer="") is Result.MISMATCH


def test_a_mail_without_one_and_one_that_is_no_signature():
    assert first_look(MAIL, EML, "").result is Result.ABSENT
    assert first_look(signed(), EML, "").result is Result.UNCHECKED
    assert first_look(b"DKIM-Signature: v=1; d=nonsense\r\n" + MAIL, EML, "").result is Result.MISMATCH


@pytest.mark.parametrize(
    "field",
    [
        b"v=1; a=rsa-sha256; d=<script>.example; s=x; h=from; bh=AA==; b=AA==",
        b"v=1; a=rsa-sha256; d=a.example; s=../../etc; h=from; bh=AA==; b=AA==",
        b"v=1; a=rsa-sha256; d=" + b"a." * 5_000 + b"example; s=x; h=from; bh=AA==; b=AA==",
        b"v=1; a=rsa-sha256; d=a.example; d=b.example; s=x; h=from; bh=AA==; b=AA==",
        b"v=1; a=rsa-sha256; d=a.example; s=x; h=subject; bh=AA==; b=AA==",
        b"v=1; a=rsa-sha256; d=a.example; s=x; l=-1; h=from; bh=AA==; b=AA==",
        b"v=1; a=rsa-sha256; d=a.example; s=x; i=@b.example; h=from; bh=AA==; b=AA==",
        b"v=1; a=rsa-sha256; d=a.example; s=x; h=from; bh=\xff; b=AA==",
        b"=;=;=;;;",
    ],
)
def test_a_field_that_is_not_in_form_names_no_domain(field):
    found = check(b"DKIM-Signature: " + field + b"\r\n" + MAIL, EML, "", {})
    assert found.result is Result.MISMATCH
    assert found.learned == {"signatures": [], "unusable": 1}


@given(st.binary(max_size=600))
@settings(deadline=None)
def test_no_bytes_make_it_stumble(noise):
    check(noise, EML, "message 1", {})
    check(b"DKIM-Signature: " + noise + b"\r\n" + MAIL, EML, "", keys())
    first_look(noise, EML + "; encoding=base64", "")


def test_hostile_lengths_take_time_that_grows_with_them_only():
    began = time.process_time()
    head = signed().partition(b"\r\n\r\n")[0]
    for filling in (b" " * 3_000_000, b" \n" * 1_500_000, b"\r" * 3_000_000, b"\t \t" * 1_000_000 + b"x"):
        check(head + b"\r\n\r\n" + filling, EML, "", keys())
    check(b"DKIM-Signature: v=1; b=" + b" " * 900_000 + b"\r\n" + b"DKIM-Signature: x\r\n" * 20_000 + MAIL, EML, "", keys())
    assert time.process_time() - began < 90
