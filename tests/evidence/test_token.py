"""Time-stamp tokens: those of OpenSSL are read, every bit of them counts, and public tools take what we take."""

from __future__ import annotations

import subprocess
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.authority import Authority

from parapet.domain.errors import OutsideRefused
from parapet.evidence.reader.certificates import read_pem
from parapet.evidence.reader.der import read_der, read_moment
from parapet.evidence.reader.token import TokenFault, check_token, read_stamp, reply_of_token, token_of_reply
from parapet.evidence.timestamp import new_nonce, read_response, request, stamped_text

TEXT = b"parapet.example/log\n18\nqINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=\n"
KINDS = {"rsa": ("rsa", False), "ec": ("ec", False), "ec384": ("ec384", False), "unsorted": ("rsa", True)}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authorities")
    return {name: Authority(folder / name, name, kind, between=between) for name, (kind, between) in KINDS.items()}


@pytest.fixture(scope="module")
def stamped(made):
    """Of each authority: its token over TEXT, and the certificates by which it is trusted."""
    found = {}
    for name, authority in made.items():
        nonce, trusted = new_nonce(), read_pem(authority.chain.read_bytes())
        found[name] = (read_response(authority.reply(request(TEXT, nonce)), text=TEXT, nonce=nonce, trusted=trusted), trusted)
    return found


def refused(token, trusted, text=TEXT):
    with pytest.raises(TokenFault) as fault:
        check_token(token, text, trusted)
    return fault.value.code


@pytest.mark.parametrize("name", KINDS)
def test_tokens_of_openssl_hold_and_openssl_takes_them(made, stamped, name, tmp_path):
    token, trusted = stamped[name]
    assert check_token(token.raw, TEXT, trusted) == token.gen_time.replace(tzinfo=None)
    (tmp_path / "text").write_bytes(TEXT)
    (tmp_path / "token.tsr").write_bytes(reply_of_token(token.raw))
    assert token_of_reply((tmp_path / "token.tsr").read_bytes()) == token.raw
    command = ["openssl", "ts", "-verify", "-data", "text", "-in", "token.tsr", "-CAfile", str(made[name].chain)]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=600)
    assert said.returncode == 0 and b"OK" in said.stdout, said.stderr


@pytest.mark.parametrize("name", ["rsa", "ec"])
def test_another_program_takes_them_too(made, stamped, name):
    from cryptography import x509
    from rfc3161_client import VerifierBuilder, decode_timestamp_response

    token, _ = stamped[name]
    response = decode_timestamp_response(reply_of_token(token.raw))
    root = x509.load_pem_x509_certificate(made[name].chain.read_bytes())
    VerifierBuilder().add_root_certificate(root).build().verify_message(response, TEXT)
    assert response.tst_info.gen_time == token.gen_time


@pytest.mark.parametrize("name", ["rsa"])
def test_one_flipped_bit_anywhere_is_refused(stamped, name):
    token, trusted = stamped[name]
    reply = reply_of_token(token.raw)
    for at in range(8 * len(reply)):
        bent = bytearray(reply)
        bent[at // 8] ^= 1 << at % 8
        with pytest.raises(TokenFault):
            check_token(token_of_reply(bytes(bent)), TEXT, trusted)


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0), bit=st.integers(0, 7), name=st.sampled_from(["ec", "ec384", "unsorted"]))
def test_one_flipped_bit_is_refused_whatever_the_keys_and_certificates(stamped, at, bit, name):
    token, trusted = stamped[name]
    bent = bytearray(reply_of_token(token.raw))
    bent[at % len(bent)] ^= 1 << bit
    with pytest.raises(TokenFault):
        check_token(token_of_reply(bytes(bent)), TEXT, trusted)


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0), cut=st.integers(0, 40), put=st.binary(max_size=40))
def test_bytes_cut_out_and_put_in_are_refused_by_name(stamped, at, cut, put):
    token, trusted = stamped["ec"]
    at %= len(token.raw) + 1
    bent = token.raw[:at] + put + token.raw[at + cut :]
    if bent != token.raw:
        assert refused(bent, trusted).startswith("token.")


@given(st.binary(max_size=200))
def test_whatever_is_no_value_is_refused_plainly(raw):
    try:
        node = read_der(raw)
    except ValueError:
        return
    assert node.raw == raw


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "30",
        "3080",
        "308000",
        "30810100",
        "3003020100ff",
        "020200ff00",
        "02020001",
        "0202ff80",
        "01010f",
        "050100",
        "1f8100",
        "0282000101",
    ],
)
def test_there_is_one_spelling(raw):
    with pytest.raises(ValueError, match=r"."):
        read_der(bytes.fromhex(raw))


@pytest.mark.parametrize(
    "raw", [b"\x18\x0f20261341000000Z", b"\x18\x1120261123120000.0Z", b"\x17\x0b2611231200Z", b"\x18\x0e20261123120000"]
)
def test_times_have_one_spelling_too(raw):
    with pytest.raises(ValueError, match=r"."):
        read_moment(read_der(raw))


def test_a_token_over_another_text_or_for_another_question_is_refused(made, stamped):
    token, trusted = stamped["rsa"]
    assert refused(token.raw, trusted, TEXT + b"more\n") == "token.other"
    with pytest.raises(OutsideRefused) as fault:
        read_response(reply_of_token(token.raw), text=TEXT, nonce=5, trusted=trusted)
    assert fault.value.why == "token.other"


def test_a_token_of_another_authority_is_refused(stamped):
    assert refused(stamped["rsa"][0].raw, stamped["ec"][1]) == "token.chain"


def test_who_may_not_stamp_the_time_is_refused(tmp_path):
    signer = Authority(tmp_path / "web", "web", "ec")
    nonce, trusted = new_nonce(), read_pem(signer.chain.read_bytes())
    kept = signer.reply(request(TEXT, nonce))
    read_response(kept, text=TEXT, nonce=nonce, trusted=trusted)
    below_no_authority = Authority(tmp_path / "below", "below", "ec", between=True, middle="no_authority")
    reply, trusted = below_no_authority.reply(request(TEXT, nonce)), read_pem(below_no_authority.chain.read_bytes())
    with pytest.raises(OutsideRefused, match=r"token\.chain"):
        read_response(reply, text=TEXT, nonce=nonce, trusted=trusted)


def test_a_signature_by_another_key_is_refused(made, stamped, tmp_path):
    token, trusted = stamped["ec"]
    at = token.raw.rindex(b"\x02\x20") if b"\x02\x20" in token.raw[-80:] else token.raw.rindex(b"\x02\x21")
    bent = token.raw[: at + 5] + bytes([token.raw[at + 5] ^ 1]) + token.raw[at + 6 :]
    assert refused(bent, trusted) == "token.signature"


def test_a_certificate_that_had_run_out_is_refused(stamped):
    token, trusted = stamped["rsa"]
    late = [each._replace(ends=token.gen_time.replace(tzinfo=None) - timedelta(days=1)) for each in trusted]
    assert refused(token.raw, late) == "token.chain"


def test_what_is_stamped_is_the_text_of_the_note_without_its_signatures():
    note = TEXT.decode() + "\n\N{EM DASH} parapet.example/log AAAA\n\N{EM DASH} witness BBBB\n"
    assert stamped_text(note) == TEXT
    with pytest.raises(ValueError, match="note"):
        stamped_text("no note")


def test_the_question_is_one_that_openssl_reads(tmp_path):
    (tmp_path / "query").write_bytes(request(TEXT, 77))
    said = subprocess.run(
        ["openssl", "ts", "-query", "-in", "query", "-text"], cwd=tmp_path, capture_output=True, check=True
    ).stdout
    assert b"sha256" in said and b"Nonce: 0x4D" in said and b"Certificate required: yes" in said


def test_a_token_tells_its_nonce(stamped):
    assert read_stamp(stamped["rsa"][0].raw).hashed == "sha256"
