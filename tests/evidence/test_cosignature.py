"""Cosignatures of witnesses, against the specification's own bytes and its arithmetic spelled out."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from evidence.bags import KEY, ORIGIN, OURS
from hypothesis import given
from hypothesis import strategies as st

from parapet.domain.errors import LogBroken
from parapet.evidence import checkpoint, log
from parapet.evidence.cosignature import WitnessKey, add_line, check_line, cosign, cosigned_at, line_by

SECRET = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
NAME = "witness.example.org/w1"
WITNESS = WitnessKey.of(NAME, SECRET)
OTHER = WitnessKey.of(NAME, Ed25519PrivateKey.from_private_bytes(b"o" * 32))
NOTE = checkpoint.sign(ORIGIN, 42, log.leaf_hash(b"root"), OURS.signing())
LINE = cosign(NOTE, NAME, SECRET, at=1_679_315_147)


def test_a_cosignature_is_what_the_specification_says():
    """Nothing of ours in here: c2sp.org/tlog-cosignature, word for word."""
    dash, name, encoded = LINE.removesuffix("\n").split(" ")
    raw = base64.b64decode(encoded)
    public = SECRET.public_key().public_bytes_raw()
    assert (dash, name) == ("\u2014", NAME)
    assert raw[:4] == hashlib.sha256(NAME.encode() + b"\n\x04" + public).digest()[:4]
    assert raw[4:12] == (1_679_315_147).to_bytes(8, "big")
    text = NOTE[: NOTE.index("\n\n") + 1]
    Ed25519PublicKey.from_public_bytes(public).verify(raw[12:], b"cosignature/v1\ntime 1679315147\n" + text.encode())


def test_a_cosigned_checkpoint_is_still_the_logs():
    cosigned = add_line(NOTE, LINE)
    assert checkpoint.open_note(cosigned, [KEY]) == checkpoint.open_note(NOTE, [KEY])
    assert cosigned_at(cosigned, str(WITNESS)) == 1_679_315_147
    assert cosigned_at(NOTE, str(WITNESS)) is None
    assert cosigned_at(cosigned, str(OTHER)) is None
    with pytest.raises(LogBroken):
        cosigned_at(add_line(cosigned, LINE), str(WITNESS))


def test_a_witness_key_is_told_as_one_string_and_is_not_a_logs():
    assert WitnessKey.parse(str(WITNESS)) == WITNESS
    for text in (KEY, "", "a+b", str(WITNESS)[:-1], str(WITNESS).replace("w1", "w2")):
        with pytest.raises(LogBroken):
            WitnessKey.parse(text)
    with pytest.raises(LogBroken):
        checkpoint.VerifierKey.parse(str(WITNESS))
    with pytest.raises(ValueError, match="ASCII"):
        WitnessKey.of("two words", SECRET)


def test_out_of_many_lines_the_known_witness_is_taken_once():
    other = cosign(NOTE, "another.example.org", Ed25519PrivateKey.from_private_bytes(b"x" * 32), at=5)
    assert line_by(NOTE, other + LINE, str(WITNESS)) == LINE
    for lines in ("", "\n", other, LINE + LINE, LINE[:-1], "nothing\n", LINE + "\n"):
        with pytest.raises(LogBroken):
            line_by(NOTE, lines, str(WITNESS))


@given(at=st.integers(0), bit=st.integers(0, 7))
def test_one_flipped_bit_ends_a_cosignature(at, bit):
    raw = bytearray(LINE.encode())
    raw[at % len(raw)] ^= 1 << bit
    with pytest.raises((LogBroken, UnicodeDecodeError)):
        check_line(NOTE, raw.decode(), str(WITNESS))


@given(st.text())
def test_no_text_is_a_cosignature(text):
    for read in (lambda: check_line(NOTE, text, str(WITNESS)), lambda: line_by(NOTE, text, str(WITNESS))):
        with pytest.raises(LogBroken):
            read()


@given(st.integers(0, 2**63 - 1))
def test_every_time_is_kept(at):
    assert check_line(NOTE, cosign(NOTE, NAME, SECRET, at=at), str(WITNESS)) == at


def test_a_cosignature_is_for_one_checkpoint():
    other = checkpoint.sign(ORIGIN, 43, log.leaf_hash(b"root"), OURS.signing())
    with pytest.raises(LogBroken):
        check_line(other, LINE, str(WITNESS))
    with pytest.raises(ValueError, match="1970"):
        cosign(NOTE, NAME, SECRET, at=-1)
